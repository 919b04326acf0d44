import { join } from "node:path";
import type { Components, Construct } from "../core/construct";
import { whyTooOld } from "../core/too-old";
import { packages } from "./packages";
import { serve } from "./rpc/server";

/** `plugin.js <package> [engine address] [flags of the engine]`: serves one package and prints its port. */
async function main([name = "", ...rest]: string[]): Promise<void> {
    const problem = whyTooOld("node", process.versions.node);
    if (problem !== undefined) throw new Error(problem);
    const pack = packages[name];
    if (pack === undefined) {
        throw new Error(`Which package? One of ${Object.keys(packages).join(", ")} (got "${name}").`);
    }
    // Read before the engine learns our port. If the engine has ended even earlier, writing the port to its pipe ends
    // this process.
    const parent = process.ppid;
    const engineAddress = rest.find((argument) => !argument.startsWith("-"));
    const forOthers = name === "gitlab-fleet" ? { loadConstruct, loadComponents } : {};
    const { port } = await serve(pack, { engineAddress, env: process.env, ...forOthers });
    // The engine reads the first line of our output as the port.
    process.stdout.write(`${port}\n`);
    endWithParent(parent);
    // During a login, its key is in a file, which is removed only if this process ends by itself, and not by a signal.
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
}

/** Loads the code that declares the components, which is beside this file once both are bundled. */
function loadConstruct(): Construct {
    return require(join(__dirname, "construct.js")).construct;
}

/** Loads the components' schema without that code. */
function loadComponents(): Components {
    return require(join(__dirname, "components.json"));
}

/** A `kill -9` of the engine leaves its plugins behind: end as soon as this process has another parent. */
function endWithParent(parent: number): void {
    setInterval(() => process.ppid === parent || process.exit(0), 1000).unref();
}

main(process.argv.slice(2)).catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
});
