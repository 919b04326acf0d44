import { expect } from "chai";
import { addProject } from "../../../sandbox";
import { runnersToPrune } from "./world";

describe("the scope of gitlab-fleet prune", () => {
    const world = runnersToPrune();
    const { add, prune, left } = world;
    const CLAIM = ["--description", "my-*"];

    it("is a project with the runners that serve it alone", async () => {
        const etl = world.sandbox.db.projects.all()[0]!.id;
        const web = addProject(world.sandbox.db, { path: "web", groupId: 1 }).id;
        const ofProject = (...projects: number[]) =>
            add("my-runner", { runnerType: "project_type", groupId: null }, projects);
        const [own, shared, elsewhere, ofGroup] = [
            ofProject(etl),
            ofProject(etl, web),
            ofProject(web),
            add("my-runner"),
        ];
        const { code, out } = await prune(["--project", "apps/etl", ...CLAIM, "--yes"]);
        expect(code).to.equal(0);
        expect(left()).to.deep.equal([shared, elsewhere, ofGroup]);
        expect(out)
            .to.match(new RegExp(`^Deleted 1 runner\\n {2}foreign #${own} `))
            .and.match(new RegExp(`\\nLeft alone: 1 runner\\n {2}foreign #${shared} .* serves 2 projects`));
    });

    it("is the instance with its own runners, for an administrator", async () => {
        const { db } = world.sandbox;
        const ofInstance = add("my-runner", { runnerType: "instance_type", groupId: null });
        const ofGroup = add("my-runner");
        const argv = ["--instance", ...CLAIM, "--yes"];
        expect((await prune(argv)).code).to.equal(2);
        expect(left()).to.deep.equal([ofInstance, ofGroup]);
        db.users.update(1, { admin: true });
        expect((await prune(argv)).code).to.equal(0);
        expect(left()).to.deep.equal([ofGroup]);
    });

    it("is one of them, and is said", async () => {
        const id = add("my-runner");
        for (const scopes of [
            [],
            ["--group", "apps", "--instance"],
            ["--group", "apps", "--project", "apps/etl"],
            ["--project", "apps/etl", "--instance"],
        ]) {
            const { code, err } = await prune([...scopes, ...CLAIM, "--yes"]);
            expect({ code, err }).to.deep.include({ code: 2 });
            expect(err).to.contain("Give --group, --project or --instance, one of them.");
        }
        const { err } = await prune(["--project", "apps/etl", "--projects-below", ...CLAIM, "--yes"]);
        expect(err).to.contain("--projects-below goes with --group.");
        expect(left()).to.deep.equal([id]);
    });
});

describe("what gitlab-fleet prune says that it did", () => {
    const world = runnersToPrune();
    const { add, prune } = world;
    const CLAIM = ["--group", "apps", "--description", "my-*"];

    it("is whether it did it, and what became of each, as JSON", async () => {
        const [first, second] = [add("my-a"), add("my-b")];
        const told = async (...more: string[]) => {
            const { done, runners, failures } = JSON.parse((await prune([...CLAIM, "--json", ...more])).out);
            return { done, actions: runners.map(({ action }: { action: string }) => action), failures };
        };
        expect(await told()).to.deep.equal({ done: false, actions: ["delete", "delete"], failures: [] });
        expect(await told("--foreign", "report")).to.deep.include({ actions: ["none", "none"] });
        world.sandbox.faults.plan({
            method: "DELETE",
            path: `/runners/${second}`,
            fault: { kind: "status", status: 403 },
        });
        const { done, failures } = await told("--yes");
        expect(done).to.equal(true);
        expect(failures).to.have.lengthOf(1);
        expect(world.sandbox.db.runners.get(first)).to.equal(undefined);
    });

    it("is each runner once: deleted, paused, not changed, left alone, or found", async () => {
        const sections = async (...more: string[]) =>
            (await prune([...CLAIM, ...more])).out.split("\n").filter((line) => /^\S.* \d+ runners?/.test(line));
        const [, second] = [add("my-a"), add("my-b", { status: "online" })];
        expect(await sections("--foreign", "report")).to.deep.equal(["Found: 2 runners"]);
        expect(await sections("--foreign", "pause")).to.deep.equal(["Would pause 2 runners"]);
        expect(await sections()).to.deep.equal(["Would delete 2 runners"]);
        world.sandbox.faults.plan({
            method: "DELETE",
            path: `/runners/${second}`,
            fault: { kind: "status", status: 403 },
        });
        expect(await sections("--yes")).to.deep.equal(["Deleted 1 runner", "Not changed: 1 runner"]);
        expect(await sections("--foreign", "pause", "--yes")).to.deep.equal(["Paused 1 runner"]);
        expect(await sections("--foreign", "pause")).to.deep.equal(["Found: 1 runner"]);
    });
});
