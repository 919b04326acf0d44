import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { type PulumiResult, root } from "../../../dev/scripts/pulumi";
import { type Engine, startEngine } from "../../helpers/engine";
import { killUp } from "../../helpers/killed-up";
import { manyRunners } from "../demo/fleets";

const WARNING = "pending operations from previous deployment";

describe("docs/after-a-crash.md", () => {
    let engine: Engine;
    /** The page's commands, a block each. */
    const blocks = [
        ...fs.readFileSync(path.join(root, "docs/after-a-crash.md"), "utf8").matchAll(/^```sh\n(.*?)^```$/gms),
    ].map(([, lines]) => lines!.trim().split("\n"));

    beforeEach(async () => {
        engine = await startEngine({ config: () => manyRunners(2) });
    });
    afterEach(() => engine.close());

    /** One of its lines; where a terminal would ask, the answer is yes. */
    const run = async (line: string, env?: Record<string, string>): Promise<PulumiResult> => {
        const [program, ...args] = line.replaceAll("'", "").split(" ");
        const result =
            program === "pulumi"
                ? await engine.stack.run(args.includes("--yes") ? args : [...args, "--yes"], { env })
                : await engine.stack.spawn("sh", ["-c", line], { cwd: path.join(engine.folder, "backend") });
        expect(result.code, `${line}\n${result.output}`).to.equal(0);
        return result;
    };
    const ours = () => engine.sandbox.db.runners.all().filter(({ tagList }) => tagList.includes("bulk"));

    it("has commands after which the fleet is as declared and no command warns any more", async () => {
        engine.sandbox.faults.plan({ method: "POST", path: "/user/runners", fault: { kind: "hold-answer" } });
        await killUp(engine.stack, () => ours().length > 0);
        expect((await engine.stack.run(["up", "--yes"])).output).to.include("pulumi cancel");

        const [again, clear] = blocks;
        const [, up] = [await run(again![0]!), await run(again![1]!)];
        expect(up!.output).to.include(WARNING);
        expect(ours()).to.have.length(2);
        expect((await run("pulumi up")).output, "a creation stays").to.include(WARNING);
        const before = engine.sandbox.journal.count();
        await run(clear![0]!);
        expect(engine.sandbox.journal.count()).to.equal(before);
        expect((await run("pulumi up")).output).to.not.include(WARNING);
    });

    it("says truly that a preview and a refresh are silent, and that updates and deletions need no word", async () => {
        await engine.up();
        const kill = (method: string) => {
            engine.sandbox.faults.clear();
            engine.sandbox.faults.plan({ method, path: "/runners/*", fault: { kind: "hold" } });
            return killUp(engine.stack, () => engine.sandbox.faults.list()[0]!.struck > 0);
        };
        engine.stack.setConfig(manyRunners(2).replaceAll("bulk", "bulk, more"));
        expect((await kill("PUT")).killed).to.equal(true);
        await run("pulumi cancel");
        expect((await run("pulumi up")).output).to.include(WARNING);
        engine.stack.setConfig(manyRunners(1));
        expect((await kill("DELETE")).killed).to.equal(true);
        await run("pulumi cancel");
        for (const silent of [["preview"], ["refresh", "--yes"], ["up", "--yes"]]) {
            const { code, output } = await engine.stack.run(silent);
            expect(code, output).to.equal(0);
            expect(output).to.not.include(WARNING);
        }
        expect(ours()).to.have.length(1);
    });

    it("has the command against an .attrs file that was left empty", async () => {
        const env = { PULUMI_BACKEND_URL: `file://${path.join(engine.folder, "backend")}` };
        await run("pulumi up", env);
        const state = path.join(engine.folder, "backend/.pulumi/stacks/gitlab-fleet/test.json");
        fs.writeFileSync(`${state}.attrs`, "");
        expect((await engine.stack.run(["preview"], { env })).output).to.include("EOF");
        await run(blocks.at(-1)![0]!);
        await run("pulumi up", env);
    });
});
