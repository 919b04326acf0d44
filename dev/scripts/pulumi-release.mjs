// Pulumi's own release of the CLI with its language hosts, through npm's package `pulumi`: this takes seconds, building
// takes minutes.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

/** The server from which the package downloads. */
const DOWNLOADS = "https://get.pulumi.com/install.sh";
const ANSWERS_WITHIN_MS = 3000;
const DOWNLOADED_WITHIN_MS = 300_000;

/**
 * The folder of a release, downloaded below `home`. Undefined if the server does not answer within seconds, or if the
 * result is not what was requested: then it has to be built.
 */
export async function fetchRelease(version, programs, home, { downloads = DOWNLOADS, npm = "npm" } = {}) {
    const folder = path.join(home, "versions", version, "bin");
    if (!(await answers(downloads))) return undefined;
    try {
        const printed = execFileSync(npm, ["exec", "--yes", `--package=pulumi@${version}`, "--", "pulumi", "version"], {
            env: { ...process.env, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "1" },
            encoding: "utf8",
            stdio: ["ignore", "pipe", "inherit"],
            timeout: DOWNLOADED_WITHIN_MS,
        });
        if (printed.trim() !== `v${version}`) return undefined;
    } catch {
        return undefined;
    }
    return programs.every((name) => fs.existsSync(path.join(folder, name))) ? folder : undefined;
}

async function answers(url) {
    try {
        return (await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) })).ok;
    } catch {
        return false;
    }
}
