// What every process of `npm test` and `make integration` loads first.
const { setFlagsFromString } = require("node:v8");
const typescript = require("./typescript.cjs");

/** Whether this is mocha's own process, which hands files to workers and runs none. With a number of jobs it may run them. */
const handsOut =
    process.env.MOCHA_WORKER_ID === undefined &&
    process.argv.some((arg) => arg === "--parallel" || arg === "-p") &&
    !process.argv.some((arg) => /^(-j|--jobs|--no-parallel)/.test(arg));

if (handsOut) {
    // Workers would all do it.
    if (!typescript.areThere()) typescript.translateChanged();
} else {
    // Tests run much code a few times. Left to itself, V8 spends almost a quarter of all time on making code fast that is
    // hardly run again: here it makes plain machine code of each function at once, and optimizes only what runs long.
    setFlagsFromString("--always-sparkplug");
    // Later versions have no such flag, write on stderr that they do not know it, and gain nothing by others.
    if (Number.parseInt(process.versions.node, 10) < 22) setFlagsFromString("--interrupt-budget=1081344");
    require("./lean-pulumi");
    require("./property-seed.cjs");
    exports.mochaHooks = require("./unrouted").mochaHooks;
}
