import * as fs from "node:fs";
import * as path from "node:path";
import { buildSync } from "esbuild";
import { type Engine, startEngine } from "../../tests/helpers/engine";
import { root } from "../scripts/pulumi";
import { NO_CHECKPOINTS } from "./many-runners";
import { type MemoryPeaks, sampleMemory } from "./memory";

/** The size of a stack. */
export interface Size {
    /** Number of projects with an allowlist. */
    producers: number;
    /** Number of entries of each list. */
    entries: number;
    /** Pause before each answer of the sandbox, in milliseconds. @default 0 */
    latencyMs?: number;
    /** Whether Pulumi writes its state after every step. @default false */
    checkpoints?: boolean;
}

/** The cost of one `pulumi` command. */
export interface Cost {
    ms: number;
    requests: number;
    /** Peaks of resident memory. */
    memory: MemoryPeaks;
}

/** A stack with one `JobTokenAllowlist` for each producer, in its own program. */
export interface AllowlistStack {
    engine: Engine;
    /** Full paths. */
    producers: string[];
    /** Full paths of the entries of one producer. */
    entriesOf(producer: number): string[];
    /** Declares one more entry, for the first producer. */
    addEntry(): void;
    /** Runs a command, which must succeed. */
    run(args: string[]): Promise<Cost>;
    close(): Promise<void>;
}

// Stack config reaches a program in one environment variable, which is limited to 128 KB: too small for 100,000
// entries.
const PROGRAM = `
import ${JSON.stringify(path.join(root, "lean-runtime"))};
import * as fs from "node:fs";
import * as path from "node:path";
import { JobTokenAllowlist } from ${JSON.stringify(path.join(root, "components"))};

const lists = JSON.parse(fs.readFileSync(path.join(__dirname, "lists.json"), "utf8"));
for (const [project, projects] of Object.entries<string[]>(lists)) {
    new JobTokenAllowlist(project, { project, allow: { projects } });
}
`;

/** Starts a sandbox with this many projects, and creates the stack. */
export async function startAllowlistStack({
    producers,
    entries,
    latencyMs,
    checkpoints,
}: Size): Promise<AllowlistStack> {
    const names = Array.from({ length: producers }, (_, i) => `producers/p${i}`);
    const consumers = Array.from({ length: entries * 2 }, (_, i) => `apps/c${i}`);
    const entriesOf = (producer: number) =>
        Array.from({ length: entries }, (_, i) => consumers[(producer + i) % consumers.length]!);
    const project = fs.mkdtempSync(path.join(root, ".cache", "bench-allowlists-"));
    const lists = Object.fromEntries(names.map((name, i) => [name, entriesOf(i)]));
    const declare = () => fs.writeFileSync(path.join(project, "lists.json"), JSON.stringify(lists));
    declare();
    writeProgram(project);
    const engine = await startEngine({
        config: () => "config: {}\n",
        project,
        seed: {
            settings: { rateLimits: { project: 0 } },
            users: [{ username: "root", admin: true }],
            groups: [
                { path: "producers", members: { root: "owner" } },
                { path: "apps", members: { root: "owner" } },
            ],
            projects: [...names, ...consumers].map((path) => ({ path })),
            tokens: [{ name: "owner", user: "root", scopes: ["api"] }],
        },
        env: checkpoints ? {} : NO_CHECKPOINTS,
    });
    engine.sandbox.setLatency(latencyMs ?? 0);
    return {
        engine,
        producers: names,
        entriesOf,
        addEntry: () => {
            lists[names[0]!]!.push(consumers.at(-1)!);
            declare();
        },
        run: async (args) => {
            engine.sandbox.journal.clear();
            const memory = sampleMemory();
            const result = await engine.stack.run(args);
            const peaks = memory.end();
            if (result.code !== 0) throw new Error(`pulumi ${args.join(" ")}:\n${result.output.slice(-4000)}`);
            return { ms: result.ms, requests: engine.sandbox.journal.count(), memory: peaks };
        },
        close: async () => {
            await engine.close();
            fs.rmSync(project, { recursive: true, force: true });
        },
    };
}

function writeProgram(project: string): void {
    buildSync({
        stdin: { contents: PROGRAM, resolveDir: project, loader: "ts" },
        outfile: path.join(project, "program.cjs"),
        bundle: true,
        platform: "node",
        format: "cjs",
        external: ["@pulumi/*", "@gitlab-fleet/*"],
        logLevel: "error",
    });
    fs.writeFileSync(path.join(project, "package.json"), '{ "main": "program.cjs" }');
    const yaml = fs.readFileSync(path.join(root, "Pulumi.yaml"), "utf8");
    const plugins = `path: ${path.join(root, "provider/bin")}`;
    fs.writeFileSync(path.join(project, "Pulumi.yaml"), yaml.replaceAll("path: provider/bin", plugins));
}
