import { expect } from "chai";
import { type ListedProject, readFiles, readProducer } from "../../../cli/access/gather";
import { GitLab } from "../../../gitlab/client";
import { toGitLabConfig } from "../../../gitlab/config";
import { type Sandbox, startSandbox } from "../../../sandbox";
import { addProjectLink } from "../../../sandbox/job-token-links";
import { rejection } from "../../helpers/rejection";

const PRODUCERS = Array.from({ length: 20 }, (_, at) => `containers/p${at}`);
const CONSUMERS = Array.from({ length: 120 }, (_, at) => `apps/c${at}`);

describe("readProducer", () => {
    let sandbox: Sandbox;
    let gitlab: GitLab;
    const idOf = (path: string) => sandbox.db.projects.first("path", path)!.id;
    const give = (producer: string, consumer: string, policies: string[]) =>
        addProjectLink(sandbox.db, {
            sourceId: idOf(producer),
            targetId: idOf(consumer),
            addedById: null,
            defaultPermissions: false,
            policies,
        });

    before(async () => {
        sandbox = await startSandbox({
            seed: {
                settings: { rateLimits: { project: 0 } },
                users: [{ username: "olga" }],
                groups: ["containers", "apps"].map((path) => ({ path, members: { olga: "owner" } })),
                projects: [
                    ...PRODUCERS.map((path) => ({ path, jobTokenScope: { enabled: true, projects: ["apps/c0"] } })),
                    ...CONSUMERS.map((path) => ({ path })),
                ],
                tokens: [{ name: "api", user: "olga", scopes: ["api"] }],
            },
        });
        for (const producer of PRODUCERS) give(producer, "apps/c1", ["READ_PACKAGES"]);
    });
    beforeEach(() => {
        sandbox.journal.clear();
        const { config } = toGitLabConfig({ baseUrl: sandbox.url, token: sandbox.tokens.api }, {});
        gitlab = new GitLab(config, { sleep: async () => {} });
    });
    afterEach(() => {
        sandbox.faults.clear();
        return gitlab.close();
    });
    after(() => sandbox.close());

    it("has lists and permissions of many with few questions, besides each one's own record and log", async () => {
        const producers = await Promise.all(PRODUCERS.map((path) => readProducer(gitlab, path)));
        for (const { list } of producers) {
            expect(list).to.deep.include({ enabled: true, projects: ["apps/c0", "apps/c1"], groups: [] });
            expect(list!.policies).to.deep.equal({ "apps/c1": ["READ_PACKAGES"] });
        }
        // Lists, and names of who is on them.
        expect(sandbox.journal.count() - 2 * PRODUCERS.length).to.be.at.most(4);
    });

    it("has the permissions of a list that is longer than a page", async () => {
        const [producer] = PRODUCERS;
        for (const consumer of CONSUMERS.slice(2)) give(producer!, consumer, ["READ_JOBS"]);
        const { list } = await readProducer(gitlab, producer!);
        expect(list!.projects).to.have.length(CONSUMERS.length);
        expect(list!.policies["apps/c119"]).to.deep.equal(["READ_JOBS"]);
    });

    for (const [what, query] of [
        ["the log of use", "ciJobTokenAuthLogs"],
        // Asked for by themselves where the list is longer than a page.
        ["permissions", "__typename"],
    ] as const) {
        it(`says nothing rather than that there is none, where GitLab fails at ${what}`, async () => {
            const strike = { bodyIncludes: query, times: 0, fault: { kind: "status", status: 502 } } as const;
            sandbox.faults.plan(strike);
            const error = await rejection(readProducer(gitlab, PRODUCERS[0]!));
            expect(error.message).to.match(/^GitLab failed at POST \/api\/graphql \(502\)/);
        });

        it(`does not take it that something before GitLab bars the question for ${what} for GitLab's having none`, async () => {
            const barred = { bodyIncludes: query, times: 0, fault: { kind: "html", status: 403 } } as const;
            sandbox.faults.plan(barred);
            const error = await rejection(readProducer(gitlab, PRODUCERS[0]!));
            expect(error.message).to.contain("A proxy or firewall before GitLab says so");
        });

        it(`goes on without ${what} where GitLab has no such thing`, async () => {
            const errors = [{ message: `Field '${query}' doesn't exist on type 'Project'` }];
            const answer = { kind: "status", status: 200, body: { errors } } as const;
            sandbox.faults.plan({ bodyIncludes: query, times: 0, fault: answer });
            const { list } = await readProducer(gitlab, PRODUCERS[0]!);
            expect(list).to.include({ enabled: true });
        });
    }
});

describe("readFiles", () => {
    let sandbox: Sandbox;
    let gitlab: GitLab;
    const files = { Dockerfile: "FROM x\n", "ci/a b.sh": "é", logo: "\0", big: "b".repeat(11 * 1024 * 1024) };
    before(async () => {
        sandbox = await startSandbox({
            seed: {
                users: [{ username: "olga" }],
                groups: [{ path: "apps", members: { olga: "owner" } }],
                projects: [{ path: "apps/etl", files: { ...files, big2: files.big } }, { path: "apps/empty" }],
                tokens: [{ name: "api", user: "olga", scopes: ["read_api", "read_repository"] }],
            },
        });
        const { config } = toGitLabConfig({ baseUrl: sandbox.url, token: sandbox.tokens.api }, {});
        gitlab = new GitLab(config, { sleep: async () => {} });
    });
    after(async () => {
        await gitlab.close();
        await sandbox.close();
    });
    const read = async (path: string, names: readonly string[]) => {
        sandbox.journal.clear();
        const project = { id: sandbox.db.projects.first("path", path)!.id, path_with_namespace: path };
        const found = await readFiles(gitlab, { ...project, default_branch: "main" } as ListedProject, names);
        return { found: [...found], asked: sandbox.journal.count() };
    };

    it("has many with one question for fifty, and nothing of those that are not there", async () => {
        const guessed = Array.from({ length: 117 }, (_, at) => `guessed-${at}`);
        const { found, asked } = await read("apps/etl", ["Dockerfile", "ci/a b.sh", "logo", ...guessed]);
        expect(found.filter(([, text]) => text !== undefined)).to.deep.equal([
            ["Dockerfile", "FROM x\n"],
            ["ci/a b.sh", "é"],
            ["logo", "\0"],
        ]);
        expect(found).to.have.length(120);
        expect(asked).to.equal(3);
        expect(await read("apps/empty", ["Dockerfile"])).to.deep.equal({
            found: [["Dockerfile", undefined]],
            asked: 1,
        });
    });

    it("asks for each alone where all together are more than GitLab hands out", async () => {
        const { found, asked } = await read("apps/etl", ["big", "big2", "no", "Dockerfile"]);
        const sizes = { big: files.big.length, big2: files.big.length, no: undefined, Dockerfile: 7 };
        expect(Object.fromEntries(found.map(([name, text]) => [name, text?.length]))).to.deep.equal(sizes);
        expect(asked).to.equal(5);
    });
});
