import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { addRunner, DAY, HOUR, type Sandbox, startSandbox } from "../../../sandbox";
import { runCli } from "../helpers";

describe("gitlab-fleet prune", () => {
    let sandbox: Sandbox;

    before(async () => {
        sandbox = await startSandbox({
            seed: {
                users: [{ username: "olga" }],
                groups: [{ path: "apps", members: { olga: "owner" } }],
                projects: [{ path: "apps/etl" }],
                tokens: [{ name: "olga", user: "olga", scopes: ["api"] }],
            },
        });
    });
    beforeEach(() => sandbox.reset());
    after(() => sandbox.close());

    const add = (description: string, more: object = {}, projects: number[] = []) =>
        addRunner(
            sandbox.db,
            {
                runnerType: "group_type",
                groupId: sandbox.db.groups.all()[0]!.id,
                description,
                createdAt: sandbox.clock.now() - 30 * DAY,
                ...more,
            },
            projects,
        ).id;
    const prune = (argv: string[], input?: string) =>
        runCli(["prune", ...argv], {
            env: { GITLAB_BASE_URL: `${sandbox.url}/api/v4/`, GITLAB_TOKEN: sandbox.tokens.olga },
            input,
        });
    const left = () => sandbox.db.runners.all().map(({ id }) => id);
    const HEARD = { contactedAt: Date.now() - HOUR, createdAt: Date.now() - 30 * DAY };
    const IDENTITY = "k7w2m9";
    /** What `pulumi stack export` writes for a stack of project fleet with one runner. */
    const stateOf = (stack: string, id: number, identity = IDENTITY) =>
        JSON.stringify({
            deployment: {
                resources: [
                    {
                        urn: `urn:pulumi:${stack}::fleet::pulumi:pulumi:Stack::fleet-${stack}`,
                        type: "pulumi:pulumi:Stack",
                    },
                    {
                        urn: `urn:pulumi:${stack}::fleet::gitlab-fleet:index:StackIdentity::identity`,
                        type: "gitlab-fleet:index:StackIdentity",
                        id: identity,
                    },
                    {
                        urn: `urn:pulumi:${stack}::fleet::gitlab-fleet:index:Runner$gitlab:index/userRunner:UserRunner::a`,
                        type: "gitlab:index/userRunner:UserRunner",
                        id: String(id),
                    },
                ],
            },
        });
    const CLAIM = ["--group", "apps", "--description", "my-*"];

    it("only shows what it would do, and ends with 1 because there is something", async () => {
        const id = add("my-runner");
        add("other");
        const { code, out } = await prune(CLAIM);
        expect(code).to.equal(1);
        expect(out)
            .to.contain("Would delete 1 runner\n")
            .and.contain(`foreign #${id} "my-runner"`)
            .and.contain("Nothing was changed. Give --yes to do it.");
        expect(out).to.not.contain("other");
        expect(sandbox.journal.writes()).to.deep.equal([]);
    });

    it("does it with --yes, and finds nothing the next time", async () => {
        add("my-runner");
        const other = add("other");
        expect(await prune([...CLAIM, "--yes"])).to.include({ code: 0 });
        expect(left()).to.deep.equal([other]);
        expect(await prune(CLAIM)).to.include({ code: 0, out: "Nothing is claimed, and there are no orphans.\n" });
    });

    it("pauses or reports instead of deleting", async () => {
        const id = add("my-runner");
        expect(await prune([...CLAIM, "--foreign", "report"])).to.include({ code: 0 });
        await prune([...CLAIM, "--foreign", "pause", "--yes"]);
        expect(sandbox.db.runners.must(id).active).to.equal(false);
    });

    it("claims by status, silence, creator and tag, all of them with --match-all", async () => {
        const stale = add("a", { tagList: ["old"] });
        add("b", { createdAt: sandbox.clock.now() });
        const argv = ["--group", "apps", "--status", "stale", "--tag", "old", "--json"];
        const ids = async (more: string[]) =>
            JSON.parse((await prune([...argv, ...more])).out).runners.map(({ id }: { id: number }) => id);
        add("c");
        expect(await ids([])).to.have.lengthOf(2);
        expect(await ids(["--match-all"])).to.deep.equal([stale]);
        expect(await ids(["--match-all", "--offline-for", "90d"])).to.deep.equal([]);
    });

    it("deletes orphans of a stack only when it knows the stack's state, and by the rule of ExclusiveRunners", async () => {
        const note = `managed-by: gitlab-fleet fleet/prod#${IDENTITY}/a`;
        const declared = add("a", { maintenanceNote: note });
        add("a", { maintenanceNote: note });
        const heard = add("a", { maintenanceNote: note, ...HEARD });
        const clone = add("a", { maintenanceNote: note.replace(IDENTITY, "0ther") });
        const staging = add("a", { maintenanceNote: "managed-by: gitlab-fleet fleet/staging/a" });
        const argv = ["--group", "apps", "--owner", "fleet/prod"];
        expect((await prune(argv)).err).to.contain("--owner needs the state");
        await prune([...argv, "--state", "-", "--yes"], stateOf("prod", declared));
        expect(left()).to.deep.equal([declared, heard, clone, staging]);
        const { code, out } = await prune([...argv, "--state", "-", "--yes"], stateOf("prod", declared));
        expect(code).to.equal(0);
        expect(out).to.contain(`namesake #${heard} `).and.contain(`namesake #${clone} `);
    });

    it("refuses a state that is not the owner's, and one that knows nothing, and touches nothing", async () => {
        const live = add("a", { maintenanceNote: "managed-by: gitlab-fleet fleet/prod/a", ...HEARD });
        const argv = ["--group", "apps", "--owner", "fleet/prod", "--state", "-", "--yes"];
        const inProject = stateOf("prod", live).replaceAll("::fleet::", "::other::");
        const mixed = JSON.parse(stateOf("prod", live));
        mixed.deployment.resources.push(...JSON.parse(stateOf("dev", 99)).deployment.resources);
        const clones = JSON.parse(stateOf("prod", live));
        clones.deployment.resources.push(...JSON.parse(stateOf("prod", 99, "0ther")).deployment.resources);
        for (const [state, words] of [
            [stateOf("dev", 99), "standard input is the state of fleet/dev, not of fleet/prod"],
            [inProject, "standard input is the state of other/prod, not of fleet/prod"],
            [JSON.stringify(mixed), "standard input is the state of fleet/dev, not of fleet/prod"],
            [JSON.stringify({ deployment: { resources: [] } }), "standard input is empty"],
            [JSON.stringify({ deployment: {} }), "standard input is empty"],
            [JSON.stringify(clones), "The given states are of 2 stacks that are called fleet/prod"],
            [stateOf("prod", live).replace(`"${live}"`, '"#7"'), 'an id that is none: "#7"'],
            ["null", "is no Pulumi state"],
        ] as const) {
            const { code, err } = await prune(argv, state);
            expect({ code, err }, words).to.have.property("code", 2);
            expect(err).to.contain(words);
        }
        expect(left()).to.deep.equal([live]);
        expect(sandbox.journal.writes()).to.deep.equal([]);
    });

    it("looks into every state that is given, not only into the first", async () => {
        const live = add("a", { maintenanceNote: "managed-by: gitlab-fleet fleet/prod/a", ...HEARD });
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "prune-"));
        const files = { good: stateOf("prod", live), bad: stateOf("dev", 99) };
        for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
        const states = Object.keys(files).flatMap((name) => ["--state", path.join(folder, name)]);
        const { code, err } = await prune(["--group", "apps", "--owner", "fleet/prod", ...states, "--yes"]);
        fs.rmSync(folder, { recursive: true });
        expect({ code }).to.deep.equal({ code: 2 });
        expect(err).to.contain("bad is the state of fleet/dev");
        expect(left()).to.deep.equal([live]);
    });

    it("takes every runner of a stack for an orphan on the word that its state is lost, within limit and quiet period", async () => {
        const note = (stack: string) => ({ maintenanceNote: `managed-by: gitlab-fleet fleet/${stack}#0ther/a` });
        add("a", note("prod"));
        add("a", { ...note("prod"), ...HEARD });
        const busy = add("a", { ...note("prod"), ...HEARD });
        const body = [{ id: 7, started_at: new Date().toISOString(), finished_at: null }];
        sandbox.faults.plan({ path: `/runners/${busy}/jobs`, times: 0, fault: { kind: "status", status: 200, body } });
        const dev = add("a", note("dev"));
        const argv = ["--group", "apps", "--owner", "fleet/prod", "--state-lost"];
        expect((await prune(argv)).out)
            .to.contain("Would delete 2 runners")
            .and.contain("runs job 7");
        expect((await prune([...argv, "--limit", "1", "--yes"])).err).to.contain("more than limit allows (1)");
        expect(left()).to.have.lengthOf(4);
        expect((await prune([...argv, "--yes"])).code).to.equal(0);
        expect(left()).to.deep.equal([busy, dev]);
    });

    it("lets nobody say that a state is lost without saying whose, or beside a state", async () => {
        expect((await prune(["--group", "apps", "--state-lost"])).err).to.contain("Give --owner PROJECT/STACK");
    });

    it("does not say that all is well where no runner bears the owner's marker, and names the owners that there are", async () => {
        const lost = ["--group", "apps", "--owner", "fleet/prdo", "--state-lost"];
        const none = await prune(lost);
        expect(none).to.include({ code: 0 });
        expect(none.out)
            .to.contain("No runner of this scope bears the marker of fleet/prdo")
            .and.contain("None bears any");
        for (const owner of ["fleet/prod", "fleet/dev", "fleet/prod"]) {
            add("a", { maintenanceNote: `managed-by: gitlab-fleet ${owner}#${IDENTITY}/a` });
        }
        const { code, out } = await prune(lost);
        expect(code).to.equal(0);
        expect(out)
            .to.contain("bears the marker of fleet/prdo")
            .and.contain("Markers here are of fleet/dev, fleet/prod.");
        expect(out).to.not.contain("there are no orphans");
        const json = await prune([...lost, "--json"]);
        expect(JSON.parse(json.out)).to.deep.include({ runners: [], owners: ["fleet/dev", "fleet/prod"] });
        expect(json.err).to.contain("bears the marker of fleet/prdo");
        // Also beside what is claimed: the orphans that were meant are not among it.
        expect((await prune([...lost, "--description", "a"])).out).to.contain("bears the marker of fleet/prdo");
    });

    it("refuses more than the limit as a whole, with the count", async () => {
        for (let count = 0; count < 3; count++) add("my-runner");
        const { code, err } = await prune([...CLAIM, "--limit", "2", "--yes"]);
        expect(code).to.equal(2);
        expect(err).to.contain("Would delete 3 runners, more than limit allows (2)").and.contain("give --limit 3");
        expect(left()).to.have.lengthOf(3);
        // What is only shown says so already.
        expect((await prune([...CLAIM, "--limit", "2"])).out).to.contain(
            "Give --yes to do it, and --limit 3, because only 2 may be deleted at once.",
        );
    });

    it("keeps what --keep names, and looks at the projects below a group when asked to", async () => {
        const kept = add("my-runner");
        const below = add("my-runner", { runnerType: "project_type", groupId: null }, [
            sandbox.db.projects.all()[0]!.id,
        ]);
        await prune([...CLAIM, "--keep", String(kept), "--yes"]);
        expect(left()).to.deep.equal([kept, below]);
        await prune([...CLAIM, "--projects-below", "--yes"]);
        expect(left()).to.deep.equal([kept]);
    });

    it("deletes nothing for its age while the clocks disagree, and says so", async () => {
        const id = add("a", HEARD);
        sandbox.faults.plan({ times: 0, fault: { kind: "date", date: "2035-01-01T00:00:00Z" } });
        const { code, err } = await prune(["--group", "apps", "--offline-for", "30d", "--yes"]);
        expect(code).to.equal(2);
        expect(err)
            .to.contain("prune: would delete a runner for the time since the last contact")
            .and.contain("dated 2035-01-01T00:00:0");
        expect(left()).to.deep.equal([id]);
    });

    it("takes plain ids only, and deletes nothing where one is no id", async () => {
        const id = add("my-runner");
        for (const keep of [`#${id}`, ` ${id}`, `0${id}`, "0", "-1", "1e3", "0x1", "９", "9007199254740993"]) {
            const { code, err } = await prune([...CLAIM, "--keep", keep, "--yes"]);
            expect(code, keep).to.equal(2);
            expect(err).to.contain("must be GitLab's number of a runner");
        }
        for (const [option, value] of [
            ["--group", "#1"],
            ["--group", "１"],
            ["--project", "007"],
        ] as const) {
            const { code, err } = await prune([option, value, "--description", "my-*", "--yes"]);
            expect(code, value).to.equal(2);
            expect(err).to.contain("is not a possible id");
        }
        expect(left()).to.deep.equal([id]);
    });

    it("does not say of a runner that it was deleted when GitLab refused", async () => {
        const [gone, stays] = [add("my-runner"), add("my-second")];
        sandbox.faults.plan({
            method: "DELETE",
            path: `/api/v4/runners/${stays}`,
            times: 0,
            fault: { kind: "status", status: 403, body: { message: "403 Forbidden" } },
        });
        const { code, out, err } = await prune([...CLAIM, "--yes"]);
        expect(code).to.equal(2);
        expect(out).to.contain("Deleted 1 runner\n").and.contain("Not changed, because it went wrong: 1 runner\n");
        expect(out.indexOf(`#${gone}`)).to.be.lessThan(out.indexOf("Not changed"));
        expect(out.indexOf(`#${stays}`)).to.be.greaterThan(out.indexOf("Not changed"));
        expect(err).to.contain("1 of 2 runners could not be changed");
        const { runners } = JSON.parse((await prune([...CLAIM, "--yes", "--json"])).out);
        expect(runners[0]).to.have.property("failed").that.contains("403");
    });

    it("asks what to look for where nothing is said, which would find nothing whatever there is", async () => {
        add("my-runner");
        const { code, err } = await prune(["--group", "apps"]);
        expect(code).to.equal(2);
        expect(err).to.contain("What is looked for?");
    });

    it("names options as they are written on the command line", async () => {
        for (const [option, value] of [
            ["--offline-for", "30"],
            ["--status", "dead"],
            ["--quiet-period", "soon"],
        ] as const) {
            expect((await prune([...CLAIM, option, value])).err).to.match(new RegExp(`^gitlab-fleet: ${option} must`));
        }
        expect((await prune([...CLAIM, "--owner", "prod", "--state-lost"])).err).to.contain(
            "--owner must be <project>/<stack>",
        );
    });

    it("says which scope is missing and what is no duration", async () => {
        expect((await prune(["--description", "x"])).err).to.contain("Which scope?");
        expect((await prune([...CLAIM, "--offline-for", "long"])).err).to.contain("must be a duration");
        expect((await prune([...CLAIM, "--foreign", "burn"])).code).to.equal(2);
    });
});
