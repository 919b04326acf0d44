// Mocha's own spec reporter, plus why tests were skipped, and one JSON file of counts per run for `.ci/run` to add up.
const fs = require("node:fs");
const path = require("node:path");
const Mocha = require("mocha");
const { skipReasons } = require("./needs");

class CountingReporter extends Mocha.reporters.Spec {
    constructor(runner, options) {
        super(runner, options);
        const skipped = [];
        runner.on("pending", (test) => skipped.push(test.fullTitle()));
        runner.once("end", () => {
            for (const [suite, reason] of skipReasons) console.log(`  skipped: ${suite}: ${reason}`);
            // No skip is silent: not one in a worker either, whose reasons stay with it.
            const known = [...skipReasons.keys()];
            for (const title of skipped)
                if (!known.some((suite) => title.startsWith(suite))) console.log(`  skipped: ${title}`);
        });
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
