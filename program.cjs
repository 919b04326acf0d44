// Where `pulumi up` starts. Runs index.ts and all that it imports as one file, made again whenever one of them has
// changed: read one by one through a loader they take ten times as long, and a preview should not wait for that.
const { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

// Pulumi's host has every stack looked up in source maps, and asks for one with each resource. The bundle has no map.
delete Error.prepareStackTrace;

const bundle = path.join(__dirname, ".cache", "program.cjs");
refuseOldBuild();
const code = readIfFresh() ?? build();
const program = new Module(bundle, module);
program.filename = bundle;
program.paths = module.paths;
program._compile(code, bundle);
module.exports = program.exports;

/** `npm ci` builds the plugin and its SDKs; after a `git pull` alone, a new program would run with an old plugin, and nobody would know. */
function refuseOldBuild() {
    let built;
    try {
        built = JSON.parse(readFileSync(path.join(__dirname, ".cache", "build.json"), "utf8"));
    } catch {
        // Built elsewhere, as in a pipeline's image, which compares the sources itself.
        return;
    }
    const isOwn = ([input]) => !input.includes("node_modules/");
    const isOld = ([input, stamp]) => stampOf(input) !== stamp;
    // The components for other languages are made of what this program is: it takes them from their sources.
    const isLoaded = (output) => output.startsWith("sdks/") || output === "provider/bin/plugin.js";
    const old = Object.entries(built).find(
        ([output, inputs]) => isLoaded(output) && Object.entries(inputs).filter(isOwn).some(isOld),
    );
    if (old === undefined) return;
    const { RunError } = require("@pulumi/pulumi");
    const remedy = "Run `npm ci`, or, after an edit, `npm run prepare`.";
    throw new RunError(`${old[0]} was built from other sources than those that are here. ${remedy}`);
}

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
    const stat = statSync(path.join(__dirname, input), { throwIfNoEntry: false });
    return stat && `${stat.mtimeMs}:${stat.size}`;
}
