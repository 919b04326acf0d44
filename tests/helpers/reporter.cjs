// Mocha's own spec reporter, plus one JSON file of counts per run for `.ci/run` to add up.
const fs = require("node:fs");
const path = require("node:path");
const Mocha = require("mocha");

class CountingReporter extends Mocha.reporters.Spec {
    constructor(runner, options) {
        super(runner, options);
        const folder = process.env.TEST_COUNTS_DIR;
        if (!folder) return;
        runner.once("end", () => {
            const { passes, failures, pending } = runner.stats;
            fs.mkdirSync(folder, { recursive: true });
            fs.writeFileSync(
                path.join(folder, `mocha-${process.pid}.json`),
                JSON.stringify({ passed: passes, failed: failures, skipped: pending }),
            );
        });
    }
}

module.exports = CountingReporter;
