import { whyTooOld } from "../core/too-old";
import { run } from "./main";

// `gitlab-fleet audit | head` closes the pipe; that is no failure of ours. A disk that is full is one, of which a script must know.
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
