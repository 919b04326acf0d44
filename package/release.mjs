// Builds the files of a release in one folder: the npm package, the plugin for each system, and their checksums.
//
//   node package/release.mjs [--url <where the plugin archives will be>] [--out <folder>]
//
// Default: .cache/release (`make release URL=…`).
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
    cpSync,
    createReadStream,
    createWriteStream,
    mkdirSync,
    readdirSync,
    readFileSync,
    rmSync,
    writeFileSync,
} from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { createGzip } from "node:zlib";
import tar from "tar-stream";
import { bundled, NOTICES, notices } from "./notices.cjs";
import { pluginFiles } from "./plugin-files.mjs";

/** Systems by Pulumi's names. The plugin is the same for all: it runs on the system's Node.js. */
const SYSTEMS = ["linux", "darwin", "windows"].flatMap((os) => ["amd64", "arm64"].map((arch) => `${os}-${arch}`));
/** The time of every file in an archive, so that the same sources give the same bytes. */
const EPOCH = new Date(0);

const root = resolve(import.meta.dirname, "..");
const { values: options } = parseArgs({ options: { url: { type: "string" }, out: { type: "string" } } });
const out = resolve(root, options.out ?? ".cache/release");
const { name, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

for (const [file, other] of Object.entries(versions())) {
    if (other !== version)
        fail(`${file} says version ${other}, package.json ${version}. Make them one, then \`make generate\`.`);
}
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const url = options.url === undefined ? [] : ["--plugin-url", options.url];
execFileSync(process.execPath, [join(root, "package/build.mjs"), out, ...url], { stdio: "inherit" });
const [first, ...others] = SYSTEMS.map((system) => join(out, `pulumi-resource-${name}-v${version}-${system}.tar.gz`));
await pack(first);
for (const other of others) cpSync(first, other);
writeFileSync(join(out, "SHA256SUMS"), (await Promise.all(readdirSync(out).sort().map(checksum))).join(""));
console.log(`${relative(root, out)}: ${readdirSync(out).join(", ")}`);

/** All other places with this package's version. */
function versions() {
    const schema = JSON.parse(readFileSync(join(root, "provider/schema/gitlab-fleet.json"), "utf8"));
    const template = JSON.parse(readFileSync(join(root, "templates/gitlab-fleet/package.json"), "utf8"));
    return {
        "provider/schema/gitlab-fleet.json": schema.version,
        "templates/gitlab-fleet/package.json": template.dependencies[name].replace(/^\^/, ""),
    };
}

/** Packs the plugin in Pulumi's layout: its start scripts are at the top. */
async function pack(archive) {
    const files = tar.pack();
    const written = pipeline(files, createGzip({ level: 9 }), createWriteStream(archive));
    for (const { path, mode } of [...pluginFiles(root), { path: join(root, "LICENSE"), mode: 0o644 }]) {
        files.entry({ name: basename(path), mode, mtime: EPOCH, uid: 0, gid: 0 }, readFileSync(path));
    }
    const terms = notices(root, bundled(root, ["provider/bin/plugin.js", "provider/bin/construct.js"]));
    files.entry({ name: NOTICES, mtime: EPOCH, uid: 0, gid: 0 }, terms);
    files.finalize();
    await written;
}

async function checksum(file) {
    const hash = createHash("sha256");
    await pipeline(createReadStream(join(out, file)), hash);
    return `${hash.digest("hex")}  ${file}\n`;
}

function fail(why) {
    console.error(why);
    process.exit(1);
}
