// Where `pulumi up` starts. Runs index.ts and all that it imports as one file, made again whenever one of them has
// changed: read one by one through a loader they take ten times as long, and a preview should not wait for that.
const { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

// Pulumi keeps the stack of every promise, and its host has each one looked up in source maps. The bundle has none, and
// with a few hundred runners that was a seventh of the whole command.
delete Error.prepareStackTrace;

// Left to itself, V8 lets the heap grow fourfold before it looks for garbage: with a thousand allowlists that was 820 MB
// in place of 470, in about the same time.
require("node:v8").setFlagsFromString("--heap-growing-percent=20");

const bundle = path.join(__dirname, ".cache", "program.cjs");
const code = readIfFresh() ?? build();
const program = new Module(bundle, module);
program.filename = bundle;
program.paths = module.paths;
program._compile(code, bundle);
module.exports = program.exports;

// Pulumi's host listens to V8's debugger, for programs that serialize functions of theirs (dynamic providers). This one
// has none, and pays dearly: with a debugger listening, V8 follows each failure through every chain of promises that
// waits for it, which after one failed resource takes minutes and gigabytes.
require("@pulumi/pulumi/runtime/closure/v8Hooks")
    .getSessionAsync()
    .then((session) => session.post("Debugger.disable"));

/** The bundle, unless one of its inputs has another time or size than the ones in its first line. */
function readIfFresh() {
    try {
        const text = readFileSync(bundle, "utf8");
        const stamps = JSON.parse(text.slice(2, text.indexOf("\n")));
        return Object.entries(stamps).every(([input, stamp]) => stampOf(input) === stamp) ? text : undefined;
    } catch {
        return undefined;
    }
}

function build() {
    const { outputFiles, metafile } = require("esbuild").buildSync({
        absWorkingDir: __dirname,
        entryPoints: ["index.ts"],
        bundle: true,
        platform: "node",
        target: "node20",
        format: "cjs",
        // Pulumi's packages must be the ones that the language host has loaded.
        external: ["@pulumi/*", "@gitlab-fleet/*"],
        write: false,
        metafile: true,
        logLevel: "silent",
    });
    const stamps = Object.fromEntries(
        ["package-lock.json", ...Object.keys(metafile.inputs)].map((input) => [input, stampOf(input)]),
    );
    const text = `//${JSON.stringify(stamps)}\n${outputFiles[0].text}`;
    try {
        mkdirSync(path.dirname(bundle), { recursive: true });
        const unfinished = `${bundle}.${process.pid}`;
        writeFileSync(unfinished, text);
        renameSync(unfinished, bundle);
    } catch {
        // A folder that cannot be written to only costs the time of a build at each run.
    }
    return text;
}

function stampOf(input) {
    const { mtimeMs, size } = statSync(path.join(__dirname, input));
    return `${mtimeMs} ${size}`;
}
