// Mocha's spec reporter, which also writes the report of `make acceptance`.
const Mocha = require("mocha");

class AcceptanceReporter extends Mocha.reporters.Spec {
    constructor(runner, options) {
        super(runner, options);
        const outcomes = [];
        const note = (state) => (test, error) =>
            outcomes.push({ title: test.fullTitle(), state, why: error?.message.split("\n")[0].slice(0, 300) });
        runner.on("pass", note("passed"));
        runner.on("fail", note("failed"));
        runner.on("pending", note("not tried"));
        runner.once("end", () => {
            const { reasonFor, writeReport } = require("./report");
            for (const one of outcomes) if (one.state === "not tried") one.why = reasonFor(one.title);
            // A run that never began, because the group was refused, says nothing about GitLab.
            if (!outcomes.some(({ state }) => state === "passed")) return;
            const day = new Date().toISOString().slice(0, 10);
            console.log(`  report: ${writeReport(outcomes, { by: process.env.BY, day })}`);
        });
    }
}

module.exports = AcceptanceReporter;
