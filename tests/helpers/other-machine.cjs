// Loaded into every Node.js process below `pulumi`: they are on another machine then, as far as they can tell.
"use strict";
const fs = require("node:fs");
const os = require("node:os");

const name = process.env.OTHER_MACHINE;
if (name !== undefined) {
    const { readFileSync } = fs;
    os.hostname = () => name;
    fs.readFileSync = (path, ...rest) =>
        path === "/etc/machine-id" ? Buffer.from(name).toString("hex").padEnd(32, "0") : readFileSync(path, ...rest);
}
