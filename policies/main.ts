import { whyTooOld } from "../core/too-old";
import { version } from "../package.json";
import { analyzerCalls } from "./service/pack";
import { serve } from "./service/serve";

/** Serves the policy pack; the engine reads the first line of our output as the port. */
async function main(): Promise<void> {
    const problem = whyTooOld("node", process.versions.node);
    if (problem !== undefined) throw new Error(problem);
    // Read before the engine learns our port. If the engine has ended even earlier, writing the port to its pipe ends
    // this process.
    const parent = process.ppid;
    const { port } = await serve(analyzerCalls({ version, today: () => new Date().toISOString().slice(0, 10) }));
    process.stdout.write(`${port}\n`);
    // A `kill -9` of the engine leaves us behind: end as soon as this process has another parent.
    setInterval(() => process.ppid === parent || process.exit(0), 1000).unref();
}

main().catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
});
