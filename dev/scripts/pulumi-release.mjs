// Pulumi's own release of the CLI with its language hosts, by npm's package `pulumi`: it takes seconds where building takes minutes.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

/** What the package downloads from. */
const DOWNLOADS = "https://get.pulumi.com/install.sh";
const ANSWERS_WITHIN_MS = 3000;
const DOWNLOADED_WITHIN_MS = 300_000;

/**
 * The folder of a release, downloaded below `home`. Undefined where its server does not answer within seconds, or what came is not
 * what was asked for: then it has to be built.
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
