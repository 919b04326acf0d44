import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { startSandbox } from "../../sandbox";
import { demoFleet } from "../../tests/e2e/demo/fleets";
import { type Engine, startEngine } from "../../tests/helpers/engine";
import { makeProject } from "../demo/project";
import { root } from "../scripts/pulumi";
import type { Measurement } from "./main";

const ROUNDS = 5;
const NO_OP = ["preview", "--expect-no-changes"];

export const about =
    "A no-op `pulumi preview` of the demo's fleet: this repository's program, and a user's own project with the package installed, its program in " +
    `JavaScript, and the same in TypeScript that Pulumi compiles at each run; in turns, ${ROUNDS} rounds, the fastest of each.`;

/** How much longer a preview takes with the installed package than in this repository. */
export async function run(): Promise<Measurement[]> {
    const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-fleet-bench-")));
    const seed = path.join(root, "sandbox/seeds/demo.yaml");
    const engines: Engine[] = [];
    const compiles = { PULUMI_NODEJS_TYPESCRIPT: "true" };
    try {
        const project = makeProject(folder);
        const typed = path.join(folder, "typed");
        fs.cpSync(project, typed, { recursive: true, verbatimSymlinks: true });
        fs.renameSync(path.join(typed, "index.js"), path.join(typed, "index.ts"));
        const program = fs.readFileSync(path.join(typed, "index.ts"), "utf8");
        fs.writeFileSync(
            path.join(typed, "index.ts"),
            program
                .replace(/const \{(.*)\} = require\((.*)\);/, "import {$1} from $2;")
                .replace(/exports\.(\w+) =/g, "export const $1 ="),
        );
        const manifest = fs.readFileSync(path.join(typed, "package.json"), "utf8");
        fs.writeFileSync(path.join(typed, "package.json"), manifest.replace("index.js", "index.ts"));
        const kinds: [string, string | undefined, Record<string, string>][] = [
            ["this repository's program", undefined, {}],
            ["a user's program in JavaScript", project, {}],
            ["a user's program in TypeScript, compiled by Pulumi", typed, compiles],
        ];
        for (const [, at, env] of kinds) {
            engines.push(
                await startEngine({ config: demoFleet, gitlab: await startSandbox({ seed }), project: at, env }),
            );
            await engines.at(-1)!.up();
        }
        const times = kinds.map((): number[] => []);
        for (let round = 0; round < ROUNDS; round++) {
            for (const [index, engine] of engines.entries()) {
                const { code, ms, output } = await engine.stack.run(NO_OP);
                if (code !== 0) throw new Error(output);
                times[index]!.push(ms);
            }
        }
        const [ours, theirs, compiled] = times.map((each) => Math.min(...each)) as [number, number, number];
        return [
            ...kinds.map(([name], index) => ({ name, value: Math.min(...times[index]!), unit: "ms" })),
            { name: "JavaScript over this repository's", value: theirs / ours, unit: "ratio", limit: 1.3 },
            { name: "TypeScript over this repository's", value: compiled / ours, unit: "ratio" },
        ];
    } finally {
        for (const engine of engines) {
            await engine.close();
            await engine.sandbox.close();
        }
        fs.rmSync(folder, { recursive: true, force: true });
    }
}
