import { expect } from "chai";
import type { Props } from "../../../../core/props";
import {
    addProject,
    deleteProject,
    HOUR,
    removeMember,
    type Sandbox,
    type Seed,
    scheduleDeletion,
    startSandbox,
} from "../../../../sandbox";
import { type Plugin, startPlugin } from "../../../helpers/plugin";
import { rejection } from "../../../helpers/rejection";
import { visible } from "../../../helpers/visible";

const SEED: Seed = {
    users: [{ username: "root", admin: true }, { username: "olga" }],
    groups: [
        { path: "libs", members: { olga: "owner" } },
        { path: "apps", members: { olga: "owner" } },
        // Not olga's: what is shared with her own group she would still see.
        { path: "ops", visibility: "internal" },
    ],
    projects: [{ path: "apps/etl" }, { path: "apps/web" }],
    tokens: [
        { name: "olga", user: "olga", scopes: ["api"] },
        { name: "root", user: "root", scopes: ["api"] },
    ],
};

/** Every resource that is a part of a project, and what it leaves open there as a message has it. */
const TYPES: Record<string, { pack: "gitlab" | "gitlab-fleet"; inputs: Props; open: string }> = {
    ProjectJobTokenScopes: {
        pack: "gitlab",
        inputs: { targetProjectIds: [1], targetGroupIds: [3] },
        open: "its job-token allowlist still lets in apps/etl, group ops.",
    },
    ProjectJobTokenScope: {
        pack: "gitlab",
        inputs: { targetProjectId: 1 },
        open: "its job-token allowlist still lets in apps/etl.",
    },
    ProjectShareGroup: {
        pack: "gitlab",
        inputs: { groupId: 3, groupAccess: "reporter" },
        open: "it is still shared with group ops, whose people are members of it.",
    },
    JobTokenPolicies: {
        pack: "gitlab-fleet",
        inputs: { entries: [{ targetProjectId: 1, policies: ["READ_PACKAGES"] }] },
        open: "its job-token allowlist still lets in apps/etl.",
    },
    AllowlistBackup: {
        pack: "gitlab-fleet",
        inputs: { onDestroy: "restore" },
        open: "Its job-token allowlist was to become what it was before.",
    },
};

describe("what belongs to a project that GitLab does not show any more", () => {
    let sandbox: Sandbox;
    let poetry: number;

    before(async () => {
        sandbox = await startSandbox({ seed: SEED });
    });
    beforeEach(() => {
        sandbox.reset();
        // The last one made: a backup from before it gives its id out again.
        poetry = addProject(sandbox.db, { path: "poetry", groupId: libs() }).id;
        sandbox.journal.clear();
    });
    after(() => sandbox.close());

    const libs = () => sandbox.db.groups.first("path", "libs")!.id;
    const olga = () => sandbox.db.users.first("username", "olga")!.id;
    /** Each operation of Pulumi's starts the plugin anew. */
    const operation = async <T>(
        pack: "gitlab" | "gitlab-fleet",
        act: (plugin: Plugin) => Promise<T>,
        token = "olga",
    ): Promise<{ result: T; said: string[] }> => {
        const plugin = await startPlugin(pack, { baseUrl: sandbox.url, token: sandbox.tokens[token] });
        try {
            const result = await act(plugin);
            return { result, said: plugin.logs.map(({ severity, message }) => `${severity}: ${message}`) };
        } finally {
            await plugin.close();
        }
    };
    const loseMembership = () => removeMember(sandbox.db, olga(), "group", libs());
    const written = () => sandbox.journal.writes().map(({ method, path }) => `${method} ${path}`);

    for (const [type, { pack, inputs, open }] of Object.entries(TYPES)) {
        describe(type, () => {
            let id: string;
            let state: Props;
            let all: Props;
            beforeEach(async () => {
                all = { project: String(poetry), ...inputs };
                ({
                    result: { id, state },
                } = await operation(pack, (plugin) => plugin.create(type, all)));
                sandbox.journal.clear();
                sandbox.clock.advance(HOUR);
            });

            it("stays in the state, with a warning, when the token has lost its membership", async () => {
                loseMembership();
                const { result, said } = await operation(pack, (plugin) => plugin.read(type, id, state, all));
                expect(result!.state).to.deep.equal(state);
                expect(result!.inputs).to.deep.equal(all);
                expect(said).to.have.length(1);
                expect(said[0]).to.contain(
                    `warn: Project libs/poetry (id ${poetry}) is gone, or this token may no longer look at it`,
                );
                expect(said[0]).to.contain(open).and.contain("It stays in the state");
            });

            it("is not taken for deleted then: what is still open is named, and the ways on", async () => {
                loseMembership();
                const { message } = await rejection(operation(pack, (plugin) => plugin.delete(type, id, state)));
                expect(message).to.contain(`Project libs/poetry (id ${poetry}) is gone, or this token may no longer`);
                expect(message).to.contain(open);
                expect(message).to.match(/administrator.* pulumi state delete 'urn:pulumi:test::demo::.+::it'$/);
                const update = await rejection(operation(pack, (plugin) => plugin.update(type, id, state, all)));
                expect(update.message).to.contain("Nothing was changed.");
                expect(written()).to.deep.equal([]);
            });

            it("is gone for an administrator, whom GitLab shows everything", async () => {
                deleteProject(sandbox.db, poetry);
                const root = <T>(act: (plugin: Plugin) => Promise<T>) => operation(pack, act, "root");
                const found = await root((plugin) => plugin.read(type, id, state, all));
                expect(found.result).to.equal(undefined);
                expect(found.said[0]).to.contain(`Project libs/poetry (id ${poetry}) is gone from GitLab.`);
                const { result: diff } = await root((plugin) => plugin.diff(type, id, state, all, all));
                expect(diff.replaces).to.deep.equal(["id"]);
                await root((plugin) => plugin.delete(type, id, state));
                expect(written()).to.deep.equal([]);
            });

            it("is not the project's that has its id after a restored backup", async () => {
                deleteProject(sandbox.db, poetry);
                addProject(sandbox.db, { id: poetry, path: "theirs", groupId: libs() });
                const { result: diff, said } = await operation(pack, (plugin) =>
                    plugin.diff(type, id, state, all, all),
                );
                expect(diff.replaces).to.deep.equal(["id"]);
                expect(said[0]).to.match(
                    /Project libs\/poetry \(id \d+\) was created .+; what has its id now is libs\/theirs/,
                );
                const update = await rejection(operation(pack, (plugin) => plugin.update(type, id, state, all)));
                expect(update.message).to.contain("libs/theirs").and.to.contain("Nothing was changed.");
                const { result: found } = await operation(pack, (plugin) => plugin.read(type, id, state, all));
                expect(found).to.equal(undefined);
                const left = await operation(pack, (plugin) => plugin.delete(type, id, state));
                expect(left.said.join()).to.contain("It is left as it is.");
                expect(written()).to.deep.equal([]);
            });

            it("stops under a changed address where that GitLab has another project with the id, or none", async () => {
                const elsewhere = { ...state, __gitlab: "https://old.example.org/api/v4/" };
                const renamed = await operation(pack, (plugin) => plugin.diff(type, id, elsewhere, all, all));
                expect(renamed.result.changes).to.equal(false);
                deleteProject(sandbox.db, poetry);
                for (const another of [false, true]) {
                    if (another) addProject(sandbox.db, { id: poetry, path: "theirs", groupId: libs() });
                    for (const act of [
                        (plugin: Plugin) => plugin.diff(type, id, elsewhere, all, all),
                        (plugin: Plugin) => plugin.read(type, id, elsewhere, all),
                        (plugin: Plugin) => plugin.delete(type, id, elsewhere),
                    ]) {
                        const { message } = await rejection(operation<unknown>(pack, act));
                        expect(message).to.contain("was made in https://old.example.org/api/v4/");
                    }
                }
                expect(written()).to.deep.equal([]);
            });

            it("goes by the id alone in a state of an earlier version, and learns the rest when it is read", async () => {
                const { result: diff } = await operation(pack, (plugin) =>
                    plugin.diff(type, id, visible(state), all, all),
                );
                expect(diff.changes).to.equal(false);
                if (type === "AllowlistBackup") return;
                const { result: found } = await operation(pack, (plugin) => plugin.read(type, id, visible(state), all));
                expect(found!.state).to.include({ __projectPath: "libs/poetry" });
                expect(found!.state.__projectCreatedAt).to.equal(state.__projectCreatedAt);
            });
        });
    }

    it("asks once who the token belongs to, however many are lost", async () => {
        loseMembership();
        await operation("gitlab", async (plugin) => {
            for (const target of [1, 2]) {
                const state = { project: String(poetry), targetProjectId: target };
                await plugin.read("ProjectJobTokenScope", `${poetry}:${target}`, state, state);
            }
        });
        expect(sandbox.journal.entries({ path: "/api/v4/user" })).to.have.length(1);
    });

    it("raises what is no 404", async () => {
        const state = { project: String(poetry), targetProjectId: 1 };
        const body = { message: "403 Forbidden" };
        sandbox.faults.plan({ path: "**", times: 0, fault: { kind: "status", status: 403, body } });
        const reading = operation("gitlab", (plugin) =>
            plugin.read("ProjectJobTokenScope", `${poetry}:1`, state, state),
        );
        expect((await rejection(reading)).message).to.contain("(403)");
        sandbox.faults.clear();
    });

    it("tells a project that waits for its deletion, and an archived one, apart from one that is gone", async () => {
        const state = { project: String(poetry), enabled: true, targetProjectIds: [], targetGroupIds: [] };
        const look = () =>
            operation("gitlab", (plugin) => plugin.diff("ProjectJobTokenScopes", String(poetry), state, state));
        expect((await look()).said).to.deep.equal([]);
        sandbox.db.projects.update(poetry, { archived: true });
        expect((await look()).said.join()).to.contain(`warn: Project libs/poetry (id ${poetry}) is archived`);
        sandbox.db.projects.update(poetry, { archived: false });
        scheduleDeletion(sandbox.db, poetry);
        const { said, result } = await look();
        expect(result.changes).to.equal(false);
        expect(said).to.have.length(1);
        expect(said[0]).to.match(
            /^warn: Project libs\/poetry-deletion_scheduled-\d+ \(id \d+\) waits for its deletion/,
        );
    });

    it("asks again without the day of deletion where GitLab's GraphQL does not have it", async () => {
        const words = "Field 'markedForDeletionOn' doesn't exist on type 'Project'";
        const body = { errors: [{ message: words }] };
        sandbox.faults.plan({ path: "/api/graphql", fault: { kind: "status", status: 200, body } });
        await operation("gitlab", async (plugin) => {
            for (const project of [String(poetry), "1"]) {
                const state = { project, enabled: true, targetProjectIds: [] };
                await plugin.diff("ProjectJobTokenScopes", project, state, state);
            }
        });
        expect(sandbox.journal.entries().map(({ path }) => path)).to.deep.equal(Array(3).fill("/api/graphql"));
    });

    it("compares a hundred lists, and what is in them, with four questions", async () => {
        const ids = Array.from(
            { length: 100 },
            (_, i) => addProject(sandbox.db, { path: `p${i}`, groupId: libs() }).id,
        );
        await operation("gitlab", async (plugin) => {
            const states = ids.map((id) => ({ project: String(id), enabled: true, targetProjectIds: [] }));
            await Promise.all(states.map((state) => plugin.diff("ProjectJobTokenScopes", state.project, state, state)));
            await Promise.all(states.map((state) => plugin.read("ProjectJobTokenScopes", state.project, state, state)));
        });
        expect(sandbox.journal.count()).to.equal(4);
    });
});
