import { expect } from "chai";
import { presentLeftOut } from "../../../cli/access/present";
import type { ScanResult } from "../../../cli/access/scan";
import { Io } from "../../../cli/io";
import { scheduleDeletion } from "../../../sandbox";
import { readDeclared, runCommand, scanWorld } from "./world";

describe("gitlab-fleet access scan", () => {
    const world = scanWorld();
    const { scan, stackFile } = world;
    const seen = (path: string, hoursAgo: number) => {
        const { db, clock } = world.sandbox;
        const [accessed, origin] = ["containers/poetry", path].map((one) => db.projects.first("path", one)!.id);
        const lastAuthorizedAt = clock.now() - hoursAgo * 3_600_000;
        db.authLog.insert({ accessedProjectId: accessed!, originProjectId: origin!, lastAuthorizedAt });
    };

    it("says where a stack's file is no YAML, and quotes nothing of it: there may be a token", async () => {
        const file = stackFile("config:\n  gitlab:token: a: glpat-abcdefghijklmnopqrst\n");
        const { code, stderr } = await scan("--check", "--stack", file);
        expect(code).to.equal(2);
        expect(stderr).to.contain(
            `${file}:2: is not YAML (a text with a colon and a space in it: put it in quotes). Correct the file.`,
        );
        expect(stderr).to.not.contain("glpat");
    });

    it("prints the stack config that grants what configurations, included files and Dockerfiles pull", async () => {
        const { code, stdout } = await scan();
        expect(code).to.equal(0);
        expect(stdout).to.equal(`config:
  gitlab-fleet:registries:
    containers/base:
      # left out: group apps is on the list and whoever in it needs it is named here (never used)
      consumers:
        projects:
          - apps/etl # from in Dockerfile:1 (job build-app)
    containers/poetry:
      # left out: project apps/old is on the list and no scanned configuration needs it (never used)
      # left out: project apps/web/site is on the list and no scanned configuration needs it (never used)
      consumers:
        projects:
          - apps/etl # image in job included, image in job build-app (.gitlab-ci.yml:3)

# not needed: apps/etl to ci/templates (include in the configuration): GitLab asks for the rights of the person who starts the pipeline, not for the list
# not needed: apps/etl to containers/public (service in job build-app (.gitlab-ci.yml:4)): the project is public
# not understood: apps/etl, image in job lint (.gitlab-ci.yml:6), registry.example.org:5050/containers/\${FLAVOUR}:1: the configuration does not define $FLAVOUR. Give it: --variable FLAVOUR=…
`);
        expect(readDeclared(stdout).map(({ producer, projects }) => [producer, projects])).to.deep.equal([
            ["containers/base", ["apps/etl"]],
            ["containers/poetry", ["apps/etl"]],
        ]);
    });

    it("writes nothing to GitLab, and asks once for each configuration, list, and batch of files and paths", async () => {
        await scan();
        expect(world.sandbox.journal.writes().filter(({ path: where }) => !where.includes("graphql"))).to.deep.equal(
            [],
        );
        const asked = world.sandbox.journal.entries().map(({ method, path: where }) => `${method} ${where}`);
        expect(asked.filter((line) => line.includes("/ci/lint"))).to.have.length(4);
        expect(asked.filter((line) => line.includes("/repository/files/"))).to.deep.equal([]);
    });

    it("keeps others on a list that it has not scanned: the entry is added to them", async () => {
        const { stdout } = await runCommand(world.sandbox, ["access", "scan", "--project", "apps/etl"]);
        expect(stdout).to.include(`    containers/poetry:
      # additive, because others are on the list that were not scanned: apps/old, apps/web/site
      mode: additive
      consumers:`);
    });

    it("names projects without pipelines in a line for each reason, a few of many", () => {
        expect(
            presentLeftOut(
                {
                    exempt: [],
                    unresolved: [],
                    skipped: Array.from({ length: 7 }, (_, i) => ({
                        project: `a/${i}`,
                        reason: "it has no CI configuration",
                    })),
                } as unknown as ScanResult,
                new Io(),
            ),
        ).to.deep.equal([
            "",
            "Without pipelines:",
            "  it has no CI configuration: a/0, a/1, a/2, a/3, a/4 and 2 more (--json names all)",
        ]);
    });

    it("asks nothing of a project that waits for its deletion, whose entry can go, and who says that it waits", async () => {
        const old = world.sandbox.db.projects.first("path", "apps/old")!.id;
        scheduleDeletion(world.sandbox.db, old);
        const now = `apps/old-deletion_scheduled-${old}`;
        const { stdout } = await scan("--check");
        expect(stdout).to.contain(`it waits for its deletion: ${now}`);
        expect(stdout).to.contain(`containers/poetry: project ${now} (allowed)`);
        expect(world.sandbox.journal.entries().filter(({ path: at }) => at.includes(`/${old}/ci/lint`))).to.deep.equal(
            [],
        );
        const who = await runCommand(world.sandbox, ["access", "who", "containers/poetry"]);
        expect(who.stdout).to.contain(`${now} waits for its deletion: GitLab takes it off the list then.`);
        const byGroup = await runCommand(world.sandbox, ["access", "who", "containers/base"]);
        expect(byGroup.stdout).to.contain(now).and.to.not.contain("off the list");
    });

    it("keeps whom GitLab's log has seen, though nothing that was read needs the entry", async () => {
        seen("apps/old", 1);
        const day = new Date(world.sandbox.clock.now() - 3_600_000).toISOString().slice(0, 10);
        expect((await scan()).stdout).to.include(`- apps/old # its jobs got in on ${day}\n`);
        const { stdout } = await scan("--seen", "0");
        expect(stdout).to.include("# left out: project apps/old is on the list");
    });

    it("marks what the log says is used, and when", async () => {
        seen("apps/old", 72);
        const { stdout } = await scan("--check");
        expect(stdout).to.include("containers/poetry: project apps/old (allowed, last used 3 days ago)");
        const json = JSON.parse(
            (await runCommand(world.sandbox, ["access", "who", "containers/poetry", "--json"])).stdout,
        );
        expect(
            json[0].visitors.map(({ project, through }: Record<string, string>) => [project, through]),
        ).to.deep.equal([
            ["containers/poetry", "itself"],
            ["apps/old", "project"],
            ["apps/web/site", "project"],
        ]);
        expect(Date.parse(json[0].visitors[1].lastUsed)).to.be.closeTo(
            world.sandbox.clock.now() - 3 * 86_400_000,
            60_000,
        );
    });

    it("says what is missing from its arguments and its surroundings, with exit code 2 and without a stack", async () => {
        const table: [string[], string][] = [
            [
                ["access", "scan"],
                "gitlab-fleet: Which consumers? Give --group <path> or --project <path>, once or more.\n",
            ],
            [
                ["access", "scan", "--group", "apps", "--stack", "x.yaml"],
                "gitlab-fleet: --stack is read by --check only, or as a stack's name where GITLAB_TOKEN is not set. Add --check.\n",
            ],
            [
                ["access", "scan", "--group", "apps", "--check", "--stack", "/nowhere/x.yaml"],
                "gitlab-fleet: /nowhere/x.yaml: is not there. Correct the path.",
            ],
            [
                ["access", "scan", "--group", "apps", "--seen", "soon"],
                "error: option '--seen <days>' argument 'soon' is invalid. Give a number of days.",
            ],
            [
                ["access", "scan", "--group", "nowhere"],
                "gitlab-fleet: GitLab refused GET /groups/nowhere/projects (404)",
            ],
        ];
        for (const [argv, text] of table) {
            const { code, stderr } = await runCommand(world.sandbox, argv);
            expect(code, argv.join(" ")).to.equal(2);
            expect(stderr.startsWith(text), stderr).to.equal(true);
            expect(stderr).to.not.match(/\n\s+at |glpat-/);
        }
    });

    it("says of a configuration that it may not read, or have merged, that it is not understood", async () => {
        const { db } = world.sandbox;
        const dev = db.users.first("username", "dev")!.id;
        const apps = db.groups.first("path", "apps")!.id;
        const member = db.members.first("pair", `${dev}:group:${apps}`)!;
        db.members.update(member.id, { accessLevel: 10 });
        const argv = ["access", "scan", "--project", "apps/etl"];
        const guest = await runCommand(world.sandbox, argv, "dev");
        expect(guest.stdout).to.include(
            "# not understood: apps/etl, file in its configuration: the token may not read it: its user needs Reporter",
        );
        db.members.update(member.id, { accessLevel: 20 });
        const projectId = db.projects.first("path", "apps/etl")!.id;
        const file = db.files.first("file", `${projectId}:main:.gitlab-ci.yml`)!;
        db.files.update(file.id, { content: "child: { trigger: { include: [{ local: child.yml }] } }" });
        const reporter = await runCommand(world.sandbox, argv, "dev");
        expect(reporter.stdout).to.match(/the child pipeline of job child: GitLab merges it for a Developer/);
    });

    // 501 is an answer after which nothing is sent again: these tests need not wait.
    const failAt = (at: string) =>
        world.sandbox.faults.plan({
            path: at,
            times: 0,
            fault: { kind: "status", status: 501, body: { message: "broken" } },
        });
    const idOf = (at: string) => world.sandbox.db.projects.first("path", at)!.id;

    it("goes on where GitLab fails at one project, of which it then says that it is not understood", async () => {
        const expected = readDeclared((await scan("--group", "ci")).stdout);
        failAt(`/projects/${idOf("ci/templates")}/ci/lint`);
        const { code, stdout } = await scan("--group", "ci");
        expect(code).to.equal(0);
        expect(readDeclared(stdout)).to.deep.equal(expected);
        expect(stdout).to.include("# not understood: ci/templates, file in its configuration: GitLab failed at GET");
    });

    it("ends where GitLab fails at one project and answers nothing else either", async () => {
        failAt(`/projects/${idOf("ci/templates")}/ci/lint`);
        failAt("/version");
        const { code, stdout, stderr } = await scan("--group", "ci");
        expect({ code, stdout }).to.deep.equal({ code: 2, stdout: "" });
        expect(stderr).to.include("GitLab failed at GET /version (501)");
    });

    it("compares everything else where GitLab shows no project that a stack declares, names it, and ends with 2", async () => {
        const list = "consumers: { projects: [apps/etl] }";
        const file = stackFile(
            `config: { gitlab-fleet:registries: { gone/x: { ${list} }, containers/base: { ${list} } } }`,
        );
        const { code, stdout, stderr } = await scan("--check", "--stack", file);
        expect(stdout).to.include("apps/etl").and.to.include(" needs met");
        expect(stderr).to.include(
            "GitLab shows no project gone/x, which a stack declares or a job needs. It is gone or misspelt",
        );
        expect(code).to.equal(2);
    });

    it("says of a project that goes while the scan runs what it says of one that is gone, and prints the rest", async () => {
        world.sandbox.faults.plan({
            path: "/projects/containers%2Fbase",
            times: 0,
            fault: { kind: "status", status: 404, body: { message: "404 Project Not Found" } },
        });
        const { code, stdout, stderr } = await scan();
        expect(stdout).to.include("containers/poetry:").and.to.not.include("containers/base:");
        expect(stderr).to.include("GitLab shows no project containers/base, which");
        expect(code).to.equal(2);
    });

    it("takes a list that it may not read for unseen, not for a gap", async () => {
        world.sandbox.db.members.insert({
            userId: world.sandbox.db.users.first("username", "dev")!.id,
            sourceType: "group",
            sourceId: world.sandbox.db.groups.first("path", "containers")!.id,
            accessLevel: 30,
            expiresAt: null,
            createdAt: 0,
        });
        const { code, stdout } = await runCommand(
            world.sandbox,
            ["access", "scan", "--group", "apps", "--check"],
            "dev",
        );
        expect(stdout).to.match(/containers\/poetry +the list cannot be read with this token/);
        expect(code).to.equal(0);
    });
});
