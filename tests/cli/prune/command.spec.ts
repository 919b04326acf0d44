import { expect } from "chai";
import { addRunner, DAY, type Sandbox, startSandbox } from "../../../sandbox";
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

    it("deletes orphans of a stack only when it knows the stack's state", async () => {
        const note = "managed-by: gitlab-fleet fleet/prod";
        const declared = add("a", { maintenanceNote: `${note}/a` });
        add("a", { maintenanceNote: `${note}/a` });
        const staging = add("a", { maintenanceNote: "managed-by: gitlab-fleet fleet/staging/a" });
        const argv = ["--group", "apps", "--owner", "fleet/prod"];
        expect((await prune(argv)).err).to.contain("--owner needs the state");
        const state = {
            deployment: { resources: [{ type: "gitlab:index/userRunner:UserRunner", id: String(declared) }] },
        };
        await prune([...argv, "--state", "-", "--yes"], JSON.stringify(state));
        expect(left()).to.deep.equal([declared, staging]);
    });

    it("refuses more than the limit as a whole, with the count", async () => {
        for (let count = 0; count < 3; count++) add("my-runner");
        const { code, err } = await prune([...CLAIM, "--limit", "2", "--yes"]);
        expect(code).to.equal(2);
        expect(err).to.contain("Would delete 3 runners, more than limit allows (2)").and.contain("give --limit 3");
        expect(left()).to.have.lengthOf(3);
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

    it("says which scope is missing and what is no duration", async () => {
        expect((await prune(["--description", "x"])).err).to.contain("Which scope?");
        expect((await prune([...CLAIM, "--offline-for", "long"])).err).to.contain("must be a duration");
        expect((await prune([...CLAIM, "--foreign", "burn"])).code).to.equal(2);
    });
});
