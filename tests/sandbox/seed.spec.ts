import path from "node:path";
import { expect } from "chai";
import { readSeed, startSandbox } from "../../sandbox";
import { parseSeed } from "../../sandbox/seed/read";
import { client } from "./client";

const ROOT = path.resolve(import.meta.dirname ?? __dirname, "../..");
const DEMO = path.join(ROOT, "sandbox/seeds/demo.yaml");

describe("seeds", () => {
    it("tell every mistake at once, each with its path", () => {
        const text =
            "users: [{ username: a, admn: true }]\ngroups: [{ path: 'a b' }]\nrunners: [{ scope: everywhere }]";
        expect(() => parseSeed(text, "x.yaml"))
            .to.throw(/Seed "x\.yaml": 3 problem\(s\)/)
            .with.property("message")
            .that.matches(/users\[0\].*admn/)
            .and.matches(/groups\[0\]\.path: must be a path/)
            .and.matches(/runners\[0\]\.scope/);
    });

    it("say which name is not there", async () => {
        const start = (seed: object) => startSandbox({ seed });
        const failure = async (seed: object): Promise<string> =>
            start(seed).then(
                () => "started",
                (error: Error) => error.message,
            );
        expect(await failure({ groups: [{ path: "a/b" }] })).to.contain('Group "a/b": no group "a"');
        expect(await failure({ tokens: [{ name: "t", user: "x", scopes: ["api"] }] })).to.contain('no user "x"');
        expect(await failure({ runners: [{ scope: { project: "a/b" } }] })).to.contain('no project "a/b"');
    });

    it("repeat rows with a count and take dates relative to the start", async () => {
        expect(parseSeed('projects: [{ path: "g/p{n}", count: 2 }]', "file").projects![0]!.path).to.equal("g/p{n}");
        const sandbox = await startSandbox({
            clockStart: new Date("2026-08-01T00:00:00Z"),
            seed: {
                groups: [{ path: "g" }],
                projects: [{ path: "g/p{n}", count: 3 }],
                runners: [{ scope: { group: "g" }, description: "r{n}", count: 2, createdAt: "-2d" }],
            },
        });
        await sandbox.close();
        expect(sandbox.db.projects.all().map((project) => project.fullPath)).to.deep.equal(["g/p1", "g/p2", "g/p3"]);
        const runners = sandbox.db.runners.all();
        expect(runners.map((runner) => runner.description)).to.deep.equal(["r1", "r2"]);
        expect(new Date(runners[0]!.createdAt).toISOString()).to.equal("2026-07-30T00:00:00.000Z");
    });

    it("queue jobs and remember who reached whom", async () => {
        const sandbox = await startSandbox({
            clockStart: new Date("2026-08-01T00:00:00Z"),
            seed: {
                users: [{ username: "u" }],
                groups: [{ path: "g" }],
                projects: [{ path: "g/a" }, { path: "g/b" }],
                jobs: [{ project: "g/a", script: "make", name: "j{n}", count: 2 }],
                authLog: [{ project: "g/a", from: "g/b", at: "-1h" }],
            },
        });
        await sandbox.close();
        expect(sandbox.db.jobs.find("status", "pending").map((job) => job.name)).to.deep.equal(["j1", "j2"]);
        expect(sandbox.db.authLog.all()).to.deep.equal([
            { id: 1, accessedProjectId: 1, originProjectId: 2, lastAuthorizedAt: Date.parse("2026-07-31T23:00:00Z") },
        ]);
    });

    describe("demo.yaml", () => {
        it("holds both stories", async () => {
            const sandbox = await startSandbox({ seed: DEMO });
            const owner = client(sandbox, "owner");
            const runners = (await owner.get("/groups/apps/runners?per_page=100")).body;
            const allowlist = (await owner.get("/projects/containers%2Fpoetry/job_token_scope/allowlist")).body;
            const scope = (await owner.get("/projects/containers%2Fpoetry/job_token_scope")).body;
            await sandbox.close();
            expect(runners.map((runner: { description: string }) => runner.description)).to.deep.equal(
                Array(12).fill("my-runner"),
            );
            expect(allowlist.map((project: { path: string }) => project.path)).to.deep.equal(["poetry"]);
            expect(scope.inbound_enabled).to.equal(true);
        });

        it("has eleven tokens that GitLab no longer takes, and one that it does", async () => {
            const seed = readSeed(DEMO);
            const sandbox = await startSandbox({ seed });
            const statuses = await Promise.all(
                seed.runners!.map(async ({ token, deadToken }) => {
                    const { status } = await client(sandbox).post("/runners/verify", { token: deadToken ?? token });
                    return status;
                }),
            );
            await sandbox.close();
            expect(statuses.sort()).to.deep.equal([200, ...Array(11).fill(403)]);
        });
    });
});
