// `make bench [ONLY=name]`: runs every bench/*.bench.ts and writes what it measured to bench/results.md.
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

/** A file `bench/<name>.bench.ts`. */
interface Benchmark {
    /** A sentence on how the numbers came about. */
    about?: string;
    run(): Promise<Measurement[]>;
}

function row(m: Measurement): string {
    const digits = m.unit === "ratio" ? 2 : m.value < 10 ? 1 : 0;
    const verdict = m.limit === undefined ? "" : m.value <= m.limit ? `≤ ${m.limit}` : `**over ${m.limit}**`;
    return `| ${m.name} | ${m.value.toFixed(digits)} ${m.unit} | ${verdict} |`;
}

async function main(): Promise<void> {
    const wanted = (process.env.ONLY ?? "").split(" ").filter(Boolean);
    const names = fs
        .readdirSync(__dirname)
        .filter((file) => file.endsWith(".bench.ts"))
        .map((file) => file.replace(".bench.ts", ""))
        .filter((name) => wanted.length === 0 || wanted.includes(name))
        .sort();
    const folder = path.join(__dirname, "results");
    fs.mkdirSync(folder, { recursive: true });
    let failed = false;
    for (const name of names) {
        const benchmark: Benchmark = await import(path.join(__dirname, `${name}.bench`));
        console.log(`\n${name}`);
        const measurements = await benchmark.run();
        const table = ["| what | measured | limit |", "| --- | --- | --- |", ...measurements.map(row)].join("\n");
        console.log(table);
        failed ||= measurements.some((m) => m.limit !== undefined && m.value > m.limit);
        const commit = execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim();
        const machine = `${os.cpus().length} cores, Node.js ${process.version}, ${new Date().toISOString().slice(0, 10)}, ${commit}`;
        const about = benchmark.about ? `${benchmark.about}\n\n` : "";
        fs.writeFileSync(
            path.join(folder, `${name}.md`),
            `# ${name}\n\n${about}${table}\n\n\`make bench ONLY=${name}\` on ${machine}.\n`,
        );
    }
    process.exitCode = failed ? 1 : 0;
}

void main();
