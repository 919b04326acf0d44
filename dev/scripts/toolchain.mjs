// Builds the programs around the project into `.cache/bin`, from Go modules pinned in `dev/toolchain/`.
//
//   node dev/scripts/toolchain.mjs [--any] [program …]     (default: what `pulumi up` needs)
//
// A program whose sources did not change is not rebuilt. The Pulumi CLI and its Node.js language host are taken from
// PATH if they are recent enough, so that people who have Pulumi need not wait. Otherwise Pulumi's own release is used,
// if npm's package `pulumi` can download it. With --any, gitlab-runner is taken from PATH as well, for the demo; tests
// need exactly the version whose messages they know.
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fetchRelease } from "./pulumi-release.mjs";

const root = path.resolve(import.meta.dirname, "../..");
const bin = path.join(root, ".cache", "bin");
const pulumiVersion = "3.259.0";
const runnerVersion = "gitlab.com/gitlab-org/gitlab-runner/common";

const ofNode = (name, packages) => ({
    module: "kubernetes-node",
    package: `k8s.io/kubernetes/cmd/${name}`,
    packages,
});
const ofContainerd = (name, packages) => ({
    module: "containerd",
    package: `github.com/containerd/containerd/v2/cmd/${name}`,
    // Excludes storage drivers that need C libraries, or that nobody here has.
    tags: "no_btrfs no_devmapper no_zfs",
    packages,
});

/**
 * Every program: the folder of its Go module, the package in it, and how many packages a build from scratch compiles
 * (only for the progress display; counted with `go build -v`).
 */
const programs = {
    pulumi: {
        module: "pulumi",
        package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        ldflags: `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${pulumiVersion}`,
        packages: 1685,
        onPath: { atLeast: [3, 220], with: ["pulumi-language-nodejs"] },
    },
    "pulumi-language-nodejs": {
        module: "pulumi-language-nodejs",
        package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
        packages: 532,
        // This host predates the way in which the current CLI passes the runtime options of Pulumi.yaml, and would
        // start a TypeScript compiler needlessly. It still accepts the option as a flag.
        flags: ["-typescript=false"],
        onPath: { sameAs: "pulumi" },
    },
    "pulumi-language-yaml": {
        module: "pulumi-language-yaml",
        package: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
        packages: 669,
    },
    "pulumi-language-python": {
        module: "pulumi-language-python",
        package: "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python",
        packages: 531,
        // The host looks for this file beside itself.
        beside: { module: "github.com/pulumi/pulumi/sdk/v3", file: "python/cmd/pulumi-language-python-exec" },
    },
    "pulumi-language-java": {
        module: "pulumi-language-java",
        package: "github.com/pulumi/pulumi-java/pkg/cmd/pulumi-language-java",
        packages: 783,
    },
    // A program that uses our Go SDK: the tests check that it compiles.
    "fleet-in-go": { module: "fleet-in-go", package: ".", packages: 741, reads: ["sdks/go"] },
    // A program that uses GitLab's own Go client: the tests check that it works with the sandbox.
    "gitlab-client-go": { module: "gitlab-client-go", package: ".", packages: 203 },
    "gen-sdk": { module: "gen-sdk", package: ".", packages: 808 },
    "gitlab-runner": {
        module: "gitlab-runner",
        package: ".",
        ldflags: `-X ${runnerVersion}.VERSION=19.4.0 -X ${runnerVersion}.REVISION=fc1f1862`,
        packages: 1522,
        onPath: { atLeast: [19, 0], with: [], asks: "--version", onlyWith: "--any" },
    },
    "config-decode": { module: "gitlab-runner", package: "./config-decode", packages: 1522 },
    "pulumi-resource-docker": { module: "pulumi-resource-docker", package: ".", tags: "no_compose", packages: 1630 },
    registry: {
        module: "registry",
        package: "github.com/distribution/distribution/v3/cmd/registry",
        packages: 919,
    },
    etcd: { module: "etcd", package: "go.etcd.io/etcd/server/v3", packages: 566 },
    "kube-apiserver": { module: "kube-apiserver", package: "k8s.io/kubernetes/cmd/kube-apiserver", packages: 2030 },
    "kube-controller-manager": ofNode("kube-controller-manager", 2410),
    "kube-scheduler": ofNode("kube-scheduler", 1418),
    kubelet: ofNode("kubelet", 1782),
    // In a separate folder: on PATH, the tests' Docker engine would use them as its own.
    "pods/containerd": ofContainerd("containerd", 1013),
    "pods/containerd-shim-runc-v2": ofContainerd("containerd-shim-runc-v2", 416),
    "pulumi-resource-kubernetes": {
        module: "pulumi-resource-kubernetes",
        package: ".",
        packages: 1760,
        embeds: {
            module: "github.com/pulumi/pulumi-kubernetes/provider/v4",
            files: {
                "schema-embed.json": "cmd/pulumi-resource-kubernetes/schema.json",
                "terraform-mapping-embed.json": "cmd/pulumi-resource-kubernetes/terraform-mapping.json",
            },
        },
    },
};

const defaults = ["pulumi", "pulumi-language-nodejs"];

/** Time per package and core, from an empty cache: 3,739 packages took two cores seven and a half minutes. */
const SECONDS_A_PACKAGE = 0.24;

const options = process.argv.slice(2).filter((word) => word.startsWith("--"));

function fail(message) {
    console.error(`toolchain: ${message}`);
    process.exit(1);
}

/** Changes if anything that goes into the program does. */
function fingerprint(program) {
    const hash = createHash("sha256").update(JSON.stringify({ ...program, packages: undefined, onPath: undefined }));
    const folders = [`dev/toolchain/${program.module}`, ...(program.reads ?? [])].map((name) => path.join(root, name));
    for (const folder of folders) {
        for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
            const file = path.join(entry.parentPath, entry.name);
            if (entry.isFile() && !/[\\/](bin|examples)[\\/]|\.md$/.test(file)) {
                hash.update(path.relative(folder, file)).update(fs.readFileSync(file));
            }
        }
    }
    return hash.digest("hex");
}

/** The folder of a recent enough program on PATH (outside our own), or undefined. */
function findOnPath(name, rule) {
    if (!rule || (rule.onlyWith && !options.includes(rule.onlyWith))) return undefined;
    if (rule.sameAs) return findOnPath(rule.sameAs, programs[rule.sameAs].onPath);
    const folders = (process.env.PATH ?? "").split(path.delimiter).filter((folder) => folder && folder !== bin);
    const folder = folders.find((candidate) => fs.existsSync(path.join(candidate, name)));
    if (!folder || !rule.with.every((other) => fs.existsSync(path.join(folder, other)))) return undefined;
    try {
        const text = execFileSync(path.join(folder, name), [rule.asks ?? "version"], {
            encoding: "utf8",
            stdio: "pipe",
        });
        const [, major, minor] = /(\d+)\.(\d+)/.exec(text).map(Number);
        return major > rule.atLeast[0] || (major === rule.atLeast[0] && minor >= rule.atLeast[1]) ? folder : undefined;
    } catch {
        return undefined;
    }
}

/** Shows one changing line on a terminal, and a line every 20 seconds elsewhere. */
function progress(name, total) {
    const started = Date.now();
    const terminal = process.stderr.isTTY;
    let downloads = 0;
    let compiled = 0;
    let shown = Date.now();
    const draw = () => {
        const seconds = Math.round((Date.now() - started) / 1000);
        const share = Math.min(1, compiled / total);
        const bar = "#".repeat(Math.round(share * 24)).padEnd(24, ".");
        const state = compiled ? `compiled ${compiled} of about ${total} packages` : `${downloads} modules downloaded`;
        const text = `  ${name} [${bar}] ${state}, ${seconds} s`;
        process.stderr.write(terminal ? `\r\x1b[K${text}` : `${text}\n`);
        shown = Date.now();
    };
    const timer = setInterval(() => (terminal || Date.now() - shown > 20_000) && draw(), 500);
    return {
        line(text) {
            if (text.startsWith("go: downloading ")) downloads++;
            // Only the name of a package; after a colon, an error follows.
            else if (/^[\w.-]+(\/[^:]*)?$/.test(text)) compiled++;
            else return false;
            return true;
        },
        end() {
            clearInterval(timer);
            if (terminal) process.stderr.write("\r\x1b[K");
            return Math.round((Date.now() - started) / 1000);
        },
    };
}

const targetOf = (name) => path.join(bin, name);
const stampOf = (name) => path.join(root, ".cache", "stamps", name);

/** Whether a program must be built: it is neither on PATH nor built from these sources. */
function isMissing(name) {
    const program =
        programs[name] ?? fail(`no program called ${name}. There are: ${Object.keys(programs).join(", ")}.`);
    const [target, stamp] = [targetOf(name), stampOf(name)];
    const isBuilt =
        fs.existsSync(target) && fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === fingerprint(program);
    // A program that is already built is as good as one on PATH that only --any accepts.
    if (isBuilt && program.onPath?.onlyWith) return false;
    const folder = findOnPath(name, program.onPath);
    if (folder === undefined) return !isBuilt;
    console.error(`  ${name}: using ${path.join(folder, name)}`);
    fs.rmSync(target, { force: true });
    return false;
}

/** Announces what will be downloaded or compiled, and how long it may take. */
function announce(names) {
    if (names.length === 0) return;
    const packages = names.reduce((sum, name) => sum + programs[name].packages, 0);
    const minutes = Math.ceil((packages * SECONDS_A_PACKAGE) / os.availableParallelism() / 60);
    console.error(
        `To be built once, from Go's module proxy into .cache/bin: ${names.join(", ")}. ` +
            `At most about ${minutes} minutes on this machine; much less where Go has cached them.`,
    );
}

/** The folder of a Go module that the program depends on, after downloading it. */
function folderOf(dependency, { module }) {
    const cwd = path.join(root, "dev/toolchain", module);
    const printed = execFileSync("go", ["mod", "download", "-json", dependency], { cwd, encoding: "utf8" });
    return JSON.parse(printed).Dir;
}

/** Copies a script that a program needs out of its Go module. */
function copyBeside(program) {
    const { module, file } = program.beside;
    const copy = path.join(bin, path.basename(file));
    fs.rmSync(copy, { force: true });
    fs.copyFileSync(path.join(folderOf(module, program), file), copy);
    fs.chmodSync(copy, 0o755);
}

/** Maps names that the program embeds to files of another module, so that the sources need no copies. */
function overlayOf(name, program) {
    const from = folderOf(program.embeds.module, program);
    const files = Object.entries(program.embeds.files).map(([embedded, file]) => [
        path.join(root, "dev/toolchain", program.module, embedded),
        path.join(from, file),
    ]);
    const overlay = path.join(root, ".cache", `${name}-overlay.json`);
    fs.writeFileSync(overlay, JSON.stringify({ Replace: Object.fromEntries(files) }));
    return overlay;
}

async function build(name) {
    const program = programs[name];
    const target = targetOf(name);
    const binary = program.flags ? `${target}-binary` : target;
    const flags = ["build", "-v", "-trimpath", "-o", binary, "-ldflags", `-s -w ${program.ldflags ?? ""}`];
    if (program.tags) flags.push("-tags", program.tags);
    if (program.embeds) flags.push("-overlay", overlayOf(name, program));
    fs.mkdirSync(path.dirname(target), { recursive: true });
    const shown = progress(name, program.packages);
    const problems = [];
    const go = spawn("go", [...flags, program.package], {
        cwd: path.join(root, "dev/toolchain", program.module),
        env: { ...process.env, CGO_ENABLED: "0" },
        stdio: ["ignore", "inherit", "pipe"],
    });
    let rest = "";
    go.stderr.setEncoding("utf8").on("data", (chunk) => {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop();
        for (const line of lines) if (!shown.line(line)) problems.push(line);
    });
    const code = await new Promise((resolve) => {
        go.on("error", () => resolve("missing"));
        go.on("close", resolve);
    });
    const seconds = shown.end();
    if (code === "missing")
        fail(`${name} has to be built, and there is no Go. Install Go 1.25 or newer, or put ${name} on PATH.`);
    if (code !== 0) fail(`building ${name} failed:\n${[...problems, rest].join("\n")}`);
    if (program.flags) {
        fs.rmSync(target, { force: true });
        fs.writeFileSync(target, `#!/bin/sh\nexec "$0-binary" ${program.flags.join(" ")} "$@"\n`, { mode: 0o755 });
    }
    if (program.beside) copyBeside(program);
    writeStamp(name);
    console.error(`  ${name}: built in ${seconds} s`);
}

/**
 * Uses Pulumi's own release instead of building, if it is available within seconds. Returns the programs left to build.
 */
async function withoutReleased(names) {
    const released = names.filter((name) => defaults.includes(name));
    if (!released.includes("pulumi")) return names;
    const folder = await fetchRelease(pulumiVersion, defaults, path.join(root, ".cache", "pulumi-release"));
    if (folder === undefined) return names;
    for (const name of released) {
        fs.rmSync(targetOf(name), { force: true });
        fs.symlinkSync(path.join(folder, name), targetOf(name));
        writeStamp(name);
        console.error(`  ${name}: Pulumi's own release ${pulumiVersion}, by npm`);
    }
    return names.filter((name) => !released.includes(name));
}

function writeStamp(name) {
    fs.mkdirSync(path.dirname(stampOf(name)), { recursive: true });
    fs.writeFileSync(stampOf(name), fingerprint(programs[name]));
}

fs.mkdirSync(bin, { recursive: true });
const asked = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const missing = await withoutReleased((asked.length > 0 ? asked : defaults).filter(isMissing));
announce(missing);
for (const name of missing) await build(name);
