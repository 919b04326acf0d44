import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { root } from "../../../dev/scripts/pulumi";
import { type GitLabRelease, type Sandbox, startSandbox } from "../../../sandbox";

/** `make acceptance` sees a sandbox as it sees any GitLab; what it left and where it wrote is looked at from inside. */
describe("make acceptance", () => {
    let sandbox: Sandbox;
    let reports: string;

    beforeEach(() => {
        reports = fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-fleet-acceptance-"));
    });
    afterEach(async () => {
        await sandbox.close();
        fs.rmSync(reports, { recursive: true });
    });

    const start = async (version: GitLabRelease, inScratch: { path: string }[] = []) => {
        sandbox = await startSandbox({
            version,
            seed: {
                users: [{ username: "olga" }],
                groups: [
                    { path: "scratch", members: { olga: "owner" } },
                    { path: "other", members: { olga: "owner" } },
                ],
                projects: [{ path: "other/precious" }, ...inScratch],
                runners: [{ scope: { group: "other" }, description: "my-runner" }],
                tokens: [{ name: "api", user: "olga", scopes: ["api"] }],
            },
        });
    };
    const run = (spec: string) =>
        new Promise<{ code: number; output: string }>((resolve) => {
            const args = [
                "--no-config",
                "--config",
                "tests/acceptance/.mocharc.json",
                ...(spec ? ["--fgrep", spec] : []),
            ];
            const env = {
                ...process.env,
                GITLAB_URL: sandbox.url,
                GITLAB_TOKEN: sandbox.tokens.api,
                GROUP: "scratch",
                REPORTS: reports,
                BY: "nobody: the sandbox",
            };
            const mocha = path.join(root, "node_modules/.bin/mocha");
            execFile(mocha, args, { cwd: root, env }, (error, stdout, stderr) =>
                resolve({ code: error === null ? 0 : 1, output: stdout + stderr }),
            );
        });
    /** Everything that is not the token's last use. */
    const content = () =>
        JSON.stringify(
            [
                sandbox.db.groups,
                sandbox.db.projects,
                sandbox.db.runners,
                sandbox.db.projectLinks,
                sandbox.db.members,
            ].map((rows) => rows.all()),
        );

    for (const { version, what } of [
        { version: 17, what: "beliefs" },
        { version: 18, what: "beliefs" },
        { version: 19, what: "beliefs and the main job" },
    ] as const) {
        it(`passes at GitLab ${version}: ${what}, leaves nothing behind, and says what it could not try`, async () => {
            await start(version);
            const before = content();
            const { code, output } = await run(version === 19 ? "" : "beliefs");
            expect(code, output).to.equal(0);
            expect(content()).to.equal(before);
            const [name] = fs.readdirSync(reports);
            expect(name).to.match(new RegExp(`^${version}[.].+-\\d{4}-\\d\\d-\\d\\d[.]md$`));
            const report = fs.readFileSync(path.join(reports, name!), "utf8");
            expect(report).to.match(/Seen by: nobody: the sandbox[.] \d+ passed, 0 failed, \d+ not tried/);
            expect(report).to.match(/## Not tried, and why\n\n- .+: this GitLab has no such route/);
            expect(sandbox.journal.unrouted()).not.to.deep.equal([]);
            expect(report).not.to.contain(sandbox.tokens.api).and.not.to.contain(sandbox.url);
            const odd = sandbox.journal.entries().filter(({ path: asked }) => asked.startsWith("/-/"));
            expect(odd).to.deep.equal([]);
        });
    }

    it("refuses a group that holds anything it did not make, and changes nothing", async () => {
        await start(19, [{ path: "scratch/somebodys" }]);
        const before = content();
        const { code, output } = await run("beliefs");
        expect([code, content()]).to.deep.equal([1, before]);
        expect(output).to.contain("holds what these tests did not make: scratch/somebodys");
        expect(sandbox.journal.writes().filter(({ path: asked }) => asked !== "/api/graphql")).to.deep.equal([]);
        expect(fs.readdirSync(reports)).to.deep.equal([]);
    });

    it("removes what it made after a failure too, and says what failed", async () => {
        await start(19);
        const before = content();
        sandbox.faults.plan({ path: "/projects/*/job_token_scope/allowlist", times: 0, fault: { kind: "drop" } });
        const { code } = await run("allowlists");
        expect([code, content()]).to.deep.equal([1, before]);
        const [name] = fs.readdirSync(reports);
        expect(fs.readFileSync(path.join(reports, name!), "utf8")).to.contain("## Failed");
        expect(sandbox.journal.unrouted()).not.to.deep.equal([]);
    });
});
