// Builds what cannot run as TypeScript: the provider plugin as one file, and the generated SDKs. Run by npm's
// `prepare`; does nothing if no input has changed.
import { spawnSync } from "node:child_process";
import {
    chmodSync,
    copyFileSync,
    existsSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    rmSync,
    statSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const stampFile = join(root, ".cache", "build.json");
/** The inputs of each target, with their time and size when it was built. */
const stamps = readStamps();

/**
 * Leaves out the code that declares a manager's files, which is not called without a program; the wire format stays in.
 */
const withoutPulumi = {
    name: "without-pulumi",
    setup(build) {
        build.onResolve({ filter: /^(@pulumi\/(kubernetes\/.+|[a-z]+)|@gitlab-fleet\/sdk)$/ }, ({ path }) => ({
            path,
            external: true,
        }));
    },
};

const targets = [
    // First, because the bundles below use the compiled SDKs.
    ...sdkFolders().map((folder) => ({ output: `${folder}/bin/index.js`, build: () => buildSdk(folder), folder })),
    { output: "provider/bin/plugin.js", build: buildPlugin },
    { output: "provider/bin/construct.js", build: buildConstruct },
    { output: "provider/bin/components.json", build: buildComponents },
    { output: "bin/gitlab-fleet.js", build: buildCommand },
    { output: "policies/bin/index.js", build: buildPolicies },
];
// A target that no longer exists would stay out of date, and a program with anything out of date does not start.
const gone = Object.keys(stamps).filter((output) => !targets.some((target) => target.output === output));
for (const output of gone) delete stamps[output];
let built = 0;
for (const target of targets) {
    const { output, build, folder } = target;
    if (!isUpToDate(output, folder)) {
        const inputs = await build();
        stamps[output] = Object.fromEntries(
            [...inputs, "dev/scripts/build.mjs"].map((input) => [input, stampOf(input)]),
        );
        built++;
        console.log(`built ${output}`);
    }
}
linkCommand();
if (built + gone.length > 0) {
    mkdirSync(dirname(stampFile), { recursive: true });
    writeFileSync(stampFile, JSON.stringify(stamps));
}

/** Bundles an entry with everything it needs into one file; returns the bundled files. */
async function bundle(entry, outfile, more = {}) {
    const { build } = await import("esbuild");
    const { metafile } = await build({
        ...{ absWorkingDir: root, entryPoints: [entry], outfile, bundle: true, minify: true, metafile: true },
        ...{ platform: "node", target: "node20", format: "cjs", legalComments: "none", logLevel: "warning" },
        ...more,
    });
    return Object.keys(metafile.inputs);
}

/** The plugin with everything it needs, because Pulumi starts a plugin without any node_modules. */
async function buildPlugin() {
    const inputs = await bundle("provider/main.ts", "provider/bin/plugin.js");
    const bin = join(root, "provider", "bin");
    for (const name of readdirSync(bin).filter((file) => file.endsWith(".cache"))) {
        rmSync(join(bin, name));
    }
    // Only makes starts faster, so a failure must not fail the build.
    spawnSync(process.execPath, [join(bin, "start.cjs"), "--write-cache"], { stdio: "ignore", timeout: 20_000 });
    return [...inputs, "provider/bin/start.cjs"];
}

/**
 * What the plugin loads if a program in another language declares a component: the components, and a Pulumi runtime of
 * their own. Leaves out the serialization of functions for dynamic providers, which is most of it: the TypeScript
 * compiler and npm's package trees.
 */
async function buildConstruct() {
    const withoutClosures = {
        name: "without-closures",
        setup({ onLoad }) {
            onLoad({ filter: /@pulumi.pulumi.runtime.closure.\w+\.js$/ }, () => ({ contents: "module.exports = {};" }));
        },
    };
    return bundle("construct/main.ts", "provider/bin/construct.js", { plugins: [withoutClosures] });
}

/** The components' schema, which the plugin passes to other languages. */
async function buildComponents() {
    const script = join(root, ".cache", "components.cjs");
    const inputs = await bundle("construct/schema/index.ts", script, { plugins: [withoutPulumi] });
    const { components } = createRequire(import.meta.url)(script);
    writeFileSync(join(root, "provider/bin/components.json"), JSON.stringify(components));
    return inputs;
}

/** Enables `npx gitlab-fleet` in this folder: npm links the commands of dependencies, but not a project's own. */
function linkCommand() {
    const link = join(root, "node_modules", ".bin", "gitlab-fleet");
    if (process.platform === "win32" || existsSync(link) || !existsSync(dirname(link))) {
        return;
    }
    rmSync(link, { force: true });
    symlinkSync("../../bin/gitlab-fleet.js", link);
}

/** The command as one file, so that it starts fast and from anywhere. */
async function buildCommand() {
    const inputs = await bundle("cli/bin.ts", "bin/gitlab-fleet.js", {
        // The code that declares a manager's files needs Pulumi, but is not called here.
        external: ["@pulumi/*", "@gitlab-fleet/*"],
        banner: { js: "#!/usr/bin/env node" },
    });
    chmodSync(join(root, "bin/gitlab-fleet.js"), 0o755);
    return inputs;
}

/** The policy pack as one file: the engine starts it beside any program. */
function buildPolicies() {
    return bundle("policies/main.ts", "policies/bin/index.js", { plugins: [withoutPulumi] });
}

/**
 * One generated SDK, file by file. Compiled by TypeScript itself: the SDKs load their resources lazily by redefining
 * properties of `exports`, and esbuild exports another object under that name.
 */
async function buildSdk(folder) {
    const { default: ts } = await import("typescript");
    const inputs = filesIn(folder);
    for (const file of inputs.filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))) {
        const { outputText } = ts.transpileModule(readFileSync(join(root, file), "utf8"), {
            fileName: file,
            compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true },
        });
        const output = join(root, folder, "bin", relative(folder, file).replace(/\.ts$/, ".js"));
        mkdirSync(dirname(output), { recursive: true });
        writeFileSync(output, outputText);
    }
    // utilities.ts reads its version from this file.
    copyFileSync(join(root, folder, "package.json"), join(root, folder, "bin", "package.json"));
    return inputs;
}

function sdkFolders() {
    const sdks = join(root, "sdks");
    if (!existsSync(sdks)) {
        return [];
    }
    return readdirSync(sdks)
        .map((name) => `sdks/${name}`)
        .filter((folder) => existsSync(join(root, folder, "package.json")));
}

/** Sources of an SDK. */
function filesIn(folder) {
    return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
        const path = `${folder}/${entry.name}`;
        if (entry.isDirectory()) {
            return ["bin", "node_modules", "scripts"].includes(entry.name) ? [] : filesIn(path);
        }
        return /\.ts$|^package\.json$/.test(entry.name) ? [path] : [];
    });
}

function isUpToDate(output, folder) {
    const inputs = stamps[output];
    if (inputs === undefined || !existsSync(join(root, output))) {
        return false;
    }
    return (
        Object.entries(inputs).every(([input, stamp]) => stampOf(input) === stamp) &&
        // A file that was added to an SDK is not an input of the last build.
        (folder === undefined || filesIn(folder).every((file) => file in inputs))
    );
}

function stampOf(input) {
    const stat = statSync(join(root, relative(root, join(root, input))), { throwIfNoEntry: false });
    return stat === undefined ? "gone" : `${stat.mtimeMs}:${stat.size}`;
}

function readStamps() {
    try {
        return JSON.parse(readFileSync(stampFile, "utf8"));
    } catch {
        return {};
    }
}
