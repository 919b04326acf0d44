import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { expect } from "chai";
import { root } from "../../../dev/scripts/pulumi";
import { type Engine, startEngine } from "../../helpers/engine";
import { UsersProject, versionOf } from "./users-project";

const PROGRAM = `const { Runner, JobTokenAllowlist } = require("gitlab-fleet");
const runner = new Runner("docker-small", { scope: { group: "apps" }, tags: ["docker"] });
new JobTokenAllowlist("poetry", { project: "containers/poetry", allow: { projects: ["apps/etl"] } });
exports.id = runner.id;
`;

/** Serves the files of a folder, and remembers which were asked for. */
async function startFileServer(folder: string) {
    const asked: string[] = [];
    const server = createServer(({ url = "" }, response) => {
        const file = path.join(folder, path.basename(url));
        asked.push(path.basename(url));
        if (fs.existsSync(file)) response.end(fs.readFileSync(file));
        else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/plugins`, asked, close };
}

describe("make release", () => {
    const project = new UsersProject();
    const release = path.join(project.folder, "release");
    let server: Awaited<ReturnType<typeof startFileServer>>;
    let engine: Engine;

    const tarball = () => path.join(release, fs.readdirSync(release).find((name) => name.endsWith(".tgz"))!);

    before(async () => {
        server = await startFileServer(release);
        const made = ["--silent", "release", `URL=${server.url}`, `OUT=${release}`];
        execFileSync("sh", ["-c", 'umask 077; exec make "$@"', "make", ...made], { cwd: root });
        project.write({
            "package.json": JSON.stringify({ name: "mine", private: true, main: "index.js" }),
            // Package gitlab is the official plugin's unless somebody names ours.
            "Pulumi.yaml":
                "name: mine\nruntime: nodejs\nplugins:\n  providers:\n    - name: gitlab\n      path: node_modules/gitlab-fleet/plugin\n",
            "index.js": PROGRAM,
        });
        await project.install(tarball(), `@pulumi/pulumi@${versionOf("@pulumi/pulumi")}`);
        engine = await startEngine({
            config: () => "config: {}\n",
            project: project.folder,
            env: {
                PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "false",
                PULUMI_HOME: path.join(project.folder, "pulumi-home"),
            },
        });
    });
    after(async () => {
        await engine?.close();
        await server.close();
        project.remove();
    });

    it("makes the npm package, the plugin for six systems, and checksums that are right", () => {
        const lines = fs.readFileSync(path.join(release, "SHA256SUMS"), "utf8").trim().split("\n");
        expect(lines).to.have.lengthOf(7);
        for (const line of lines) {
            const [sum, name] = line.split("  ");
            const bytes = fs.readFileSync(path.join(release, name!));
            expect(createHash("sha256").update(bytes).digest("hex"), name).to.equal(sum);
        }
    });

    it("tells the terms of each package whose code is in the package or the plugin", () => {
        const ofPackage = project.read("node_modules/gitlab-fleet/THIRD_PARTY_NOTICES.txt");
        const [archive] = fs.readdirSync(release).filter((name) => name.endsWith("-linux-amd64.tar.gz"));
        const options = { cwd: release, encoding: "utf8" } as const;
        const ofPlugin = execFileSync("tar", ["-xzOf", archive!, "THIRD_PARTY_NOTICES.txt"], options);
        for (const name of ["smol-toml", "tar-stream", "undici", "@pulumi/pulumi", "yaml"]) {
            expect(ofPlugin).to.match(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, "m"));
        }
        for (const name of ["commander", "dockerfile-ast", "unbash", "semver"]) {
            expect(ofPackage).to.match(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, "m"));
        }
        for (const text of [ofPackage, ofPlugin]) expect(text).to.not.include("holds no text");
    });

    it("makes a package that everybody may read, and whose programs everybody may start, by whatever umask it was made", () => {
        const files = execFileSync("tar", ["-tvzf", tarball()], { encoding: "utf8" }).trim().split("\n");
        const modes = files.map((line) => line.split(/\s+/)).map((words) => [words[0]!, words.at(-1)!] as const);
        const programs = modes.filter(([mode]) => mode === "-rwxr-xr-x").map(([, name]) => path.basename(name));
        expect(programs).to.have.members([
            ...["gitlab-fleet.js", "gitlab-fleet-policies", "fleet-setup"],
            ...["pulumi-resource-gitlab", "pulumi-resource-gitlab-fleet"],
        ]);
        expect(modes.filter(([mode]) => mode === "-rw-r--r--")).to.have.lengthOf(modes.length - programs.length);
    });

    it("needs no entry in Pulumi.yaml: Pulumi downloads the plugin from where the package says, once", async () => {
        const { code, output } = await engine.stack.run(["preview"]);
        expect(code, output).to.equal(0);
        expect(output).to.match(/UserRunner\s+docker-small\s+create/);
        await engine.up();
        await engine.expectNoChanges();
        expect(server.asked).to.have.lengthOf(1);
        expect(server.asked[0]).to.match(/^pulumi-resource-gitlab-fleet-v[\d.]+-linux-(amd64|arm64)\.tar\.gz$/);
    });

    it("is told apart from the program's package by version when only one of them was updated", async () => {
        const manifest = "node_modules/gitlab-fleet/sdks/gitlab-fleet/package.json";
        const before = project.read(manifest);
        const yaml = project.read("Pulumi.yaml");
        try {
            project.write({
                [manifest]: before.replace(/"version": "[^"]*"/, '"version": "0.99.0"'),
                "Pulumi.yaml": `${yaml}    - name: gitlab-fleet\n      path: node_modules/gitlab-fleet/plugin\n`,
            });
            const { code, output } = await engine.stack.run(["preview"]);
            expect(code).to.not.equal(0);
            expect(output).to.match(
                /version of the program's gitlab-fleet is 0\.99\.0, and the plugin that runs is \d/,
            );
            expect(output).to.not.match(/\bat .*\.js:\d/);
        } finally {
            project.write({ [manifest]: before, "Pulumi.yaml": yaml });
        }
    });
});
