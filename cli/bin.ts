import { run } from "./main";

// `gitlab-fleet audit | head` closes the pipe; that is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0);
});

run(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
});
