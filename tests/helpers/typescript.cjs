// Node.js loads TypeScript in tests by this. Each file is translated once for all processes, and all that have changed in one go.
// `tsx/cjs` would do, but has esbuild put a call around each function that sets its name anew whenever the function is made: that
// often takes longer than what it does, and functions keep their names without it, too.
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const path = require("node:path");
const esbuild = require("esbuild");

const root = path.resolve(__dirname, "../..");
const cache = path.join(root, ".cache", "tests-js");
const options = {
    absWorkingDir: root,
    outbase: root,
    outdir: root,
    format: "cjs",
    platform: "node",
    target: "node20",
    // What is imported later may be TypeScript, too, which Node's own import does not read.
    supported: { "dynamic-import": false },
    sourcemap: "inline",
    sourcesContent: false,
    write: false,
    logLevel: "silent",
};
const tsconfig = readFileSync(path.join(root, "tsconfig.json"), "utf8");
const by = createHash("sha1").update(JSON.stringify([esbuild.version, options, tsconfig]));
let isFirst = true;

process.setSourceMapsEnabled(true);
require.extensions[".ts"] = (module, file) => module._compile(codeOf(file), file);

/** Whether translations are there, of whatever age. */
exports.areThere = () => existsSync(cache);
exports.translateChanged = translateChanged;

function codeOf(file) {
    const code = translated(file);
    if (code !== undefined) return code;
    if (isFirst) {
        isFirst = false;
        try {
            translateChanged();
        } catch {
            // One of them is no TypeScript. If it is needed, it is named below.
        }
    }
    return translated(file) ?? translate([file])[0];
}

/** Translates whatever of this repository has never been, or has changed. */
function translateChanged() {
    const files = JSON.parse(tsconfig).include.flatMap((name) => {
        const place = path.join(root, name);
        if (name.endsWith(".ts")) return [place];
        return readdirSync(place, { recursive: true }).map((inside) => path.join(place, inside));
    });
    translate(files.filter((file) => file.endsWith(".ts") && translated(file) === undefined));
}

function translate(files) {
    // Before they are read: who saves a file meanwhile must not have its old translation stand for the new text from then on.
    const marks = files.map(markOf);
    const { outputFiles } = esbuild.buildSync({ ...options, entryPoints: files });
    const texts = new Map(outputFiles.map((one) => [one.path, one.text]));
    return files.map((file, at) => {
        const text = texts.get(file.replace(/\.ts$/, ".js"));
        if (text === undefined) throw new Error(`${file} does not belong to ${root}`);
        const code = text + marks[at];
        const place = placeOf(file);
        const unfinished = `${place}.${process.pid}`;
        mkdirSync(path.dirname(place), { recursive: true });
        writeFileSync(unfinished, code);
        renameSync(unfinished, place);
        return code;
    });
}

/** The translation of what a file holds now. */
function translated(file) {
    const place = placeOf(file);
    if (!existsSync(place)) return undefined;
    const code = readFileSync(place, "utf8");
    return code.endsWith(markOf(file)) ? code : undefined;
}

function placeOf(file) {
    return path.join(cache, `${path.relative(root, file)}.js`);
}

/** Ends a translation: tells of what it is one, and how it was made. */
function markOf(file) {
    return `//${by.copy().update(readFileSync(file)).digest("base64")}\n`;
}
