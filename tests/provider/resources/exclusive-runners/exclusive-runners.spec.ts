import { expect } from "chai";
import { UNKNOWN } from "../../../../core/props";
import { addRunner } from "../../../../sandbox";
import { startPlugin } from "../../../helpers/plugin";
import { GROUP_AND_SUBGROUP } from "./seed";
import { groupWithRunners, marker, TYPE } from "./world";

describe("ExclusiveRunners", () => {
    const of = groupWithRunners({ seed: GROUP_AND_SUBGROUP });
    const { world, runner, inputs, ids } = of;

    it("shows foreign runners and orphans in a plain preview, and changes nothing", async () => {
        runner("my-runner", { contactedAt: Date.now() - 3_600_000, creationState: "finished" });
        const orphan = runner("lost", { maintenanceNote: `${marker("ci")}\nmine` });
        const before = world.sandbox.db.runners.all();
        const declared = inputs({ foreign: "delete", runners: { ci: "999" } });
        const diff = await world.plugin.diff(TYPE, "group_type/1", { ...declared, found: [] }, declared);
        expect(diff).to.deep.include({ changes: true, detailed: { found: "update" }, replaces: [] });
        expect(world.plugin.logs).to.have.length(1);
        expect(world.plugin.logs[0]).to.include({ severity: "warn" });
        expect(world.plugin.logs[0]!.urn).to.match(/::it$/);
        const [title, foreign, lost] = world.plugin.logs[0]!.message.split("\n");
        expect(title).to.equal("Will delete 2 runners");
        expect(foreign).to.match(/^ {2}foreign #\d+ "my-runner" \(online, last contact 20.*Z\)$/);
        expect(lost).to.equal(`  orphan #${orphan} "lost" (never contacted)`);
        expect(world.sandbox.db.runners.all()).to.deep.equal(before);
        expect(world.sandbox.journal.writes()).to.deep.equal([]);
    });

    it("asks in a preview whether a runner that goes is the one that is made", async () => {
        const state = { ...inputs({ runners: { old: "4" } }), found: [] };
        await world.plugin.diff(TYPE, "group_type/1", state, inputs({ runners: { new: UNKNOWN } }));
        expect(world.plugin.logs.map(({ message }) => message).join()).to.include("renamedFrom: old at runner new.");
    });

    it("needs no more than a token that may read for a preview", async () => {
        runner("my-runner");
        const reader = await startPlugin("gitlab-fleet", {
            baseUrl: world.sandbox.url,
            token: world.sandbox.tokens.read,
        });
        const diff = await reader.diff(TYPE, "x", inputs({ foreign: "delete" }), inputs({ foreign: "delete" }));
        await reader.close();
        expect(diff.changes).to.equal(true);
    });

    it("only reports by default: no change, and the finding as information", async () => {
        const id = runner("my-runner");
        const diff = await world.plugin.diff(TYPE, "x", inputs(), inputs());
        expect(diff.changes).to.equal(false);
        expect(world.plugin.logs.map(({ severity, message }) => [severity, message])).to.deep.equal([
            [
                "info",
                `Not declared here, and left as they are: 1 runner\n  foreign #${id} "my-runner" (never contacted)`,
            ],
        ]);
    });

    it("deletes orphans and claimed runners, and nothing else", async () => {
        const declared = runner("my-own", { maintenanceNote: marker("ci") });
        const kept = [
            declared,
            runner("theirs", { maintenanceNote: marker("ci", "fleet/dev") }),
            runner("my-but-another-stack's", { maintenanceNote: marker("ci", "fleet/dev") }),
            runner("unclaimed"),
            addRunner(world.sandbox.db, { runnerType: "group_type", groupId: of.group + 1, description: "my-sub" }).id,
            addRunner(world.sandbox.db, { runnerType: "instance_type", description: "my-instance" }).id,
        ];
        const gone = [
            runner("my-runner"),
            runner("orphan", { maintenanceNote: marker("ci") }),
            runner("by tag", { tagList: ["old", "x"] }),
        ];
        const created = await world.plugin.create(
            TYPE,
            inputs({
                runners: { ci: String(declared) },
                claim: { descriptions: ["my-*"], tags: ["old"] },
                foreign: "delete",
            }),
        );
        expect(ids()).to.deep.equal(kept);
        expect(created.state.found).to.deep.equal([]);
        expect(world.plugin.logs).to.have.length(1);
        const [title, ...lines] = world.plugin.logs[0]!.message.split("\n");
        expect(title).to.equal("Deleted 3 runners");
        expect(lines.map((line) => Number(/#(\d+)/.exec(line)![1]))).to.deep.equal(gone);
    });

    it("pauses once, and keeps listing what it paused", async () => {
        const id = runner("my-runner");
        const pausing = inputs({ foreign: "pause" });
        const created = await world.plugin.create(TYPE, pausing);
        expect(world.sandbox.db.runners.must(id).active).to.equal(false);
        expect(created.state.found).to.deep.equal([
            { id: String(id), description: "my-runner", status: "never_contacted", kind: "foreign", action: "pause" },
        ]);
        world.sandbox.journal.clear();
        expect((await world.plugin.diff(TYPE, created.id, created.state, pausing)).changes).to.equal(false);
        expect(world.sandbox.journal.writes()).to.deep.equal([]);
    });

    it("leaves to the engine what the last up declared and this one does not, and takes it for an orphan later", async () => {
        const id = runner("gone", { maintenanceNote: marker("gone") });
        const old = inputs({ runners: { gone: String(id) } });
        const { state } = await world.plugin.update(TYPE, "group_type/1", { ...old, found: [] }, inputs(), {
            oldInputs: old,
        });
        expect(ids()).to.deep.equal([id]);
        expect(world.plugin.logs).to.deep.equal([]);
        await world.plugin.update(TYPE, "group_type/1", state, inputs());
        expect(ids()).to.deep.equal([]);
    });

    it("takes a runner for an orphan when the one declared under its name is only planned", async () => {
        const id = runner("ci", { maintenanceNote: marker("ci") });
        await world.plugin.create(TYPE, inputs({ runners: { ci: UNKNOWN } }), { preview: true });
        expect(world.plugin.logs.map(({ message }) => message)).to.deep.equal([
            `Will delete 1 runner\n  orphan #${id} "ci" (never contacted)`,
        ]);
        expect(world.sandbox.journal.writes()).to.deep.equal([]);
    });

    it("leaves what bears a name of this very stack that is not listed, claimed or not, and asks to list it", async () => {
        const late = runner("my-late", { maintenanceNote: marker("late"), contactedAt: Date.now() });
        const never = runner("never", { maintenanceNote: marker("never") });
        await world.plugin.create(TYPE, inputs({ foreign: "delete", runners: { ci: "999" } }));
        expect(ids()).to.deep.equal([late, never]);
        const [, ...lines] = world.plugin.logs
            .map(({ message }) => message)
            .join("\n")
            .split("\n");
        const why = (name: string) =>
            `its marker names ${name} of this very stack, which is not among the runners listed here. If the program declares it elsewhere, list it here too; if this up takes it out, it goes by itself; else delete it in GitLab`;
        expect(lines[0])
            .to.match(new RegExp(`^ {2}foreign #${late} "my-late" `))
            .and.contain(why("late"));
        expect(lines.slice(1)).to.deep.equal([`  orphan #${never} "never" (never contacted): ${why("never")}`]);
    });

    it("says nothing of a runner that the program has declared elsewhere", async () => {
        const id = runner("my-own", { maintenanceNote: marker("outside") });
        const token = {
            runnerId: String(id),
            token: "glrt-abcdefghijklmnopqrst",
            obtainedAt: new Date().toISOString(),
        };
        await world.plugin.diff("RunnerToken", String(id), token, { runnerId: String(id) });
        world.plugin.logs.length = 0;
        const created = await world.plugin.create(TYPE, inputs({ foreign: "delete" }));
        expect(ids()).to.deep.equal([id]);
        expect(created.state.found).to.deep.equal([]);
        expect(world.plugin.logs).to.deep.equal([]);
    });

    it("does not look while the scope itself is only planned", async () => {
        await world.plugin.create(TYPE, inputs({ groupId: UNKNOWN }), { preview: true });
        expect(world.sandbox.journal.count()).to.equal(0);
    });
});
