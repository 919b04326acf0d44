// `make bench [ONLY=name]`: runs every dev/bench/*.bench.ts and writes its measurements to its section of
// dev/bench/results.md.
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** One measured number. */
export interface Measurement {
    /** What was measured, as a sentence fragment. */
    name: string;
    value: number;
    /** `ms`, `requests`, `MB`, `ratio` … */
    unit: string;
    /** Largest acceptable value; above it the benchmark fails. */
    limit?: number;
}

/** A file `dev/bench/<name>.bench.ts`. */
interface Benchmark {
    /** A sentence on how the numbers were obtained. */
    about?: string;
    run(): Promise<Measurement[]>;
}

function row(m: Measurement): string {
    const digits = m.unit === "ratio" ? 2 : m.value < 10 ? 1 : 0;
    const verdict = m.limit === undefined ? "" : m.value <= m.limit ? `≤ ${m.limit}` : `**over ${m.limit}**`;
    return `| ${m.name} | ${m.value.toFixed(digits)} ${m.unit} | ${verdict} |`;
}

/** Replaces one benchmark's section. The other sections were measured at other times and stay as they are. */
function writeSection(name: string, text: string): void {
    const file = path.join(__dirname, "results.md");
    const [head, ...sections] = fs.readFileSync(file, "utf8").split(/^(?=## )/m);
    const others = sections.map((section) => section.trim()).filter((section) => !section.startsWith(`## ${name}\n`));
    fs.writeFileSync(file, `${[head!.trim(), ...[...others, `## ${name}\n\n${text}`].sort()].join("\n\n")}\n`);
}

async function main(): Promise<void> {
    const wanted = (process.env.ONLY ?? "").split(" ").filter(Boolean);
    const names = fs
        .readdirSync(__dirname)
        .filter((file) => file.endsWith(".bench.ts"))
        .map((file) => file.replace(".bench.ts", ""))
        .filter((name) => wanted.length === 0 || wanted.includes(name))
        .sort();
    let failed = false;
    for (const name of names) {
        const benchmark: Benchmark = await import(path.join(__dirname, `${name}.bench`));
        console.log(`\n${name}`);
        const measurements = await benchmark.run();
        const table = ["| what | measured | limit |", "| --- | --- | --- |", ...measurements.map(row)].join("\n");
        console.log(table);
        failed ||= measurements.some((m) => m.limit !== undefined && m.value > m.limit);
        const git = (...args: string[]) => execFileSync("git", args, { encoding: "utf8" }).trim();
        // Changes in results.md do not affect the measurements.
        const isDirty = git("status", "--porcelain", "--", ":/", ":!/dev/bench/results.md") !== "";
        const commit = `${git("describe", "--always")}${isDirty ? "-dirty" : ""}`;
        const machine = `${os.cpus().length} cores, Node.js ${process.version}, ${new Date().toISOString().slice(0, 10)}, ${commit}`;
        const size = process.env.PRODUCERS ? `PRODUCERS=${process.env.PRODUCERS} ` : "";
        const about = benchmark.about ? `${benchmark.about}\n\n` : "";
        writeSection(name, `${about}${table}\n\n\`${size}make bench ONLY=${name}\` on ${machine}.`);
    }
    process.exitCode = failed ? 1 : 0;
}

void main();
