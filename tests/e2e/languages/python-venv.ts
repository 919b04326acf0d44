import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { root } from "../../../dev/scripts/pulumi";

const run = promisify(execFile);
const SDK = path.join(root, "sdks/python");
/** Pulumi's Python SDK and what ours needs besides, pinned; what they need in turn is pip's to find. */
const PACKAGES = ["pulumi==3.272.0", "parver==1.0.1.post0", "semver==3.1.2", "setuptools==80.9.0"];

/** `bin` of a virtual environment with Pulumi and our SDK. Kept between runs, and made again when one of them is another. */
export async function pythonWithSdk(): Promise<string> {
    const venv = path.join(root, ".cache/venv-pulumi");
    const bin = path.join(venv, "bin");
    const stamp = path.join(venv, "stamp");
    const wanted = PACKAGES.join(" ");
    const pip = (...args: string[]) =>
        run(path.join(bin, "python"), ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...args]);
    if (!fs.existsSync(stamp) || fs.readFileSync(stamp, "utf8") !== wanted) {
        fs.rmSync(venv, { recursive: true, force: true });
        await run("python3", ["-m", "venv", venv]);
        await pip(...PACKAGES);
        fs.writeFileSync(stamp, wanted);
    }
    // A copy, because pip leaves what it builds beside the sources.
    const copy = path.join(venv, "sdk");
    fs.rmSync(copy, { recursive: true, force: true });
    fs.cpSync(SDK, copy, { recursive: true });
    await pip("--no-deps", "--no-build-isolation", "--force-reinstall", copy);
    return bin;
}
