// Builds the npm package, a folder with compiled JavaScript, types, both SDKs, the plugins and the command, and its
// tarball.
//
//   node package/build.mjs [folder for the tarball] [--plugin-url <where the plugin's archives are>]
//
// Default: .cache (`make package`).
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { bundled, NOTICES, notices } from "./notices.cjs";
import { pluginFiles } from "./plugin-files.mjs";

const root = resolve(import.meta.dirname, "..");
const { values: options, positionals } = parseArgs({
    options: { "plugin-url": { type: "string" } },
    allowPositionals: true,
});
/** Where Pulumi finds the plugin if a project names none; empty: nowhere. */
const pluginUrl = options["plugin-url"] ?? "";
const out = join(root, ".cache/package");
const own = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** The oldest @pulumi/pulumi with which the tests run. */
const OLDEST_PULUMI = JSON.parse(readFileSync(join(root, "core/oldest.json"), "utf8"))["@pulumi/pulumi"];
/** The imports of a program: the source file, by its name in the package. */
const ENTRIES = { index: "package/entry.ts", "config-toml": "core/config-toml/index.ts" };
/** Copied into the package unchanged; importing code finds them beside itself. */
const SDKS = { "@gitlab-fleet/sdk": "./sdks/gitlab-fleet/index.js", "@pulumi/gitlab": "./gitlab.js" };

/** The policy pack: for `pulumi preview --policy-pack node_modules/gitlab-fleet/policies`. */
const POLICY_FILES = ["PulumiPolicy.yaml", "package.json", "advisory.json", "gitlab-fleet-policies", "bin/index.js"];

/** Bundles of `npm ci` that are part of the package. */
const BUNDLED = ["provider/bin/plugin.js", "provider/bin/construct.js", "bin/gitlab-fleet.js", "policies/bin/index.js"];

/** The files of a pipeline, at the same paths as in this repository. */
const PIPELINE_FILES = [
    "templates/fleet/template.yml",
    "ci/fleet.yml",
    "ci/image/Dockerfile",
    "ci/image/Dockerfile.dockerignore",
    "ci/image/fleet-setup",
];

/** Keeps the SDKs outside the code, so that a program loads only those that it uses. */
const sdksBeside = {
    name: "sdks-beside",
    setup(build) {
        build.onResolve({ filter: /^@(gitlab-fleet\/sdk|pulumi\/gitlab)$/ }, ({ path }) => ({
            path: SDKS[path],
            external: true,
        }));
    },
};

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const inputs = await buildCode();
await buildTypes();
copySdks();
copyPlugin();
copyPolicies();
for (const file of PIPELINE_FILES) cpSync(join(root, file), join(out, file));
writeFileSync(join(out, NOTICES), notices(root, [...inputs, ...bundled(root, BUNDLED)]));
writeManifest();
setModes();
const folder = resolve(root, positionals[0] ?? ".cache");
const [{ filename, size }] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
        cwd: out,
        encoding: "utf8",
        shell: process.platform === "win32",
    }),
);
console.log(`${join(folder, filename)} (${Math.round(size / 1000)} kB)`);
// A build into another folder, such as a release, leaves the template of `make package` as it is.
if (folder === join(root, ".cache")) writeTemplate(join(folder, "template"), join(folder, filename));

/**
 * Builds CommonJS as one file per entry, and ES modules that re-export the same objects, so that state exists once.
 * Returns the bundled files.
 */
async function buildCode() {
    const { build } = await import("esbuild");
    const inputs = [];
    for (const [name, entry] of Object.entries(ENTRIES)) {
        const { metafile } = await build({
            absWorkingDir: root,
            entryPoints: [entry],
            outfile: join(out, `${name}.js`),
            metafile: true,
            bundle: true,
            platform: "node",
            target: "node20",
            format: "cjs",
            external: ["@pulumi/pulumi", "@pulumi/docker", "@pulumi/kubernetes"],
            plugins: [sdksBeside],
            define: { PLUGIN_URL: JSON.stringify(pluginUrl) },
            legalComments: "none",
            logLevel: "warning",
        });
        inputs.push(...Object.keys(metafile.inputs));
        const names = Object.keys(await exportsOf(entry));
        const list = names.sort().join(",\n    ");
        writeFileSync(
            join(out, `${name}.mjs`),
            `import code from "./${name}.js";\n\nexport const {\n    ${list},\n} = code;\n`,
        );
    }
    return inputs;
}

/** The names that an entry exports as values. */
async function exportsOf(entry) {
    const { build } = await import("esbuild");
    const { metafile } = await build({
        absWorkingDir: root,
        entryPoints: [entry],
        bundle: true,
        write: false,
        platform: "node",
        format: "esm",
        packages: "external",
        metafile: true,
        outdir: "out",
        logLevel: "error",
    });
    const [output] = Object.values(metafile.outputs);
    return Object.fromEntries(output.exports.map((name) => [name, true]));
}

/** Builds one file of types per entry, with only what is exported. */
async function buildTypes() {
    const types = join(out, "types");
    execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "package"], {
        cwd: root,
        stdio: "inherit",
    });
    const { rollup } = await import("rollup");
    const { dts } = await import("rollup-plugin-dts");
    for (const [name, entry] of Object.entries(ENTRIES)) {
        const bundle = await rollup({
            input: join(types, entry.replace(/\.ts$/, ".d.ts")),
            external: (id) => /^(@pulumi|@gitlab-fleet)/.test(id),
            plugins: [dts()],
        });
        const { output } = await bundle.generate({ format: "es" });
        let { code } = output[0];
        for (const [from, to] of Object.entries(SDKS))
            code = code.replaceAll(`'${from}'`, `'${to.replace(/\.js$/, "")}'`);
        // If you place no manager on Docker, you do not need @pulumi/docker: its types are then `any`. The same goes
        // for Kubernetes.
        code = code.replace(/^(?=import .*'@pulumi\/(docker|kubernetes)[/'])/gm, "// @ts-ignore\n");
        writeFileSync(join(out, `${name}.d.ts`), code);
        writeFileSync(join(out, `${name}.d.mts`), `export * from "./${name}.js";\n`);
    }
    writeFileSync(join(out, "gitlab.d.ts"), 'export * from "./sdks/gitlab";\n');
    for (const sdk of readdirSync(join(types, "sdks"))) {
        cpSync(join(types, "sdks", sdk), join(out, "sdks", sdk), { recursive: true });
    }
    rmSync(types, { recursive: true });
}

function copySdks() {
    for (const sdk of ["gitlab-fleet", "gitlab"]) {
        cpSync(join(root, "sdks", sdk, "bin"), join(out, "sdks", sdk), { recursive: true });
        // Pulumi would look for a plugin for each package.json that names one, whatever Pulumi.yaml says.
        const { name, version } = JSON.parse(readFileSync(join(out, "sdks", sdk, "package.json"), "utf8"));
        writeFileSync(join(out, "sdks", sdk, "package.json"), `${JSON.stringify({ name, version }, null, 4)}\n`);
    }
    cpSync(join(root, "package/gitlab.cjs"), join(out, "gitlab.js"));
    if (pluginUrl !== "") nameUrl(join(out, "sdks/gitlab-fleet/utilities.js"));
}

/** Makes every resource of an SDK name the plugin's download URL, as generated code does if the schema has one. */
function nameUrl(file) {
    const before = "return { version: getVersion() };";
    const code = readFileSync(file, "utf8");
    if (!code.includes(before)) throw new Error(`${file} does not say: ${before}`);
    const after = `return { version: getVersion(), pluginDownloadURL: ${JSON.stringify(pluginUrl)} };`;
    writeFileSync(file, code.replace(before, after));
}

function copyPlugin() {
    for (const { path } of pluginFiles(root)) cpSync(path, join(out, "plugin", basename(path)));
    cpSync(join(root, "bin/gitlab-fleet.js"), join(out, "bin/gitlab-fleet.js"));
    cpSync(join(root, "stacks/fleet.schema.json"), join(out, "fleet.schema.json"));
    for (const file of ["README.md", "LICENSE", "CHANGELOG.md"])
        cpSync(join(root, file), join(out, file), { force: true });
}

function copyPolicies() {
    for (const file of POLICY_FILES) cpSync(join(root, "policies", file), join(out, "policies", file));
}

/** npm packs modes as they are: by somebody's umask, other users than who installs the package could not start its plugins. */
function setModes() {
    for (const entry of readdirSync(out, { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath, entry.name);
        const isProgram = entry.isDirectory() || (statSync(path).mode & 0o100) !== 0;
        chmodSync(path, isProgram ? 0o755 : 0o644);
    }
}

/** Writes the project template with this tarball inside, so that a new project finds the package without a registry. */
function writeTemplate(to, tarball) {
    const [source, target] = [join(root, "templates/gitlab-fleet"), join(to, "gitlab-fleet")];
    rmSync(target, { recursive: true, force: true });
    cpSync(source, target, { recursive: true });
    const manifest = JSON.parse(readFileSync(join(target, "package.json"), "utf8"));
    cpSync(tarball, join(target, basename(tarball)), { dereference: true });
    manifest.dependencies[own.name] = `file:${basename(tarball)}`;
    writeFileSync(join(target, "package.json"), `${JSON.stringify(manifest, null, 4)}\n`);
    console.log(`A new project with it: pulumi new ${target}`);
    console.log(`In a project of yours: npm install ${tarball} @pulumi/pulumi && npx gitlab-fleet plugins`);
}

/** Major version of one of our dependencies. */
function majorOf(name) {
    return own.dependencies[name].split(".")[0];
}

function writeManifest() {
    const entry = (name) => ({
        import: { types: `./${name}.d.mts`, default: `./${name}.mjs` },
        require: { types: `./${name}.d.ts`, default: `./${name}.js` },
    });
    const manifest = {
        ...{ name: own.name, version: own.version, description: own.description, license: own.license },
        keywords: ["pulumi", "gitlab", "gitlab-runner", "ci", "infrastructure-as-code"],
        main: "index.js",
        types: "index.d.ts",
        exports: {
            ".": entry("index"),
            "./config-toml": entry("config-toml"),
            "./fleet.schema.json": "./fleet.schema.json",
            "./package.json": "./package.json",
        },
        bin: { "gitlab-fleet": "bin/gitlab-fleet.js" },
        engines: own.engines,
        // Pulumi runs files of the package, which it cannot find in Yarn's archives.
        preferUnplugged: true,
        peerDependencies: {
            "@pulumi/docker": `^${majorOf("@pulumi/docker")}.0.0`,
            "@pulumi/gitlab": ">=8.0.0",
            "@pulumi/kubernetes": `^${majorOf("@pulumi/kubernetes")}.22.0`,
            "@pulumi/pulumi": `^${OLDEST_PULUMI}`,
        },
        peerDependenciesMeta: Object.fromEntries(
            ["docker", "gitlab", "kubernetes"].map((name) => [`@pulumi/${name}`, { optional: true }]),
        ),
    };
    writeFileSync(join(out, "package.json"), `${JSON.stringify(manifest, null, 4)}\n`);
    console.log(`${relative(root, out)}: ${readdirSync(out).join(", ")}`);
}
