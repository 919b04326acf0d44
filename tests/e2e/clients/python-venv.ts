import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const ROOT = path.resolve(__dirname, "../../..");
const VENV = path.join(ROOT, ".cache/venv");
const PYTHON = path.join(VENV, "bin/python");
const COLLECTIONS = path.join(ROOT, ".cache/collections");
const PIP = ["-m", "pip", "--disable-pip-version-check"];
/** PyPI's GitLab client, Ansible, and what they need here, pinned. */
const PACKAGES = [
    "python-gitlab==8.6.0",
    "requests==2.34.2",
    "requests-toolbelt==1.0.0",
    "urllib3==2.8.0",
    "certifi==2026.10.18",
    "charset-normalizer==3.5.2",
    "idna==3.20",
    "ansible-core==2.19.14",
    "Jinja2==3.1.6",
    "MarkupSafe==3.0.4",
    "PyYAML==6.0.4",
    "packaging==26.4",
];
/** Has community.general 11.4.2 with the modules for GitLab: the collections' own server is no package registry. */
const COLLECTION = { package: "ansible==12.3.0", name: "community.general" };

/** Runs a script of this folder with python-gitlab. The first call installs it. */
export async function runPython(script: string, args: string[]): Promise<string> {
    await once(VENV, PACKAGES, installPackages);
    return (await run(PYTHON, [path.join(__dirname, script), ...args])).stdout;
}

/** Runs a playbook of this folder with the modules of community.general. The first call installs all of it. */
export async function runPlaybook(playbook: string, env: Record<string, string>): Promise<string> {
    await once(VENV, PACKAGES, installPackages);
    await once(COLLECTIONS, [COLLECTION.package], installCollection);
    const own = {
        // Empty: that of the machine is not read.
        ANSIBLE_CONFIG: path.join(COLLECTIONS, "ansible.cfg"),
        ANSIBLE_HOME: path.join(COLLECTIONS, "home"),
        ANSIBLE_COLLECTIONS_PATH: COLLECTIONS,
        ANSIBLE_PYTHON_INTERPRETER: PYTHON,
        ANSIBLE_PIPELINING: "true",
        // It refuses to start in another one.
        LC_ALL: "C.UTF-8",
    };
    const args = ["--inventory", "localhost,", path.join(__dirname, playbook)];
    const { stdout } = await run(path.join(VENV, "bin/ansible-playbook"), args, {
        env: { PATH: process.env.PATH, HOME: process.env.HOME, ...own, ...env },
    });
    return stdout;
}

/** Installs into a folder what is not yet there in these very versions. */
async function once(folder: string, versions: string[], install: () => Promise<void>): Promise<void> {
    const mark = path.join(
        folder,
        `installed-${createHash("sha256").update(versions.join()).digest("hex").slice(0, 12)}`,
    );
    if (existsSync(mark)) return;
    await install();
    writeFileSync(mark, versions.join("\n"));
}

async function installPackages(): Promise<void> {
    await run("python3", ["-m", "venv", VENV]);
    await run(PYTHON, [...PIP, "install", "--quiet", "--no-deps", ...PACKAGES]);
}

async function installCollection(): Promise<void> {
    const download = mkdtempSync(path.join(VENV, "download-"));
    try {
        await run(PYTHON, [...PIP, "download", "--quiet", "--no-deps", "--dest", download, COLLECTION.package]);
        const wheel = path.join(download, `${COLLECTION.package.replace("==", "-")}-py3-none-any.whl`);
        await run(PYTHON, [path.join(__dirname, "one_collection.py"), wheel, COLLECTION.name, COLLECTIONS]);
        writeFileSync(path.join(COLLECTIONS, "ansible.cfg"), "");
    } finally {
        rmSync(download, { recursive: true });
    }
}
