import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const ROOT = path.resolve(__dirname, "../../..");
const VENV = path.join(ROOT, ".cache/venv");
/** PyPI's GitLab client and its dependencies, pinned. */
const PACKAGES = [
    "python-gitlab==8.6.0",
    "requests==2.34.2",
    "requests-toolbelt==1.0.0",
    "urllib3==2.8.0",
    "certifi==2026.10.18",
    "charset-normalizer==3.5.2",
    "idna==3.20",
];

/** Runs a script of this folder with python-gitlab; makes the virtual environment when it is missing. */
export async function runPython(script: string, args: string[]): Promise<string> {
    const python = path.join(VENV, "bin/python");
    if (!existsSync(path.join(VENV, `installed-${PACKAGES[0]}`))) {
        await run("python3", ["-m", "venv", VENV]);
        await run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", ...PACKAGES]);
        await run("touch", [path.join(VENV, `installed-${PACKAGES[0]}`)]);
    }
    const { stdout } = await run(python, [path.join(__dirname, script), ...args]);
    return stdout;
}
