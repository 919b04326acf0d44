// Runs `npm ci` if the lock file is newer than what is installed. With --installed, as an npm script: records that the
// installation is up to date, so that a `make` after a manual `npm ci` does not repeat it.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
const stamp = path.join(root, "node_modules", ".gitlab-fleet-lock");
const turn = path.join(root, ".cache", "npm-install.pid");
const hash = createHash("sha256")
    .update(fs.readFileSync(path.join(root, "package-lock.json")))
    .digest("hex");

const { npm_command: command, npm_config_omit: omitted = "" } = process.env;
if (process.argv.includes("--installed")) {
    if ((command === "ci" || command === "install") && omitted === "" && fs.existsSync(path.dirname(stamp))) {
        fs.writeFileSync(stamp, hash);
    }
} else if (!isInstalled()) {
    waitForTurn();
    // The process that ran before may have installed them.
    if (!isInstalled()) install();
}

function isInstalled() {
    return fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === hash;
}

/** Two simultaneous `npm ci` would delete each other's files. */
function waitForTurn() {
    fs.mkdirSync(path.dirname(turn), { recursive: true });
    for (let isTold = false; ; ) {
        try {
            fs.writeFileSync(turn, String(process.pid), { flag: "wx" });
            break;
        } catch (error) {
            if (error.code !== "EEXIST") throw error;
        }
        const owner = ownerOfTurn();
        if (owner !== undefined && isGone(owner)) {
            fs.rmSync(turn, { force: true });
        } else if (owner !== undefined && !isTold) {
            console.error(`Another make installs npm packages (process ${owner}, ${turn}): waiting for it …`);
            isTold = true;
        }
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    }
    process.on("exit", () => fs.rmSync(turn, { force: true }));
}

/** Undefined while the file is being written, or if it is gone. */
function ownerOfTurn() {
    try {
        return Number(fs.readFileSync(turn, "utf8")) || undefined;
    } catch {
        return undefined;
    }
}

function isGone(pid) {
    try {
        process.kill(pid, 0);
        return false;
    } catch (error) {
        return error.code === "ESRCH";
    }
}

function install() {
    console.error("Installing npm packages from the lock file …");
    const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
        cwd: root,
        stdio: ["ignore", "inherit", "inherit"],
        shell: process.platform === "win32",
    });
    if (status !== 0) {
        // npm's own script may have recorded success before the failure.
        fs.rmSync(stamp, { force: true });
        process.exit(status ?? 1);
    }
    fs.writeFileSync(stamp, hash);
}
