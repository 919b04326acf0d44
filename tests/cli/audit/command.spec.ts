import * as fs from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { addManager, addRunner, DAY, type Sandbox, startSandbox } from "../../../sandbox";
import { runCli } from "../helpers";

const MARKER = "managed-by: gitlab-fleet fleet/prod";

describe("gitlab-fleet audit", () => {
    let sandbox: Sandbox;
    let folder: string;

    before(async () => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "audit-"));
        sandbox = await startSandbox({
            seed: {
                users: [{ username: "root", admin: true }, { username: "olga" }],
                groups: [{ path: "apps", members: { olga: "owner" } }, { path: "apps/sub" }, { path: "other" }],
                projects: [{ path: "apps/sub/etl" }],
                tokens: [
                    { name: "root", user: "root", scopes: ["read_api"] },
                    { name: "olga", user: "olga", scopes: ["read_api"] },
                ],
            },
        });
        const { db, clock } = sandbox;
        const at = (group: string) => db.groups.first("path", group)!.id;
        const add = (description: string, more: object = {}, projects: number[] = []) =>
            addRunner(
                db,
                {
                    runnerType: "group_type",
                    groupId: at("apps"),
                    description,
                    contactedAt: clock.now(),
                    creationState: "finished",
                    ...more,
                },
                projects,
            );
        add("live", { maintenanceNote: `${MARKER}/live` });
        const lost = add("lost", { maintenanceNote: `${MARKER}/lost` });
        add("my-runner", { contactedAt: null });
        add("my-runner", { createdAt: clock.now() - 30 * DAY, contactedAt: clock.now() - 20 * DAY });
        add("deep", { groupId: at("apps/sub") });
        add("of a project", { runnerType: "project_type", groupId: null }, [db.projects.all()[0]!.id]);
        add("elsewhere", { groupId: at("other") });
        addManager(db, { runnerId: lost.id, systemId: "s_1" });
        addManager(db, { runnerId: lost.id, systemId: "s_2" });
        fs.writeFileSync(
            path.join(folder, "state.json"),
            JSON.stringify({
                deployment: {
                    resources: [
                        { type: "gitlab:index/userRunner:UserRunner", id: "1" },
                        { type: "pulumi:pulumi:Stack" },
                    ],
                },
            }),
        );
    });
    after(async () => {
        await sandbox.close();
        fs.rmSync(folder, { recursive: true });
    });

    const cli = (argv: string[], token: "root" | "olga" = "olga") =>
        runCli(["audit", ...argv], {
            env: { GITLAB_BASE_URL: `${sandbox.url}/api/v4/`, GITLAB_TOKEN: sandbox.tokens[token] },
        });
    const json = async (argv: string[], token?: "root") => JSON.parse((await cli([...argv, "--json"], token)).out);

    it("prints the totals first, then those that need attention, and ends with 1", async () => {
        const { code, out } = await cli(["--group", "apps", "--state", path.join(folder, "state.json")]);
        expect(code).to.equal(1);
        const lines = out.split("\n");
        expect(lines[0]).to.equal("Runners of group apps");
        expect(lines[2]).to.equal("  6  runners");
        expect(out).to.contain("  1  ours and in no state\n").and.contain("  2  with a description that others have\n");
        expect(out)
            .to.match(/2 +lost .* not-in-state, many-managers/)
            .and.not.match(/^ *1 +live/m);
        expect(out).to.match(/\ngitlab-fleet prune shows which foreign ones a claim fits, .*--yes\.\n$/);
    });

    it("lists a group with its subgroups and projects, a project, the instance, or what the user may manage", async () => {
        const ids = async (argv: string[], token?: "root") =>
            (await json(argv, token)).runners.map(({ description }: { description: string }) => description);
        expect(await ids(["--group", "apps"])).to.have.members([
            "live",
            "lost",
            "my-runner",
            "my-runner",
            "deep",
            "of a project",
        ]);
        expect(await ids(["--project", "apps/sub/etl"])).to.deep.equal(["of a project"]);
        expect(await ids(["--instance"], "root")).to.have.lengthOf(7);
        expect(await ids([])).to.have.lengthOf(6);
    });

    it("ends with 0 when no runner needs attention", async () => {
        const { code, out } = await cli(["--project", "apps/sub/etl"]);
        expect(code).to.equal(0);
        expect(out).to.contain("Runners of project").and.not.contain("prune");
    });

    it("gives JSON that scripts can use", async () => {
        const report = await json(["--group", "apps"]);
        expect(report.totals).to.include({ runners: 6, ours: 2, oursLive: 2, foreign: 4, stale: 1, neverContacted: 1 });
        expect(report.runners[0]).to.include({
            id: 1,
            kind: "ours",
            live: true,
            owner: "fleet/prod",
            scope: "group apps",
        });
    });

    it("reads the state from standard input, and says what is no state", async () => {
        const env = { GITLAB_BASE_URL: `${sandbox.url}/api/v4/`, GITLAB_TOKEN: sandbox.tokens.olga };
        const input = fs.readFileSync(path.join(folder, "state.json"), "utf8");
        const { out } = await runCli(["audit", "--state", "-", "--json"], { env, input });
        expect(JSON.parse(out).totals.oursNotInState).to.equal(1);
        for (const wrong of ["no JSON", "{}"]) {
            const ran = await runCli(["audit", "--state", "-"], { env, input: wrong });
            expect(ran).to.include({ code: 2, out: "" });
            expect(ran.err).to.contain("standard input is no");
        }
    });

    it("says who may list what may not be listed, with exit code 2", async () => {
        const { code, err } = await cli(["--group", "other"]);
        expect(code).to.equal(2);
        expect(err)
            .to.match(/^gitlab-fleet: GitLab refused/)
            .and.contain("Maintainer");
        expect((await cli(["--instance"])).code).to.equal(2);
        expect((await cli(["--group", "apps", "--instance"])).err).to.contain("One scope at a time");
    });

    it("finds groups and projects by their ids, too", async () => {
        const apps = sandbox.db.groups.first("path", "apps")!.id;
        const etl = sandbox.db.projects.all()[0]!.id;
        expect(await json(["--group", String(apps)])).to.deep.include({ scope: "group apps" });
        expect((await json(["--project", String(etl)])).runners).to.have.lengthOf(1);
        const { code, err } = await cli(["--group", "999"]);
        expect(code).to.equal(2);
        expect(err).to.contain("GET /groups/999 (404)");
    });

    it("names what it could not list, whatever words GitLab has for it", async () => {
        for (const [argv, names] of [
            [
                ["--group", "nope"],
                ["the runners of group nope may not be listed", "no group of this path"],
            ],
            [
                ["--project", "apps/nope"],
                ["the runners of project apps/nope", "Maintainer of the project"],
            ],
            [["--instance"], ["the runners of the instance", "administrator"]],
        ] as const) {
            const { err } = await cli([...argv]);
            for (const name of names) expect(err).to.contain(name);
            expect(err).to.not.contain("403");
        }
    });

    it("says of what is not GitLab that it is not, and nothing of roles", async () => {
        const login = createServer((_request, response) =>
            response.writeHead(200, { "content-type": "text/html" }).end("<title>Sign in</title>"),
        );
        await new Promise<void>((ready) => login.listen(0, "127.0.0.1", ready));
        const { port } = login.address() as AddressInfo;
        const env = { GITLAB_BASE_URL: `http://127.0.0.1:${port}/api/v4/`, GITLAB_TOKEN: "glpat-x" };
        const { err } = await runCli(["audit", "--instance"], { env });
        login.close();
        expect(err).to.contain("instead of JSON").and.contain("Is GITLAB_BASE_URL GitLab's");
        expect(err).to.not.contain("administrator");
    });

    it("takes runners of a stack whose state was not given for nobody's concern, and says how many there are", async () => {
        const state = (stack: string) => ({
            deployment: {
                resources: [
                    {
                        urn: `urn:pulumi:${stack}::fleet::pulumi:pulumi:Stack::fleet-${stack}`,
                        type: "pulumi:pulumi:Stack",
                    },
                ],
            },
        });
        const env = { GITLAB_BASE_URL: `${sandbox.url}/api/v4/`, GITLAB_TOKEN: sandbox.tokens.olga };
        const ran = (stack: string) =>
            runCli(["audit", "--group", "apps", "--state", "-"], { env, input: JSON.stringify(state(stack)) });
        const { out } = await ran("dev");
        expect(out).to.contain("  0  ours and in no state").and.not.contain("not-in-state");
        expect(out).to.contain("Of other stacks: 2 of ours.");
        expect((await ran("prod")).out)
            .to.contain("  2  ours and in no state")
            .and.not.contain("Of other stacks");
    });

    it("writes nothing to GitLab", () => {
        expect(sandbox.journal.writes()).to.deep.equal([]);
    });
});

describe("gitlab-fleet audit of 2,000 runners", () => {
    let sandbox: Sandbox;

    before(async function () {
        this.timeout(60_000);
        sandbox = await startSandbox({
            seed: {
                users: [{ username: "root", admin: true }],
                tokens: [{ name: "root", user: "root", scopes: ["read_api"] }],
            },
        });
        for (let count = 0; count < 2000; count++) {
            addRunner(sandbox.db, {
                runnerType: "instance_type",
                description: `my-runner ${count % 1000}`,
                tagList: ["docker", "linux"],
                maintenanceNote: "registered by a script on some machine, nobody knows which one".repeat(15),
            });
        }
    });
    after(() => sandbox.close());

    const env = () => ({ GITLAB_BASE_URL: `${sandbox.url}/api/v4/`, GITLAB_TOKEN: sandbox.tokens.root });

    it("takes fewer than 35 requests", async () => {
        sandbox.journal.clear();
        const run = await runCli(["audit", "--instance", "--json"], { env: env() });
        expect(JSON.parse(run.out).totals).to.include({ runners: 2000, duplicates: 2000, neverContacted: 2000 });
        expect(sandbox.journal.count()).to.be.lessThan(35);
        expect(sandbox.journal.writes()).to.deep.equal([]);
    }).timeout(60_000);
});
