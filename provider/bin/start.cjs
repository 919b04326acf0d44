// Starts plugin.js with V8's code cache: parsing plugin.js again would take half of the start. The cache is written
// when the plugin is built; if it is missing (another Node.js, or the plugin of the npm package), the first start
// writes it for later starts.
//   node start.cjs <package> [engine address]
//   node start.cjs --write-cache
"use strict";
const fs = require("node:fs");
const { createRequire, wrap } = require("node:module");
const path = require("node:path");
const vm = require("node:vm");

/** By then, everything that a start needs has been compiled. */
const WRITE_AFTER_MS = 500;

const plugin = path.join(__dirname, "plugin.js");
const { mtimeMs, size } = fs.statSync(plugin);
// V8 compares only lengths, so the name must identify the plugin.js that the cache belongs to.
const cache = path.join(__dirname, `plugin-${process.version}-${Math.round(mtimeMs).toString(36)}-${size}.cache`);
const writeOnly = process.argv[2] === "--write-cache";
const cachedData = writeOnly ? undefined : readCache();
if (writeOnly) process.argv[2] = "gitlab";

const script = new vm.Script(wrap(fs.readFileSync(plugin, "utf8")), { filename: plugin, cachedData });
const program = { exports: {} };
script.runInThisContext()(program.exports, createRequire(plugin), program, plugin, __dirname);
if (cachedData === undefined || script.cachedDataRejected) {
    const timer = setTimeout(() => {
        writeCache();
        if (writeOnly) process.exit(0);
    }, WRITE_AFTER_MS);
    if (!writeOnly) timer.unref();
}

function readCache() {
    try {
        return fs.readFileSync(cache);
    } catch {
        return undefined;
    }
}

/**
 * Both plugins may do this at once, and the folder may belong to somebody else: then the next start takes as long as
 * this one.
 */
function writeCache() {
    const unfinished = `${cache}.${process.pid}.tmp`;
    try {
        fs.writeFileSync(unfinished, script.createCachedData(), { flag: "wx" });
        fs.renameSync(unfinished, cache);
    } catch {
        try {
            fs.rmSync(unfinished, { force: true });
        } catch {}
    }
}
