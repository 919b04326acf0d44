// How `mocha tests/<file>.spec.ts` runs. `npm test` adds --parallel; end-to-end tests have tests/e2e/.mocharc.json.
const os = require("node:os");

module.exports = {
    require: ["./tests/helpers/setup.cjs"],
    ignore: [
        "tests/e2e/**",
        "tests/pods/**",
        "tests/systemd/**",
        "tests/acceptance/beliefs/**",
        "tests/acceptance/stories.spec.ts",
    ],
    reporter: "tests/helpers/reporter.cjs",
    "forbid-only": true,
    timeout: 30_000,
    jobs: Math.max(2, os.availableParallelism() - 1),
};
