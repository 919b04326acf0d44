import { expect } from "chai";
import { type Props, UNKNOWN } from "../../../../core/props";
import { addProject } from "../../../../sandbox";
import { addProjectLink } from "../../../../sandbox/job-token-links";
import type { PluginError } from "../../../helpers/plugin";
import { rejection } from "../../../helpers/rejection";
import { useWorld } from "../../world";

const LIST = "ProjectJobTokenScopes";
const ENTRY = "ProjectJobTokenScope";
const BACKUP = "AllowlistBackup";
const [POETRY, ETL, , OTHER, BASE] = [1, 2, 3, 4, 5] as const;
const SEED = {
    settings: { enforceInboundJobTokenScope: false },
    users: [{ username: "olga" }, { username: "root", admin: true }],
    groups: [
        { path: "apps", members: { olga: "owner" } },
        { path: "libs", members: { olga: "owner" } },
    ],
    projects: [
        { path: "apps/poetry", jobTokenScope: { enabled: true, projects: ["apps/other"] } },
        { path: "apps/etl" },
        { path: "apps/web" },
        { path: "apps/other" },
        { path: "libs/base" },
    ],
    tokens: [
        { name: "api", user: "olga", scopes: ["api"] },
        { name: "root", user: "root", scopes: ["api"] },
    ],
} satisfies Parameters<typeof useWorld>[1]["seed"];

const listed = (...targetProjectIds: number[]): Props => ({ project: String(POETRY), enabled: true, targetProjectIds });

describe("an allowlist", () => {
    const world = useWorld("gitlab", { seed: SEED });
    const now = () => world.sandbox.db.projectLinks.find("source", `inbound:${POETRY}`).map(({ targetId }) => targetId);
    const add = (targetId: number) => addProjectLink(world.sandbox.db, { sourceId: POETRY, targetId, addedById: null });
    const said = () => world.plugin.logs.map(({ message }) => message).join("\n");
    const writes = () => world.sandbox.journal.writes().map(({ method }) => method);
    const off = { project: String(POETRY), enabled: false };

    for (const [who, stored] of [
        ["root", true],
        ["api", false],
    ] as const) {
        it(`that the instance enforces is refused as off before anything is written, by the token ${who}`, async () => {
            world.sandbox.db.settings.enforceInboundJobTokenScope = true;
            world.sandbox.db.projects.update(POETRY, { inboundJobTokenScopeEnabled: stored });
            await world.restart({ token: who });
            const { failures } = await world.plugin.check(LIST, off);
            expect(failures.map(({ property }) => property)).to.deep.equal(["enabled"]);
            expect(failures[0]!.reason).to.contain("cannot be false for project 1: the instance enforces");
            expect(world.sandbox.journal.writes()).to.deep.equal([]);
        });
    }

    it("may be off where nothing enforces it, with a warning where this token cannot see that", async () => {
        expect((await world.plugin.check(LIST, off)).failures).to.deep.equal([]);
        expect(said()).to.contain("This token cannot see whether it does.");
        await world.restart({ token: "root" });
        expect((await world.plugin.check(LIST, off)).failures).to.deep.equal([]);
        expect(said()).to.equal("");
    });

    it("that is to be on, or whose project is not known yet, is asked nothing about", async () => {
        for (const inputs of [listed(ETL), { ...off, project: UNKNOWN } as Props, { project: String(POETRY) }]) {
            expect((await world.plugin.check(LIST, inputs)).failures).to.deep.equal([]);
        }
        expect(world.sandbox.journal.count()).to.equal(0);
    });

    it("is said to have been turned off or on in GitLab by whoever did it there, and not by the program", async () => {
        const told = async (was: boolean, wanted: boolean, is: boolean) => {
            world.sandbox.db.projects.update(POETRY, { inboundJobTokenScopeEnabled: is });
            await world.restart();
            const of = (enabled: boolean) => ({ ...listed(OTHER), enabled });
            await world.plugin.diff(LIST, String(POETRY), of(was), of(wanted));
            return /was turned (on|off) in GitLab/.exec(said())?.[1];
        };
        expect(await told(true, true, false)).to.equal("off");
        expect(await told(false, false, true)).to.equal("on");
        for (const [was, wanted, is] of [
            [true, false, false],
            [true, false, true],
            [false, true, true],
            [false, true, false],
            [true, true, true],
            [false, false, false],
        ] as const) {
            expect(await told(was, wanted, is), `${was} ${wanted} ${is}`).to.equal(undefined);
        }
    });

    it("is in the state as far as it may have been written, and not at all where GitLab refused the first call", async () => {
        const path = /job_token_scope\/allowlist$/;
        const kept = async () =>
            ((await rejection(world.plugin.create(LIST, listed(OTHER, ETL)))) as PluginError).kept?.state.props;
        world.sandbox.faults.plan({
            method: "POST",
            path: "/projects/*/job_token_scope/allowlist",
            fault: { kind: "status", status: 403 },
        });
        expect(await kept()).to.equal(undefined);
        world.sandbox.faults.plan({
            method: "POST",
            path: "/projects/*/job_token_scope/allowlist",
            fault: { kind: "lose-answer" },
        });
        expect(await kept()).to.deep.include({ targetProjectIds: [OTHER, ETL] });
        expect(now()).to.deep.equal([OTHER, ETL]);
        expect(world.sandbox.journal.count({ method: "POST", path })).to.equal(2);
    });

    it("that is full loses no more than it must before what is new is on it", async () => {
        const more = Array.from({ length: 199 }, (_, at) =>
            addProject(world.sandbox.db, { path: `p${at}`, groupId: 1 }),
        );
        for (const { id } of more) add(id);
        const stay = more.slice(1).map(({ id }) => id);
        await world.plugin.create(LIST, listed(...stay, ETL));
        expect(writes()).to.deep.equal(["DELETE", "POST", "DELETE"]);
        expect(now()).to.have.members([...stay, ETL]);
    });

    it("says of whom a group lets in and of whom none does, one by one", async () => {
        add(BASE);
        const inputs = { project: String(POETRY), enabled: true, targetGroupIds: [1] };
        await world.plugin.create(LIST, inputs, { preview: true });
        expect(said())
            .to.contain("libs/base can get in now and is not declared. After up their jobs no longer do.")
            .and.contain(
                "apps/other can get in now and is not declared. After up their jobs still do, by a group above.",
            );
    });

    it("has GitLab's words alone where it is not for enforcement that it cannot be turned off", async () => {
        const fault = { kind: "status" as const, status: 400, body: { message: "nope" } };
        world.sandbox.faults.plan({ method: "PATCH", fault });
        const error = await rejection(world.plugin.create(LIST, { ...listed(OTHER), enabled: false }));
        expect(error.message).to.contain("nope").and.not.contain("enforcement");
    });

    describe("entry by entry", () => {
        const entry = (targetProjectId: number): Props => ({ project: String(POETRY), targetProjectId });

        it("has one target, of either kind", async () => {
            for (const target of [{ targetProjectId: ETL }, { targetGroupId: 1 }]) {
                expect((await world.plugin.check(ENTRY, { project: "1", ...target })).failures).to.deep.equal([]);
            }
        });

        it("is this stack's to take away once it has put it back", async () => {
            const found = await world.plugin.create(ENTRY, entry(OTHER));
            const same = await world.plugin.update(ENTRY, found.id, found.state, entry(OTHER));
            await world.plugin.delete(ENTRY, found.id, same.state);
            expect(now()).to.deep.equal([OTHER]);
            for (const { id } of world.sandbox.db.projectLinks.find("source", `inbound:${POETRY}`))
                world.sandbox.db.projectLinks.delete(id);
            const back = await world.plugin.update(ENTRY, found.id, found.state, entry(OTHER));
            expect(now()).to.deep.equal([OTHER]);
            await world.plugin.delete(ENTRY, found.id, back.state);
            expect(now()).to.deep.equal([]);
        });

        it("gives the whole list nothing to take away that was only found", async () => {
            const found = await world.plugin.create(ENTRY, entry(OTHER));
            await world.restart();
            await world.plugin.read(ENTRY, found.id, found.state, entry(OTHER));
            const { id, state } = await world.plugin.create(LIST, listed(OTHER));
            await world.restart();
            await world.plugin.delete(LIST, id, state);
            expect(now()).to.deep.equal([OTHER]);
        });
    });
});

describe("what is put back of an allowlist", () => {
    const world = useWorld("gitlab-fleet", { seed: SEED });
    const isOn = () => world.sandbox.db.projects.must(POETRY).inboundJobTokenScopeEnabled;

    it("leaves a list on that was on", async () => {
        const { db } = world.sandbox;
        const { id, state } = await world.plugin.create(BACKUP, { project: "apps/poetry" });
        await world.plugin.delete(BACKUP, id, state);
        expect(isOn()).to.equal(true);
        db.projects.update(POETRY, { inboundJobTokenScopeEnabled: false });
        await world.restart();
        await world.plugin.delete(BACKUP, id, state);
        expect(world.sandbox.journal.writes()).to.deep.equal([]);
    });

    it("is not done where GitLab refuses to turn the list off for another reason than enforcement", async () => {
        world.sandbox.db.projects.update(POETRY, { inboundJobTokenScopeEnabled: false });
        const { id, state } = await world.plugin.create(BACKUP, { project: "apps/poetry" });
        world.sandbox.db.projects.update(POETRY, { inboundJobTokenScopeEnabled: true });
        world.sandbox.faults.plan({ method: "PATCH", fault: { kind: "status", status: 403 } });
        expect((await rejection(world.plugin.delete(BACKUP, id, state))).message).to.contain("(403)");
        await world.plugin.delete(BACKUP, id, state);
        expect(isOn()).to.equal(false);
    });

    it("is planned without a request", async () => {
        const { state } = await world.plugin.create(BACKUP, { project: "apps/poetry" }, { preview: true });
        expect(state).to.include({ project: "apps/poetry", enabled: UNKNOWN, targetProjectIds: UNKNOWN });
        expect(world.sandbox.journal.count()).to.equal(0);
    });
});
