import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { HEARD, IDENTITY, runnersToPrune, stateOf } from "./world";

describe("gitlab-fleet prune of a stack's orphans", () => {
    const world = runnersToPrune();
    const { add, prune, left } = world;

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
            ["null", "is not a Pulumi state"],
        ] as const) {
            const { code, err } = await prune(argv, state);
            expect({ code, err }, words).to.have.property("code", 2);
            expect(err).to.contain(words);
        }
        // Who has said already that it is lost is not told to say so.
        for (const state of [JSON.stringify({ deployment: {} }), stateOf("dev", 99)]) {
            const { err } = await prune([...argv, "--state-lost"], state);
            expect(err).to.contain("Or give none: --state-lost needs none.").and.not.contain("say so with");
        }
        expect(left()).to.deep.equal([live]);
        expect(world.sandbox.journal.writes()).to.deep.equal([]);
    });

    it("takes a stack that has nothing yet where runners are claimed and no owner is named", async () => {
        const stale = add("my-runner");
        const declared = add("my-runner", { maintenanceNote: "managed-by: gitlab-fleet fleet/prod/a" });
        const argv = ["--group", "apps", "--description", "my-runner", "--state", "-", "--yes"];
        const { code, out } = await prune(argv, JSON.stringify({ deployment: { resources: [] } }));
        expect({ code, out }).to.have.property("code", 0);
        expect(out).to.contain(`#${stale} `);
        expect(left()).to.deep.equal([declared]);
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
        world.sandbox.faults.plan({
            path: `/runners/${busy}/jobs`,
            times: 0,
            fault: { kind: "status", status: 200, body },
        });
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
});
