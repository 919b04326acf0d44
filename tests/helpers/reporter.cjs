// Mocha's own spec reporter, plus why tests were skipped, and one JSON file per run for `.ci/run`: counts, and what failed or was
// skipped.
const fs = require("node:fs");
const path = require("node:path");
const Mocha = require("mocha");
// Where workers run the tests, nothing is loaded here that reads TypeScript: reasons stay with the workers.
const { skipReasons } = ".ts" in require.extensions ? require("./needs") : { skipReasons: new Map() };

class CountingReporter extends Mocha.reporters.Spec {
    constructor(runner, options) {
        super(runner, options);
        const skipped = [];
        runner.on("pending", (test) => skipped.push(test.fullTitle()));
        runner.once("end", () => {
            for (const [suite, reason] of skipReasons) console.log(`  skipped: ${suite}: ${reason}`);
            // No skip is silent: not one in a worker either.
            const known = [...skipReasons.keys()];
            for (const title of skipped)
                if (!known.some((suite) => title.startsWith(suite))) console.log(`  skipped: ${title}`);
        });
        const folder = process.env.TEST_COUNTS_DIR;
        if (!folder) return;
        runner.once("end", () => {
            const { passes, failures, pending } = runner.stats;
            const failed = this.failures.map((test) => `${test.fullTitle()}\n${test.err?.stack ?? test.err}`);
            const words = [...failed, ...skipped.map((title) => `skipped: ${title}`)];
            fs.mkdirSync(folder, { recursive: true });
            fs.writeFileSync(
                path.join(folder, `mocha-${process.pid}.json`),
                JSON.stringify({ passed: passes, failed: failures, skipped: pending, words }),
            );
        });
    }
}

module.exports = CountingReporter;
