// `npm ci` when the lock file is newer than what is installed, and nothing otherwise. With --installed, as a script of npm's own: notes that
// what is installed is up to date, so that a `make` after somebody's `npm ci` does not do it again.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
const stamp = path.join(root, "node_modules", ".gitlab-fleet-lock");
const hash = createHash("sha256")
    .update(fs.readFileSync(path.join(root, "package-lock.json")))
    .digest("hex");

const { npm_command: command, npm_config_omit: omitted = "" } = process.env;
if (process.argv.includes("--installed")) {
    if ((command === "ci" || command === "install") && omitted === "" && fs.existsSync(path.dirname(stamp))) {
        fs.writeFileSync(stamp, hash);
    }
} else if (!fs.existsSync(stamp) || fs.readFileSync(stamp, "utf8") !== hash) {
    console.error("Installing npm packages from the lock file …");
    const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
        cwd: root,
        stdio: ["ignore", "inherit", "inherit"],
        shell: process.platform === "win32",
    });
    if (status !== 0) {
        // Its own script may have noted it before it failed, as where two run at once.
        fs.rmSync(stamp, { force: true });
        process.exit(status ?? 1);
    }
    fs.writeFileSync(stamp, hash);
}
