// Starts plugin.js with the machine code that V8 made of it when it was built: parsing it again would take half of the
// start. Without that file, or with another Node.js than the one it was built with, plugin.js just starts as it is.
//   node start.cjs <package> [engine address]
//   node start.cjs --write-cache
"use strict";
const fs = require("node:fs");
const { createRequire, wrap } = require("node:module");
const path = require("node:path");
const vm = require("node:vm");

const plugin = path.join(__dirname, "plugin.js");
const { mtimeMs, size } = fs.statSync(plugin);
// V8 compares only lengths, so the name has to say which plugin.js it belongs to.
const cache = path.join(__dirname, `plugin-${process.version}-${Math.round(mtimeMs).toString(36)}-${size}.cache`);
const writeCache = process.argv[2] === "--write-cache";

if (writeCache || fs.existsSync(cache)) {
    const cachedData = writeCache ? undefined : fs.readFileSync(cache);
    const script = new vm.Script(wrap(fs.readFileSync(plugin, "utf8")), { filename: plugin, cachedData });
    const run = script.runInThisContext();
    const module = { exports: {} };
    if (writeCache) {
        process.argv[2] = "gitlab";
    }
    run(module.exports, createRequire(plugin), module, plugin, __dirname);
    if (writeCache) {
        // By then all that a start needs has been compiled.
        setTimeout(() => {
            fs.writeFileSync(`${cache}.tmp`, script.createCachedData());
            fs.renameSync(`${cache}.tmp`, cache);
            process.exit(0);
        }, 500);
    }
} else {
    require(plugin);
}
