import { expect } from "chai";
import type { Props } from "../../../../core/props";
import { addGroup, type Sandbox, startSandbox } from "../../../../sandbox";
import { addGroupLink, addProjectLink } from "../../../../sandbox/job-token-links";
import { type Plugin, type PluginError, startPlugin } from "../../../helpers/plugin";
import { rejection } from "../../../helpers/rejection";

const LIST = "ProjectJobTokenScopes";
const ENTRY = "ProjectJobTokenScope";
const BACKUP = "AllowlistBackup";
const [POETRY, ETL, WEB, OTHER] = [1, 2, 3, 4] as const;

describe("what a stack takes back of an allowlist", () => {
    let sandbox: Sandbox;

    before(async () => {
        sandbox = await startSandbox({
            seed: {
                settings: { enforceInboundJobTokenScope: false },
                users: [{ username: "olga" }],
                groups: [{ path: "apps", members: { olga: "owner" } }],
                projects: [
                    { path: "apps/poetry", jobTokenScope: { enabled: true, projects: ["apps/other"] } },
                    { path: "apps/etl" },
                    { path: "apps/web" },
                    { path: "apps/other" },
                ],
                tokens: [{ name: "olga", user: "olga", scopes: ["api"] }],
            },
        });
    });
    beforeEach(() => sandbox.reset());
    after(() => sandbox.close());

    /** Each operation of Pulumi's starts the plugin anew. */
    const operation = async <T>(
        act: (plugin: Plugin) => Promise<T>,
        pack: "gitlab" | "gitlab-fleet" = "gitlab",
    ): Promise<{ result: T; said: string[] }> => {
        const plugin = await startPlugin(pack, { baseUrl: sandbox.url, token: sandbox.tokens.olga, retries: 0 });
        try {
            const result = await act(plugin);
            return { result, said: plugin.logs.map(({ severity, message }) => `${severity}: ${message}`) };
        } finally {
            await plugin.close();
        }
    };
    const make = async (type: string, inputs: Props, name = "it", pack?: "gitlab-fleet") =>
        (await operation((plugin) => plugin.create(type, inputs, { name }), pack)).result.state;
    const update = async (state: Props, inputs: Props) =>
        (await operation((plugin) => plugin.update(LIST, String(POETRY), state, inputs))).result.state;
    const destroy = (state: Props) => operation((plugin) => plugin.delete(LIST, String(POETRY), state));
    const listed = (...targetProjectIds: number[]): Props => ({
        project: String(POETRY),
        enabled: true,
        targetProjectIds,
    });
    const entry = (targetProjectId: number): Props => ({ project: String(POETRY), targetProjectId });
    const isOn = () => sandbox.db.projects.must(POETRY).inboundJobTokenScopeEnabled;
    const now = () => sandbox.db.projectLinks.find("source", `inbound:${POETRY}`).map(({ targetId }) => targetId);
    const byHand = (target: number) =>
        addProjectLink(sandbox.db, { sourceId: POETRY, targetId: target, addedById: null });
    const turnOff = () => sandbox.db.projects.update(POETRY, { inboundJobTokenScopeEnabled: false });
    const writes = () => sandbox.journal.writes().map(({ method, path }) => `${method} ${path}`);

    it("is what it added: entries that were there before it stay, and so do those of others", async () => {
        const state = await make(LIST, listed(ETL, OTHER));
        byHand(WEB);
        const { said } = await destroy(state);
        expect(now()).to.deep.equal([OTHER, WEB]);
        expect(said).to.deep.equal([
            "info: apps/other: on the list before this stack declared it, left there.",
            "info: Takes off apps/etl: their jobs no longer get in.",
        ]);
    });

    it("is said to let nobody out who gets in by a group that others put on the list", async () => {
        const state = await make(LIST, listed(ETL));
        const apps = sandbox.db.groups.first("path", "apps")!.id;
        addGroupLink(sandbox.db, { sourceId: POETRY, targetId: apps, addedById: null });
        expect((await destroy(state)).said).to.deep.equal([
            "info: Takes off apps/etl: their jobs still get in, by a group above.",
        ]);
    });

    it("goes also where GitLab does not tell what others have put beside it: only a message needs that", async () => {
        const state = await make(LIST, listed(ETL));
        const hidden = addGroup(sandbox.db, { path: "hidden", visibility: "private" });
        addGroupLink(sandbox.db, { sourceId: POETRY, targetId: hidden.id, addedById: null });
        sandbox.faults.plan({ path: `/groups/${hidden.id}`, times: 0, fault: { kind: "status", status: 403 } });
        const { said } = await destroy(state);
        expect(now()).to.deep.equal([]);
        expect(said[0]).to.match(/^info: Who would lose access is not known, because the list cannot be read: .*403/);
    });

    it("is nothing of a list that was found as declared: another stack has it", async () => {
        byHand(ETL);
        const state = await make(LIST, listed(ETL, OTHER));
        const { said } = await destroy(state);
        expect(now()).to.deep.equal([OTHER, ETL]);
        expect(said).to.deep.equal([
            "info: apps/etl, apps/other: on the list before this stack declared it, left there.",
        ]);
        expect(writes()).to.deep.equal([]);
    });

    it("leaves a list on that it turned on, and turns one on again that it turned off", async () => {
        turnOff();
        await destroy(await make(LIST, listed(ETL)));
        expect([isOn(), now()]).to.deep.equal([true, []]);
        const { said } = await destroy(await make(LIST, { ...listed(), enabled: false }));
        expect(isOn()).to.equal(true);
        expect(said).to.deep.equal(["info: Turns the list on again: only jobs of those who are on it get in."]);
    });

    it("leaves a list off that it found off", async () => {
        turnOff();
        await destroy(await make(LIST, { ...listed(ETL, OTHER), enabled: false }));
        expect([isOn(), now()]).to.deep.equal([false, [OTHER]]);
    });

    it("is known through updates", async () => {
        let state = await make(LIST, listed(OTHER));
        state = await update(state, listed(OTHER, ETL));
        byHand(WEB);
        state = await update(state, listed(OTHER, ETL, WEB));
        await destroy(state);
        expect(now()).to.deep.equal([OTHER, WEB]);
    });

    it("does not hold what somebody else put there again after it was taken away", async () => {
        let state = await make(LIST, listed(ETL, OTHER));
        sandbox.db.projectLinks.delete(sandbox.db.projectLinks.first("pair", `inbound:${POETRY}:${ETL}`)!.id);
        const found = await operation((plugin) => plugin.read(LIST, String(POETRY), state, listed(ETL, OTHER)));
        state = found.result!.state;
        byHand(ETL);
        await destroy(state);
        expect(now()).to.deep.equal([OTHER, ETL]);
    });

    it("is nothing of what was imported", async () => {
        const { result: list } = await operation((plugin) => plugin.read(LIST, String(POETRY)));
        await destroy(list!.state);
        const { result: one } = await operation((plugin) => plugin.read(ENTRY, `${POETRY}:${OTHER}`));
        await operation((plugin) => plugin.delete(ENTRY, one!.id, one!.state));
        expect(now()).to.deep.equal([OTHER]);
    });

    it("is known of an up that failed half-way, also where GitLab's answer was lost", async () => {
        for (const fault of [{ kind: "lose-answer" }, { kind: "status", status: 500 }] as const) {
            sandbox.reset();
            // The second entry comes with the first one's fault, or after it.
            sandbox.faults.plan({
                method: "POST",
                path: "**/allowlist",
                fault,
                after: fault.kind === "status" ? 1 : 0,
            });
            const failing = operation((plugin) => plugin.create(LIST, listed(OTHER, ETL, WEB)));
            const { kept } = (await rejection(failing)) as PluginError;
            expect(kept, fault.kind).to.not.equal(undefined);
            expect(now()).to.include(ETL);
            await destroy(kept!.state.props);
            expect(now(), fault.kind).to.deep.equal([OTHER]);
        }
    });

    it("is an entry that it added, and says whose jobs no longer get in; one that was there stays", async () => {
        const added = await make(ENTRY, entry(ETL));
        const found = await make(ENTRY, entry(OTHER));
        const first = await operation((plugin) => plugin.delete(ENTRY, `${POETRY}:${ETL}`, added));
        const second = await operation((plugin) => plugin.delete(ENTRY, `${POETRY}:${OTHER}`, found));
        expect(now()).to.deep.equal([OTHER]);
        expect([...first.said, ...second.said]).to.deep.equal([
            "info: Takes off apps/etl: its jobs no longer get in by this entry.",
            "info: apps/other: on the list before this stack declared it, left there.",
        ]);
    });

    const FORGOTTEN =
        "warn: apps/etl stay on the list. That this stack put them there is forgotten with this resource, so a later " +
        "destroy leaves them. Aliases for another name, or pulumi up --refresh, keep it.";
    /** From one resource to another, as the engine does it: the new one is made, then the old one is deleted. */
    const moves = [
        { what: "another name", from: LIST, to: LIST },
        { what: "mode additive", from: LIST, to: ENTRY },
        { what: "mode exclusive", from: ENTRY, to: LIST },
        { what: "another name of an entry", from: ENTRY, to: ENTRY },
    ];
    for (const { what, from, to } of moves) {
        const inputs = (type: string) => (type === LIST ? listed(ETL, OTHER) : entry(ETL));
        const idOf = (type: string) => (type === LIST ? String(POETRY) : `${POETRY}:${ETL}`);
        const move = (state: Props, refresh: boolean) =>
            operation(async (plugin) => {
                if (refresh) await plugin.read(from, idOf(from), state, inputs(from));
                const made = await plugin.create(to, inputs(to));
                await plugin.delete(from, idOf(from), state, "old");
                return made.state;
            });
        const end = (state: Props) => operation((plugin) => plugin.delete(to, idOf(to), state));

        it(`is kept through ${what} after a refresh, which shows what the old resource knew`, async () => {
            const { result: state, said } = await move(await make(from, inputs(from), "old"), true);
            expect(now()).to.include(ETL);
            expect(said.filter((message) => message.startsWith("warn"))).to.deep.equal([]);
            await end(state);
            expect(now()).to.deep.equal([OTHER]);
        });

        it(`is forgotten through ${what} without one, which is said`, async () => {
            const { result: state, said } = await move(await make(from, inputs(from), "old"), false);
            expect(said).to.include(FORGOTTEN);
            await end(state);
            expect(now()).to.have.members([OTHER, ETL]);
        });
    }

    describe("with what is kept beside the list", () => {
        const keep = (onDestroy?: string) => make(BACKUP, { project: String(POETRY), onDestroy }, "it", "gitlab-fleet");
        const letGo = (state: Props, noted: number[] = []) =>
            operation(async (plugin) => {
                if (noted.length > 0) await plugin.invoke("noteAllowlists", { projects: noted });
                await plugin.delete(BACKUP, String(POETRY), state);
            }, "gitlab-fleet");

        it("is everything, with close: the list is on and empty", async () => {
            const kept = await keep("close");
            turnOff();
            await destroy(await make(LIST, listed(ETL, OTHER)));
            expect(now()).to.deep.equal([OTHER]);
            await letGo(kept);
            expect([isOn(), now()]).to.deep.equal([true, []]);
        });

        it("is all that was changed, with restore", async () => {
            byHand(WEB);
            const kept = await keep("restore");
            await destroy(await make(LIST, listed(ETL, OTHER)));
            expect(now()).to.deep.equal([OTHER]);
            await letGo(kept);
            expect(now()).to.deep.equal([OTHER, WEB]);
        });

        for (const onDestroy of ["close", "restore"]) {
            it(`is nothing while the program has the list still, only without ${onDestroy}`, async () => {
                byHand(WEB);
                const kept = await keep(onDestroy);
                await make(LIST, listed(OTHER));
                const { said } = await letGo(kept, [POETRY]);
                expect(now()).to.deep.equal([OTHER]);
                expect(said).to.deep.equal(["info: The program still has the allowlist: it is left as it is."]);
            });
        }

        it("changes from one to the other in place", async () => {
            const kept = await keep("close");
            const inputs = { project: String(POETRY), onDestroy: "restore" };
            const { result } = await operation(async (plugin) => {
                const diff = await plugin.diff(BACKUP, String(POETRY), kept, inputs);
                return { diff, ...(await plugin.update(BACKUP, String(POETRY), kept, inputs)) };
            }, "gitlab-fleet");
            expect(result.diff.detailed).to.deep.equal({ onDestroy: "update" });
            expect(result.state).to.include({ onDestroy: "restore" });
        });
    });
});
