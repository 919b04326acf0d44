import { mock } from "node:test";
import { expect } from "chai";
import { GitLab } from "../../gitlab/client";
import { toGitLabConfig } from "../../gitlab/config";
import { forgetRunners, readRunner } from "../../gitlab/runner-reads";
import { addRunner, type Sandbox, startSandbox } from "../../sandbox";

/** As many as Pulumi's engine asks about at once. */
const AT_ONCE = 16;

describe("readRunner, asked for one after the other as the engine does", () => {
    let sandbox: Sandbox;
    let gitlab: GitLab;
    let scope: { runnerType: "group_type"; id: number };
    let ids: number[];

    before(async () => {
        sandbox = await startSandbox({
            seed: {
                users: [{ username: "olga" }],
                groups: [{ path: "apps", members: { olga: "owner" } }],
                tokens: [{ name: "api", user: "olga", scopes: ["api"] }],
            },
        });
        scope = { runnerType: "group_type", id: sandbox.db.groups.all()[0]!.id };
        ids = Array.from(
            { length: 1000 },
            () => addRunner(sandbox.db, { runnerType: "group_type", groupId: scope.id }).id,
        );
    });
    beforeEach(() => {
        sandbox.journal.clear();
        const env = { GITLAB_BASE_URL: `${sandbox.url}/api/v4/`, GITLAB_TOKEN: sandbox.tokens.api };
        gitlab = new GitLab(toGitLabConfig({}, env).config, { gather: 0 });
    });
    after(() => sandbox.close());

    async function read(wanted: number[]): Promise<void> {
        for (let i = 0; i < wanted.length; i += AT_ONCE) {
            const some = wanted.slice(i, i + AT_ONCE);
            const records = await Promise.all(some.map((id) => readRunner(gitlab, id, scope)));
            expect(records.map((record) => record?.id)).to.deep.equal(some);
        }
    }

    for (const [order, sort] of [
        ["the oldest first, while GitLab lists the newest first", (a: number, b: number) => a - b],
        ["the newest first", (a: number, b: number) => b - a],
        ["in no order", (a: number, b: number) => ((a * 7919) % 1009) - ((b * 7919) % 1009)],
    ] as const) {
        it(`reads a thousand runners, ${order}, in tens of requests`, async () => {
            await read([...ids].sort(sort));
            expect(sandbox.journal.count()).to.be.within(10, 40);
        });
    }

    it("reads a few old ones among a thousand without listing them all", async () => {
        await read(ids.slice(0, 3));
        expect(sandbox.journal.count()).to.be.below(6);
    });

    it("answers what a page has already told at once, and waits for no others", async () => {
        await read(ids);
        sandbox.journal.clear();
        const waits = mock.method(globalThis, "setTimeout");
        try {
            for (const id of ids) await readRunner(gitlab, id, scope);
            expect(waits.mock.callCount()).to.equal(0);
        } finally {
            waits.mock.restore();
        }
        expect(sandbox.journal.count()).to.equal(0);
    });

    it("asks again for what was written since", async () => {
        await read(ids);
        const id = ids.at(-1)!;
        await gitlab.put(`/runners/${id}`, { description: "written since" });
        forgetRunners(gitlab);
        expect((await readRunner(gitlab, id, scope))?.description).to.equal("written since");
    });
});
