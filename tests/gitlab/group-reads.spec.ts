import { expect } from "chai";
import { groupsAbove } from "../../core/paths";
import { readAllowlist, readListed } from "../../gitlab/allowlist-reads";
import { allow } from "../../gitlab/allowlists";
import { GitLab } from "../../gitlab/client";
import { toGitLabConfig } from "../../gitlab/config";
import { readShares } from "../../gitlab/project-shares";
import { addGroup, addProject, type Sandbox, startSandbox } from "../../sandbox";

const PROJECTS = 1000;

describe("what projects of one group have, asked for one after the other as the engine does", () => {
    let sandbox: Sandbox;
    let gitlab: GitLab;
    /** `libs/team-<0…199>/p<0…4>`. */
    let projects: { id: number; path: string }[];

    before(async () => {
        sandbox = await startSandbox({
            seed: {
                settings: { rateLimits: { project: 0 } },
                users: [{ username: "olga" }, { username: "dev" }],
                groups: [{ path: "libs", members: { olga: "owner" } }],
                projects: [{ path: "libs/first", members: { dev: "maintainer" } }],
                tokens: ["olga", "dev"].map((user) => ({ name: user, user, scopes: ["api"] })),
            },
        });
        const { db } = sandbox;
        const libs = db.groups.first("path", "libs")!.id;
        projects = Array.from({ length: PROJECTS / 5 }, (_, team) => {
            const group = addGroup(db, { path: `team-${team}`, parentId: libs });
            return Array.from({ length: 5 }, (_, i) => ({
                id: addProject(db, { path: `p${i}`, groupId: group.id }).id,
                path: `libs/team-${team}/p${i}`,
            }));
        }).flat();
    });
    beforeEach(() => {
        sandbox.journal.clear();
        gitlab = clientOf("olga");
    });
    afterEach(() => gitlab.close());
    after(() => sandbox.close());

    const clientOf = (user: string) =>
        new GitLab(toGitLabConfig({ baseUrl: sandbox.url, token: sandbox.tokens[user] }, {}).config, { gather: 0 });
    async function readAll(wanted: typeof projects, read: (id: number, path: string) => Promise<number | undefined>) {
        for (const { id, path } of wanted) expect(await read(id, path)).to.equal(id);
    }
    const list = async (id: number, path?: string) => (await readListed(gitlab, id, { path }))?.id;
    const permissions = async (id: number, path: string) =>
        (await readListed(gitlab, id, { path, listing: "permissions" }))?.id;
    const shares = async (id: number, path: string) => (await readShares(gitlab, String(id), path))?.id;

    for (const [order, sort] of [
        ["the oldest first, while GitLab lists the newest first", (a: number, b: number) => a - b],
        ["the newest first", (a: number, b: number) => b - a],
        ["in no order", (a: number, b: number) => ((a * 7919) % 1009) - ((b * 7919) % 1009)],
    ] as const) {
        for (const [what, read] of Object.entries({ list, permissions, shares })) {
            it(`reads those of a thousand, ${order}, in tens of requests (${what})`, async () => {
                await readAll(
                    [...projects].sort((a, b) => sort(a.id, b.id)),
                    read,
                );
                expect(sandbox.journal.count()).to.be.within(10, 48);
            });
        }
    }

    it("reads those of a thousand whose paths nobody knows in tens of requests", async () => {
        await readAll(projects, (id) => list(id));
        expect(sandbox.journal.count()).to.be.within(10, 48);
    });

    it("never sends more than three requests for each by id where neighbours of unknown paths have no group in common", async () => {
        const some = projects.filter((_, i) => i % 80 === 0);
        await readAll(some, (id) => list(id));
        expect(sandbox.journal.count()).to.be.below(3 * some.length + 2);
    });

    it("reads those of a few among a thousand with hardly more requests than by id", async () => {
        const few = projects.filter((_, i) => i % 200 === 0);
        await readAll(few, list);
        expect(sandbox.journal.count()).to.equal(few.length + 1);
    });

    it("never sends more than three requests for each that asking by id would send, besides the first page", async () => {
        const some = projects.filter((_, i) => i % 80 === 0);
        await readAll(some, list);
        expect(sandbox.journal.count()).to.be.below(3 * some.length + 2);
    });

    it("reads those of one small group among many with one page", async () => {
        const team = projects.slice(50, 55);
        await readAll(team, list);
        // Two by id, then the first page of libs, which does not have them, and the one of the team.
        expect(sandbox.journal.count()).to.equal(4);
    });

    it("reads by id where the group is not known, is another one by now, or may not be looked at", async () => {
        await gitlab.close();
        gitlab = clientOf("dev");
        const { id } = sandbox.db.projects.first("path", "libs/first")!;
        for (const path of [undefined, "gone/first", "libs/first", "olga/first"]) {
            gitlab.shared.forget("");
            expect((await readListed(gitlab, id, { path }))?.path).to.equal("libs/first");
        }
    });

    it("goes on where GitLab answers no page of a group", async () => {
        sandbox.faults.plan({
            path: "/api/graphql",
            after: 2,
            times: 1,
            fault: { kind: "status", status: 403, body: { message: "too much" } },
        });
        await readAll(projects.slice(0, 4), list);
        expect(sandbox.journal.count()).to.equal(4);
        sandbox.faults.clear();
    });

    it("does not take a list from a page that was read before the list was written", async () => {
        const [target, ...others] = projects.slice(0, 5);
        await readAll(others.slice(0, 3), list);
        await allow(gitlab, target!.id, "projects", others[0]!.id);
        expect((await readListed(gitlab, target!.id, { path: target!.path }))?.projects).to.deep.equal([others[0]!.id]);
        expect((await readAllowlist(gitlab, target!.id)).projects).to.deep.equal([others[0]!.id]);
    });

    it("knows the groups above a project", () => {
        expect(groupsAbove("a/b/c")).to.deep.equal(["a", "a/b"]);
        expect(groupsAbove("")).to.deep.equal([]);
    });
});
