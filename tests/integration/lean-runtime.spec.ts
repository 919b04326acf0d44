import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { root } from "../../dev/scripts/pulumi";
import { LEAN_RUNTIME } from "../helpers/own-program";

/** Runs a program that has the import as its first line, in a process of its own: the runtime's state is the process's. */
function run(
    lines: string,
    env: Record<string, string> = {},
): { stdout: string; stderr: string; status: number | null } {
    const program = `
        require(${LEAN_RUNTIME});
        const pulumi = require("@pulumi/pulumi");
        const loaded = () => Object.keys(require.cache).filter((file) => /node_modules.(typescript.lib|@npmcli.arborist.lib.arborist)/.test(file)).length;
        ${lines}`;
    const args = ["--require", "tsx/cjs", "--eval", program];
    return spawnSync(process.execPath, args, { cwd: root, encoding: "utf8", env: { ...process.env, ...env } });
}

describe("the lean runtime", function () {
    this.timeout(30_000);

    it("loads neither the TypeScript compiler nor npm's reader of package trees, and sets no flag that this V8 does not know", () => {
        expect(run("console.log(loaded())")).to.include({ stdout: "0\n", stderr: "" });
    });

    it("loads them for whoever serializes a function", () => {
        const { stdout, stderr } = run(`
            const made = (captured) => () => captured + 1;
            // Not before V8's debugger is off.
            setTimeout(async () => {
                const { text } = await pulumi.runtime.serializeFunction(made(41));
                const paths = await pulumi.runtime.computeCodePaths();
                console.log(text.includes("captured + 1"), text.includes("captured: 41"), paths.size > 0, loaded() > 0);
            }, 200);
        `);
        expect(stdout, stderr).to.equal("true true true true\n");
    });

    it("still finds promises that are never settled", () => {
        const { stderr, status } = run(
            `require("@pulumi/pulumi/runtime/debuggable").debuggablePromise(new Promise(() => {}), "test")`,
        );
        expect(stderr).to.contain("1 promise was still active");
        expect(status).to.equal(1);
    });

    it("keeps the stacks of errors, and leaves those of promises out", () => {
        const { stdout, stderr } = run(`
            const promise = Promise.resolve();
            require("@pulumi/pulumi/runtime/debuggable").debuggablePromise(promise, "test");
            console.log(promise._debugStackTrace, new Error("here").stack.split("\\n").length > 3);
        `);
        expect(stdout, stderr).to.equal("Error true\n");
    });

    for (const name of ["GITLAB_FLEET_DEBUG", "PULUMI_DEBUG_PROMISE_LEAKS"]) {
        it(`loads what Pulumi loads and keeps the stacks of promises with ${name}`, () => {
            const { stdout, stderr } = run(
                `
                const promise = Promise.resolve();
                require("@pulumi/pulumi/runtime/debuggable").debuggablePromise(promise, "test");
                console.log(promise._debugStackTrace.split("\\n").length > 3, loaded() > 0);
                `,
                { [name]: "1" },
            );
            expect(stdout, stderr).to.equal("true true\n");
        });
    }

    for (const env of [{}, { GITLAB_FLEET_DEBUG: "1" }] as Record<string, string>[]) {
        it(`turns V8's debugger off, which would search promises for minutes ${JSON.stringify(env)}`, () => {
            const { stdout, stderr } = run(
                `
                setTimeout(async () => {
                    const session = await require("@pulumi/pulumi/runtime/closure/v8Hooks").getSessionAsync();
                    session.post("Debugger.setPauseOnExceptions", { state: "none" }, (error) => console.log(error && error.message));
                }, 200);
                `,
                env,
            );
            expect(stdout, stderr).to.contain("Debugger agent is not enabled");
        });
    }
});
