// `npm ci` when the lock file is newer than what is installed, and nothing otherwise.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
const stamp = path.join(root, "node_modules", ".gitlab-fleet-lock");
const hash = createHash("sha256")
    .update(fs.readFileSync(path.join(root, "package-lock.json")))
    .digest("hex");

if (!fs.existsSync(stamp) || fs.readFileSync(stamp, "utf8") !== hash) {
    console.error("Installing npm packages from the lock file …");
    const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
        cwd: root,
        stdio: ["ignore", "inherit", "inherit"],
        shell: process.platform === "win32",
    });
    if (status !== 0) process.exit(status ?? 1);
    fs.writeFileSync(stamp, hash);
}
