import { expect } from "chai";
import { type Engine, startEngine } from "../../helpers/engine";
import { COMPONENTS, LEAN_RUNTIME, type OwnProgram, ownProgram } from "../../helpers/own-program";

/** In milliseconds; a preview takes five seconds, and the search that `rejectWith` avoids a minute or more. */
const LIMIT = 45_000;
/** A program that exports nothing, so that Pulumi's run ends without waiting for any of its outputs. */
const program = (rest: string) => `
import { JobTokenAllowlist, Runner, RunnerManager } from ${COMPONENTS};

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

describe("a program of the user's own", () => {
    let engine: Engine;
    let project: OwnProgram;

    before(async () => {
        project = ownProgram();
        engine = await startEngine({ config: () => "config: {}\n", project: project.folder });
    });
    after(async () => {
        await engine?.close();
        project.remove();
    });

    for (const { title, rest, message } of mistakes) {
        it(`has a mistake reported at once, one time and without a stack: ${title}`, async () => {
            project.write(program(rest));
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

    it("has no token in debug messages, which up --json prints unasked, and still has its own", async () => {
        const runner = `new Runner("docker-small", { scope: { group: "apps" }, tags: ["docker"] });`;
        project.write(`
import * as pulumi from "@pulumi/pulumi";
import { Runner } from ${COMPONENTS};
const runner = ${runner}
pulumi.log.debug("a debug message", runner);
`);
        const [made, again] = [
            await engine.stack.run(["up", "--yes", "--skip-preview", "--json"]),
            await engine.stack.run(["preview", "--debug", "--diff"]),
        ];
        const { token } = engine.sandbox.db.runners.all().find(({ description }) => description === "docker-small")!;
        for (const { output, code } of [made, again]) {
            expect(code, output).to.equal(0);
            expect(output).to.include("a debug message");
            expect(output.split("\n").filter((line) => line.includes(token))).to.deep.equal([]);
        }
        await engine.stack.run(["destroy", "--yes"]);
    });

    describe("with the lean runtime", () => {
        before(() =>
            project.write(`
import ${LEAN_RUNTIME};
import * as pulumi from "@pulumi/pulumi";
${program('pulumi.log.warn("a warning", runner); pulumi.log.debug("a debug message", runner);')}`),
        );

        const preview = async (env: Record<string, string>) => {
            const result = await engine.stack.run(["preview", "--debug", "--suppress-progress"], { env });
            expect(result.code, result.output).to.equal(0);
            return result.output;
        };

        it("sends warnings to the engine and no debug messages", async () => {
            const output = await preview({});
            expect(output).to.contain("warning: a warning");
            expect(output).to.not.contain("a debug message");
        });

        it("sends all of them with GITLAB_FLEET_DEBUG=1", async () => {
            const output = await preview({ GITLAB_FLEET_DEBUG: "1" });
            expect(output).to.contain("warning: a warning");
            expect(output).to.contain("a debug message");
        });
    });
});
