import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { root } from "../scripts/pulumi";

const PROGRAM = `const { Fleet, readStackConfig } = require("gitlab-fleet");

const fleet = new Fleet("fleet", readStackConfig());
exports.runners = fleet.runnerIds;
exports.configPaths = fleet.configPaths;
`;

/** A user's own project below a folder: the package installed from its tarball, and a program of a few lines. */
export function makeProject(below: string): string {
    const project = path.join(below, "project");
    fs.mkdirSync(project, { recursive: true });
    write(project, {
        "package.json": JSON.stringify({ name: "demo", private: true, main: "index.js" }, undefined, 4),
        "Pulumi.yaml": "name: gitlab-fleet\nruntime: nodejs\n",
        "index.js": PROGRAM,
    });
    run(root, process.execPath, "package/build.mjs", below);
    const [tarball] = fs.readdirSync(below).filter((name) => name.endsWith(".tgz"));
    const { dependencies } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"));
    const packages = ["@pulumi/pulumi", ...(process.env.DOCKER ? ["@pulumi/docker"] : [])];
    const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
    const wanted = packages.map((name) => `${name}@${dependencies[name]}`);
    run(project, "npm", "install", ...quiet, path.join(below, tarball!), ...wanted);
    run(project, "npx", "gitlab-fleet", "plugins");
    return project;
}

function write(folder: string, files: Record<string, string>): void {
    for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
}

function run(cwd: string, program: string, ...args: string[]): void {
    execFileSync(program, args, { cwd, stdio: ["ignore", "ignore", "inherit"] });
}
