import { whyTooOld } from "../core/too-old";
import { run } from "./main";

// `gitlab-fleet audit | head` closes the pipe, which is not a failure. A full disk is one, and scripts must notice it.
process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
    if (code === "EPIPE") process.exit(0);
    process.stderr.write(`gitlab-fleet: standard output cannot be written (${code}).\n`);
    process.exit(2);
});

const problem = whyTooOld("node", process.versions.node);
if (problem !== undefined) {
    process.stderr.write(`${problem}\n`);
    process.exitCode = 2;
} else {
    run(process.argv.slice(2)).then((code) => {
        process.exitCode = code;
    });
}
