import { expect } from "chai";
import { HEARD, runnersToPrune } from "./world";

describe("gitlab-fleet prune", () => {
    const world = runnersToPrune();
    const { add, prune, left } = world;
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
        expect(world.sandbox.journal.writes()).to.deep.equal([]);
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
        expect(world.sandbox.db.runners.must(id).active).to.equal(false);
    });

    it("claims by status, silence, creator and tag, all of them with --match-all", async () => {
        const stale = add("a", { tagList: ["old"] });
        add("b", { createdAt: world.sandbox.clock.now() });
        const argv = ["--group", "apps", "--status", "stale", "--tag", "old", "--json"];
        const ids = async (more: string[]) =>
            JSON.parse((await prune([...argv, ...more])).out).runners.map(({ id }: { id: number }) => id);
        add("c");
        expect(await ids([])).to.have.lengthOf(2);
        expect(await ids(["--match-all"])).to.deep.equal([stale]);
        expect(await ids(["--match-all", "--offline-for", "90d"])).to.deep.equal([]);
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
            world.sandbox.db.projects.all()[0]!.id,
        ]);
        await prune([...CLAIM, "--keep", String(kept), "--yes"]);
        expect(left()).to.deep.equal([kept, below]);
        await prune([...CLAIM, "--projects-below", "--yes"]);
        expect(left()).to.deep.equal([kept]);
    });

    it("deletes nothing for its age while the clocks disagree, and says so", async () => {
        const id = add("a", HEARD);
        world.sandbox.faults.plan({ times: 0, fault: { kind: "date", date: "2035-01-01T00:00:00Z" } });
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
        world.sandbox.faults.plan({
            method: "DELETE",
            path: `/api/v4/runners/${stays}`,
            times: 0,
            fault: { kind: "status", status: 403, body: { message: "403 Forbidden" } },
        });
        const { code, out, err } = await prune([...CLAIM, "--yes"]);
        expect(code).to.equal(2);
        expect(out).to.contain("Deleted 1 runner\n").and.contain("Not changed: 1 runner\n");
        expect(out.indexOf(`#${gone}`)).to.be.lessThan(out.indexOf("Not changed"));
        expect(out.indexOf(`#${stays}`)).to.be.greaterThan(out.indexOf("Not changed"));
        expect(err).to.contain("1 of 2 runners were not changed");
        const { runners } = JSON.parse((await prune([...CLAIM, "--yes", "--json"])).out);
        expect(runners[0]).to.have.property("failed").that.contains("403");
    });

    it("does not say of a runner that it deleted it when somebody else has since it was listed", async () => {
        const [theirs, own] = [add("my-runner"), add("my-second")];
        const body = { message: "404 Runner Not Found" };
        world.sandbox.faults.plan({
            method: "DELETE",
            path: `/api/v4/runners/${theirs}`,
            times: 0,
            fault: { kind: "status", status: 404, body },
        });
        const { code, out } = await prune([...CLAIM, "--yes"]);
        expect(code).to.equal(0);
        expect(out).to.match(new RegExp(`^Deleted 1 runner\n.*#${own} .*\nGone already: 1 runner\n.*#${theirs} `));
        const { runners } = JSON.parse((await prune([...CLAIM, "--yes", "--json"])).out);
        expect(runners).to.have.lengthOf(1);
        expect(runners[0]).to.include({ id: theirs, goneAlready: true });
    });

    it("does not say of a runner that it was deleted when something before GitLab says that there is no such thing", async () => {
        const stays = add("my-runner");
        const nothing = { kind: "html", status: 404 } as const;
        world.sandbox.faults.plan({ method: "DELETE", times: 0, fault: nothing });
        const { code, out, err } = await prune([...CLAIM, "--yes"]);
        expect(out).to.contain("Not changed: 1 runner\n").and.not.contain("Deleted");
        expect(err).to.contain("A proxy or firewall before GitLab says so");
        expect(code).to.equal(2);
        expect(left()).to.deep.equal([stays]);
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

    it("says what to write in place of a word or a duration that it does not know, as a stack's file is told", async () => {
        const says = async (option: string, value: string) => (await prune([...CLAIM, option, value])).err;
        expect(await says("--offline-for", "30 days")).to.match(
            /--offline-for must .* \(got "30 days"\)\. Write 30d\.$/m,
        );
        expect(await says("--quiet-period", "1 hour")).to.match(/\(got "1 hour"\)\. Write 1h\.$/m);
        expect(await says("--status", "stalle")).to.match(/\(got "stalle"\)\. Did you mean "stale"\?$/m);
    });

    it("says which scope is missing and what is no duration", async () => {
        expect((await prune(["--description", "x"])).err).to.contain("Which scope?");
        expect((await prune([...CLAIM, "--offline-for", "long"])).err).to.contain("must be a duration");
        expect((await prune([...CLAIM, "--foreign", "burn"])).code).to.equal(2);
    });
});
