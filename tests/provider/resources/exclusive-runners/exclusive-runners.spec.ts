import { expect } from "chai";
import { UNKNOWN } from "../../../../core/props";
import { addRunner, type Sandbox, startSandbox } from "../../../../sandbox";
import { type Plugin, startPlugin } from "../../../helpers/plugin";
import { rejection } from "../../../helpers/rejection";

const TYPE = "ExclusiveRunners";
const OWNER = "fleet/prod";
const IDENTITY = "k7m2x9pq4w";
const marker = (name: string, owner = `${OWNER}#${IDENTITY}`) => `managed-by: gitlab-fleet ${owner}/${name}`;

describe("ExclusiveRunners", () => {
    let sandbox: Sandbox;
    let plugin: Plugin;
    let group: number;

    before(async () => {
        sandbox = await startSandbox({
            seed: {
                users: [{ username: "olga" }],
                groups: [{ path: "apps", members: { olga: "owner" } }, { path: "apps/sub" }],
                projects: [{ path: "apps/etl" }, { path: "apps/web" }],
                tokens: [
                    { name: "api", user: "olga", scopes: ["api"] },
                    { name: "read", user: "olga", scopes: ["read_api"] },
                ],
            },
        });
        group = sandbox.db.groups.all()[0]!.id;
    });
    beforeEach(async () => {
        sandbox.reset();
        plugin = await startPlugin("gitlab-fleet", { baseUrl: sandbox.url, token: sandbox.tokens.api });
    });
    afterEach(() => plugin.close());
    after(() => sandbox.close());

    const runner = (
        description: string,
        more: Partial<Parameters<typeof addRunner>[1]> = {},
        projects: number[] = [],
    ) => addRunner(sandbox.db, { runnerType: "group_type", groupId: group, description, ...more }, projects).id;
    const inputs = (more: object = {}) => ({
        owner: OWNER,
        identity: IDENTITY,
        runnerType: "group_type",
        groupId: group,
        runners: {},
        claim: { descriptions: ["my-*"] },
        ...more,
    });
    const ids = () => sandbox.db.runners.all().map(({ id }) => id);

    it("shows foreign runners and orphans in a plain preview, and changes nothing", async () => {
        runner("my-runner", { contactedAt: Date.now() - 3_600_000, creationState: "finished" });
        const orphan = runner("lost", { maintenanceNote: `${marker("ci")}\nmine` });
        const before = sandbox.db.runners.all();
        const declared = inputs({ foreign: "delete", runners: { ci: "999" } });
        const diff = await plugin.diff(TYPE, "group_type/1", { ...declared, found: [] }, declared);
        expect(diff).to.deep.include({ changes: true, detailed: { found: "update" }, replaces: [] });
        expect(plugin.logs).to.have.length(1);
        expect(plugin.logs[0]).to.include({ severity: "warn" });
        expect(plugin.logs[0]!.urn).to.match(/::it$/);
        const [title, foreign, lost] = plugin.logs[0]!.message.split("\n");
        expect(title).to.equal("Will delete 2 runners");
        expect(foreign).to.match(/^ {2}foreign #\d+ "my-runner" \(online, last contact 20.*Z\)$/);
        expect(lost).to.equal(`  orphan #${orphan} "lost" (never contacted)`);
        expect(sandbox.db.runners.all()).to.deep.equal(before);
        expect(sandbox.journal.writes()).to.deep.equal([]);
    });

    it("asks in a preview whether a runner that goes is the one that is made", async () => {
        const state = { ...inputs({ runners: { old: "4" } }), found: [] };
        await plugin.diff(TYPE, "group_type/1", state, inputs({ runners: { new: UNKNOWN } }));
        expect(plugin.logs.map(({ message }) => message).join()).to.include("renamedFrom: old at runner new.");
    });

    it("needs no more than a token that may read for a preview", async () => {
        runner("my-runner");
        const reader = await startPlugin("gitlab-fleet", { baseUrl: sandbox.url, token: sandbox.tokens.read });
        const diff = await reader.diff(TYPE, "x", inputs({ foreign: "delete" }), inputs({ foreign: "delete" }));
        await reader.close();
        expect(diff.changes).to.equal(true);
    });

    it("only reports by default: no change, and the finding as information", async () => {
        const id = runner("my-runner");
        const diff = await plugin.diff(TYPE, "x", inputs(), inputs());
        expect(diff.changes).to.equal(false);
        expect(plugin.logs.map(({ severity, message }) => [severity, message])).to.deep.equal([
            [
                "info",
                `Not declared here, and left as they are: 1 runner\n  foreign #${id} "my-runner" (never contacted)`,
            ],
        ]);
    });

    it("deletes orphans and claimed runners, and nothing else", async () => {
        const declared = runner("my-own", { maintenanceNote: marker("ci") });
        const kept = [
            declared,
            runner("theirs", { maintenanceNote: marker("ci", "fleet/dev") }),
            runner("my-but-another-stack's", { maintenanceNote: marker("ci", "fleet/dev") }),
            runner("unclaimed"),
            addRunner(sandbox.db, { runnerType: "group_type", groupId: group + 1, description: "my-sub" }).id,
            addRunner(sandbox.db, { runnerType: "instance_type", description: "my-instance" }).id,
        ];
        const gone = [
            runner("my-runner"),
            runner("orphan", { maintenanceNote: marker("ci") }),
            runner("by tag", { tagList: ["old", "x"] }),
        ];
        const created = await plugin.create(
            TYPE,
            inputs({
                runners: { ci: String(declared) },
                claim: { descriptions: ["my-*"], tags: ["old"] },
                foreign: "delete",
            }),
        );
        expect(ids()).to.deep.equal(kept);
        expect(created.state.found).to.deep.equal([]);
        expect(plugin.logs).to.have.length(1);
        const [title, ...lines] = plugin.logs[0]!.message.split("\n");
        expect(title).to.equal("Deleted 3 runners");
        expect(lines.map((line) => Number(/#(\d+)/.exec(line)![1]))).to.deep.equal(gone);
    });

    it("pauses once, and keeps listing what it paused", async () => {
        const id = runner("my-runner");
        const pausing = inputs({ foreign: "pause" });
        const created = await plugin.create(TYPE, pausing);
        expect(sandbox.db.runners.must(id).active).to.equal(false);
        expect(created.state.found).to.deep.equal([
            { id: String(id), description: "my-runner", status: "never_contacted", kind: "foreign", action: "pause" },
        ]);
        sandbox.journal.clear();
        expect((await plugin.diff(TYPE, created.id, created.state, pausing)).changes).to.equal(false);
        expect(sandbox.journal.writes()).to.deep.equal([]);
    });

    it("leaves to the engine what the last up declared and this one does not, and takes it for an orphan later", async () => {
        const id = runner("gone", { maintenanceNote: marker("gone") });
        const old = inputs({ runners: { gone: String(id) } });
        const { state } = await plugin.update(TYPE, "group_type/1", { ...old, found: [] }, inputs(), {
            oldInputs: old,
        });
        expect(ids()).to.deep.equal([id]);
        expect(plugin.logs).to.deep.equal([]);
        await plugin.update(TYPE, "group_type/1", state, inputs());
        expect(ids()).to.deep.equal([]);
    });

    it("takes a runner for an orphan when the one declared under its name is only planned", async () => {
        const id = runner("ci", { maintenanceNote: marker("ci") });
        await plugin.create(TYPE, inputs({ runners: { ci: UNKNOWN } }), { preview: true });
        expect(plugin.logs.map(({ message }) => message)).to.deep.equal([
            `Will delete 1 runner\n  orphan #${id} "ci" (never contacted)`,
        ]);
        expect(sandbox.journal.writes()).to.deep.equal([]);
    });

    it("leaves what bears a name of this very stack that is not listed, claimed or not, and asks to list it", async () => {
        const late = runner("my-late", { maintenanceNote: marker("late"), contactedAt: Date.now() });
        const never = runner("never", { maintenanceNote: marker("never") });
        await plugin.create(TYPE, inputs({ foreign: "delete", runners: { ci: "999" } }));
        expect(ids()).to.deep.equal([late, never]);
        const [, ...lines] = plugin.logs
            .map(({ message }) => message)
            .join("\n")
            .split("\n");
        const why = (name: string) =>
            `its marker names ${name} of this very stack, which is not among the runners listed here. If the program declares it elsewhere, list it here too; if nothing does, delete it in GitLab`;
        expect(lines[0])
            .to.match(new RegExp(`^ {2}foreign #${late} "my-late" `))
            .and.contain(why("late"));
        expect(lines.slice(1)).to.deep.equal([`  orphan #${never} "never" (never contacted): ${why("never")}`]);
    });

    it("says nothing of a runner that the program has declared elsewhere", async () => {
        const id = runner("my-own", { maintenanceNote: marker("outside") });
        const token = {
            runnerId: String(id),
            token: "glrt-abcdefghijklmnopqrst",
            obtainedAt: new Date().toISOString(),
        };
        await plugin.diff("RunnerToken", String(id), token, { runnerId: String(id) });
        plugin.logs.length = 0;
        const created = await plugin.create(TYPE, inputs({ foreign: "delete" }));
        expect(ids()).to.deep.equal([id]);
        expect(created.state.found).to.deep.equal([]);
        expect(plugin.logs).to.deep.equal([]);
    });

    it("does not look while the scope itself is only planned", async () => {
        await plugin.create(TYPE, inputs({ groupId: UNKNOWN }), { preview: true });
        expect(sandbox.journal.count()).to.equal(0);
    });

    it("leaves runners alone that serve further projects, and says so", async () => {
        const [etl, web] = sandbox.db.projects.all().map(({ id }) => id);
        const shared = runner("my-shared", { runnerType: "project_type", groupId: null }, [etl!, web!]);
        const own = runner("my-own", { runnerType: "project_type", groupId: null }, [etl!]);
        const scope = {
            owner: OWNER,
            runnerType: "project_type",
            projectId: etl,
            runners: {},
            claim: { descriptions: ["my-*"] },
        };
        const created = await plugin.create(TYPE, { ...scope, foreign: "delete" });
        expect(ids()).to.deep.equal([shared]);
        expect(created.state.found).to.have.nested.property("[0].action", "report");
        expect(plugin.logs.map(({ message }) => message)).to.deep.equal([
            `Deleted 1 runner\n  foreign #${own} "my-own" (never contacted)`,
            `Left alone: 1 runner\n  foreign #${shared} "my-shared" (never contacted): serves 2 projects, so unassign it there or delete it by hand`,
        ]);
    });

    it("takes a runner that is gone by then for deleted", async () => {
        runner("my-runner");
        const reply = { status: 404, body: { message: "404 Runner Not Found" } };
        sandbox.faults.plan({ method: "DELETE", fault: { kind: "status", ...reply } });
        expect((await plugin.create(TYPE, inputs({ foreign: "delete" }))).state.found).to.deep.equal([]);
    });

    it("names every runner it could not change, after it tried them all", async () => {
        runner("my-a");
        runner("my-b");
        sandbox.faults.plan({
            method: "DELETE",
            fault: { kind: "status", status: 403, body: { message: "403 Forbidden - No access granted" } },
        });
        const error = await rejection(plugin.create(TYPE, inputs({ foreign: "delete" })));
        expect(error.message).to.contain('ExclusiveRunners "it": 1 of 2 runners could not be changed.');
        expect(error.message).to.contain("403 Forbidden - No access granted");
        expect(ids()).to.have.length(1);
    });

    it("works without GraphQL, and then too leaves inherited runners alone", async () => {
        const sub = sandbox.db.groups.all()[1]!.id;
        const inherited = runner("my-inherited");
        const own = addRunner(sandbox.db, { runnerType: "group_type", groupId: sub, description: "my-own" }).id;
        sandbox.faults.plan({
            path: "/api/graphql",
            times: 0,
            fault: { kind: "status", status: 403, body: { message: "403 Forbidden" } },
        });
        await plugin.create(TYPE, inputs({ groupId: sub, foreign: "delete" }));
        expect(ids()).to.deep.equal([inherited]);
        expect(ids()).not.to.include(own);
    });

    for (const graphql of [true, false]) {
        it(`takes no runner of a group above or below for an orphan of its own, ${graphql ? "with" : "without"} GraphQL`, async () => {
            const sub = sandbox.db.groups.all()[1]!.id;
            const deep = addRunner(sandbox.db, {
                runnerType: "group_type",
                groupId: sub,
                description: "my-sub",
                maintenanceNote: marker("sub"),
            }).id;
            const above = runner("my-own", { maintenanceNote: marker("ci") });
            if (!graphql) {
                sandbox.faults.plan({ path: "/api/graphql", times: 0, fault: { kind: "status", status: 404 } });
            }
            // Each scope declares its own runner only, as the components do, so the other's would be an orphan there.
            for (const [groupId, runners] of [
                [group, { ci: String(above) }],
                [sub, { sub: String(deep) }],
            ] as const) {
                const created = await plugin.create(TYPE, inputs({ groupId, runners, foreign: "delete" }));
                expect(created.state.found).to.deep.equal([]);
            }
            expect(ids()).to.have.members([above, deep]);
            // And its own orphan does go.
            await plugin.create(TYPE, inputs({ groupId: sub, runners: { sub: "999" } }));
            expect(ids()).to.deep.equal([above]);
        });
    }

    it("asks once for a scope that several resources look at", async () => {
        await Promise.all([1, 2, 3].map(() => plugin.diff(TYPE, "x", inputs(), inputs())));
        expect(sandbox.journal.count({ path: "/api/graphql" })).to.equal(1);
    });

    it("reads on after the first page of 100", async () => {
        for (let i = 0; i < 120; i++) {
            runner("my-runner");
        }
        await plugin.create(TYPE, inputs({ foreign: "delete", limit: 200 }));
        expect(ids()).to.deep.equal([]);
    });

    it("raises the error when GitLab cannot be asked, because silence would look like a clean scope", async () => {
        sandbox.faults.plan({
            times: 0,
            fault: { kind: "status", status: 401, body: { message: "401 Unauthorized" } },
        });
        const error = await rejection(plugin.diff(TYPE, "x", inputs(), inputs()));
        expect(error.message).to.contain("(401): 401 Unauthorized.");
    });

    it("deletes nothing in GitLab when it is deleted itself", async () => {
        runner("my-runner");
        await plugin.delete(TYPE, "x", inputs());
        expect(sandbox.journal.count()).to.equal(0);
    });

    it("reports every problem of its inputs at once", async () => {
        const { failures } = await plugin.check(TYPE, {
            owner: "fleet",
            runnerType: "group_type",
            projectId: 1,
            runners: { ci: "x" },
            foreign: "kill",
        });
        expect(failures.map(({ property }) => property)).to.deep.equal([
            "owner",
            "groupId",
            "projectId",
            "foreign",
            "runners.ci",
        ]);
    });
});
