import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { root } from "../../../scripts/pulumi";
import { type Engine, startEngine } from "../../helpers/engine";

/** In milliseconds; a preview takes five seconds, and the search that `rejectWith` avoids a minute or more. */
const LIMIT = 20_000;
/** A program that exports nothing, so that Pulumi's run ends without waiting for any of its outputs. */
const program = (rest: string) => `
import { JobTokenAllowlist, Runner, RunnerManager } from ${JSON.stringify(path.join(root, "components"))};

const runner = new Runner("docker-small", { scope: { group: "apps" }, tags: ["docker"] });
new RunnerManager("ci-01", {
    placement: { directory: "/tmp/unused/gitlab-runner" },
    config: { concurrent: 8, listen_address: ":9252" },
    workers: [{ runner, config: { executor: "docker", docker: { image: "alpine:3.22" } } }],
});
${rest}
`;
const mistakes: { title: string; rest: string; message: string }[] = [
    {
        title: "a path that does not exist",
        rest: `new JobTokenAllowlist("poetry", { project: "containers/poetry", allow: { projects: ["apps/etl"], groups: ["apps/nowhere"] } });`,
        message: 'GitLab has no group "apps/nowhere"',
    },
    {
        title: "a setting that is only known later",
        rest: 'new Runner("late", { scope: { group: "apps" }, maximumTimeout: Promise.resolve(60) });',
        message: 'Runner "late": maximumTimeout must be at least 600 seconds',
    },
];

describe("a mistake in a program of the user's own", function () {
    this.timeout(60_000);
    let engine: Engine;
    let project: string;

    before(async () => {
        // Inside the repository, or its packages would not be found from there.
        project = fs.mkdtempSync(path.join(root, ".cache", "own-program-"));
        fs.writeFileSync(path.join(project, "package.json"), '{ "main": "program.cjs" }');
        fs.writeFileSync(path.join(project, "program.cjs"), 'require("tsx/cjs");\nrequire("./program.ts");\n');
        const yaml = fs.readFileSync(path.join(root, "Pulumi.yaml"), "utf8");
        fs.writeFileSync(
            path.join(project, "Pulumi.yaml"),
            yaml.replaceAll("path: provider/bin", `path: ${path.join(root, "provider/bin")}`),
        );
        engine = await startEngine({ config: () => "config: {}\n", project });
    });
    after(async () => {
        await engine?.close();
        fs.rmSync(project, { recursive: true, force: true });
    });

    for (const { title, rest, message } of mistakes) {
        it(`is reported at once, one time and without a stack: ${title}`, async () => {
            fs.writeFileSync(path.join(project, "program.ts"), program(rest));
            const result = await engine.stack.run(["preview", "--suppress-progress"], {
                signal: AbortSignal.timeout(LIMIT),
            });
            expect(result.ms, result.output).to.be.lessThan(LIMIT);
            expect(result.code).to.not.equal(0);
            const diagnostics = result.output.slice(result.output.indexOf("Diagnostics:"));
            expect(diagnostics.split(message), diagnostics).to.have.length(2);
            expect(result.output, "a stack trace").to.not.match(/^\s+at .+:\d+:\d+\)?$/m);
        });
    }
});
