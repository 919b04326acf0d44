import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { root } from "../../../dev/scripts/pulumi";
import { type Engine, startEngine } from "../../helpers/engine";
import { packed, UsersProject, versionOf } from "./users-project";

const TYPESCRIPT = `import { Fleet, FleetProvider, GitlabProvider, JobTokenAllowlist, Runner } from "gitlab-fleet";
import type { RunnerArgs } from "gitlab-fleet";
import { renderConfigToml } from "gitlab-fleet/config-toml";
import type { ManagerConfig } from "gitlab-fleet/config-toml";

const args: RunnerArgs = { scope: { group: "apps" }, tags: ["docker"] };
const runner = new Runner("docker-small", args);
new JobTokenAllowlist("poetry", { project: "containers/poetry", allow: { projects: ["apps/etl"] } });
const providers = [new GitlabProvider("other", {}), new FleetProvider("other", {})];
new Runner("elsewhere", { scope: { group: "apps" } }, { providers });
const file: ManagerConfig = { global: { concurrent: 1 }, workers: [] };
export const id = runner.id;
export const text = renderConfigToml(file);
export const sameClass = typeof Fleet;
`;
const PLAIN = TYPESCRIPT.replace(/import type .*\n/g, "").replace(/: (RunnerArgs|ManagerConfig)/g, "");
const COMMONJS = PLAIN.replace(/import \{(.*)\} from (.*);/g, "const {$1} = require($2);").replace(
    /export const (\w+) =/g,
    "exports.$1 =",
);
const TSCONFIG = {
    compilerOptions: { strict: true, target: "es2020", module: "commonjs", moduleResolution: "node", outDir: "bin" },
    files: ["index.ts"],
};

/** The programs that README and docs/ show, by the names of files for them. */
const SHOWN = Object.fromEntries(
    ["README.md", ...fs.readdirSync(path.join(root, "docs")).map((name) => `docs/${name}`)]
        .filter((name) => name.endsWith(".md"))
        .flatMap((name) => {
            const page = fs.readFileSync(path.join(root, name), "utf8");
            const programs = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!);
            return programs
                .filter((code) => code.includes('from "gitlab-fleet'))
                .map((code, index) => [`shown/${path.basename(name, ".md")}-${index}.ts`, code] as const);
        }),
);

/** What newer language hosts do unless told otherwise; the one that is built here is told by this. */
const COMPILES = { PULUMI_NODEJS_TYPESCRIPT: "true" };

/** A project, by what people have, with what its program is. */
interface Kind {
    title: string;
    manifest: object;
    files: Record<string, string>;
    /** @default nodejs */
    runtime?: string;
    /** Version of the Node.js that all of it runs on. @default - that of the tests */
    node?: string;
    packages?: string[];
    build?: [program: string, ...args: string[]];
    /** Files of tests, for Node.js's own runner. */
    tests?: string[];
    pulumi?: string;
}

const KINDS: Kind[] = [
    {
        title: "a TypeScript program that Pulumi itself compiles",
        manifest: { main: "index.ts" },
        files: { "index.ts": TYPESCRIPT, "tsconfig.json": JSON.stringify(TSCONFIG) },
    },
    {
        title: "a TypeScript program with the oldest @pulumi/pulumi that the package takes",
        manifest: { main: "index.ts" },
        files: { "index.ts": TYPESCRIPT, "tsconfig.json": JSON.stringify(TSCONFIG) },
        pulumi: "oldest",
    },
    {
        title: "a TypeScript program compiled with tsc, every type checked, beside those that README and docs/ show",
        manifest: { main: "bin/index.js" },
        files: {
            "index.ts": TYPESCRIPT,
            "tsconfig.json": JSON.stringify({ ...TSCONFIG, files: ["index.ts", ...Object.keys(SHOWN)] }),
            ...SHOWN,
        },
        packages: ["typescript@5.9.3", "@types/node@20"],
        build: ["npx", "tsc"],
        tests: Object.keys(SHOWN)
            .filter((name) => SHOWN[name]!.includes('"node:test"'))
            .map((name) => `bin/${name.replace(/ts$/, "js")}`),
    },
    {
        title: "an ES module, its types checked as one",
        manifest: { main: "index.mjs", type: "module" },
        files: {
            "index.mjs": PLAIN,
            "check.mts": TYPESCRIPT,
            "tsconfig.json": JSON.stringify({
                compilerOptions: { strict: true, module: "nodenext", target: "es2022", noEmit: true },
                files: ["check.mts"],
            }),
        },
        packages: ["typescript@5.9.3", "@types/node@20"],
        build: ["npx", "tsc"],
    },
    {
        title: "a TypeScript program that a newer Node.js runs itself",
        manifest: { main: "index.ts", type: "module" },
        files: { "index.ts": TYPESCRIPT },
        runtime: "{ name: nodejs, options: { typescript: false } }",
        node: "24",
    },
    { title: "plain JavaScript", manifest: { main: "index.js" }, files: { "index.js": COMMONJS } },
];

/** The policy pack that comes with the package, as docs/policies.md says. */
const POLICIES = [
    ...["--policy-pack", "node_modules/gitlab-fleet/policies/gitlab-fleet-policies"],
    ...["--policy-pack-config", "node_modules/gitlab-fleet/policies/advisory.json"],
];

describe("the npm package, in a project of one's own", () => {
    const projects: UsersProject[] = [];
    let engine: Engine | undefined;

    afterEach(async () => {
        await engine?.close();
        engine = undefined;
        for (const project of projects.splice(0)) project.remove();
    });

    /** The package with Node.js as it is for this machine: the one called `node` would need its install script. */
    const NODE = `node-${process.platform}-${process.arch}`;

    async function make({
        manifest,
        files,
        runtime = "nodejs",
        packages = [],
        pulumi,
        node,
    }: Kind): Promise<UsersProject> {
        const project = new UsersProject();
        projects.push(project);
        project.write({
            "package.json": JSON.stringify({ name: "mine", private: true, ...manifest }),
            "Pulumi.yaml": `name: mine\nruntime: ${runtime}\n# a comment of mine\n`,
            ...files,
        });
        const tarball = await packed();
        const version = pulumi === undefined ? versionOf("@pulumi/pulumi") : await oldestPulumi(project, tarball);
        const own = node === undefined ? [] : [`${NODE}@${node}`];
        await project.install(tarball, `@pulumi/pulumi@${version}`, ...packages, ...own);
        return project;
    }

    async function oldestPulumi(project: UsersProject, tarball: string): Promise<string> {
        const manifest = await project.run("tar", ["-xzOf", tarball, "package/package.json"]);
        return JSON.parse(manifest).peerDependencies["@pulumi/pulumi"].replace(/^\^/, "");
    }

    for (const kind of KINDS) {
        it(`runs ${kind.title}: preview, up, nothing left to do`, async () => {
            const project = await make(kind);
            expect(await project.run("npx", ["gitlab-fleet", "plugins"])).to.contain("gitlab and gitlab-fleet");
            expect(project.read("Pulumi.yaml")).to.contain("# a comment of mine");
            if (kind.build) await project.run(kind.build[0], kind.build.slice(1));
            for (const file of kind.tests ?? [])
                expect(await project.run("node", ["--test", file])).to.match(/pass [1-9]/);
            const bin = path.join(project.folder, "node_modules", NODE, "bin");
            // A project's own Node.js, first on PATH, reads TypeScript unless Pulumi compiles it.
            const env = kind.node === undefined ? COMPILES : { PATH: `${bin}:${root}/.cache/bin:${process.env.PATH}` };
            engine = await startEngine({ config: () => "config: {}\n", project: project.folder, env });
            if (kind.node !== undefined)
                expect((await engine.stack.spawn("node", ["--version"])).output).to.contain(`v${kind.node}.`);
            const preview = await engine.stack.run(["preview", ...POLICIES]);
            expect(preview.code, preview.output).to.equal(0);
            expect(preview.output).to.match(/Policies:\s+\S+ gitlab-fleet@v/);
            expect(preview.output).to.match(/UserRunner\s+docker-small\s+create/);
            expect(preview.output).to.not.contain("official plugin");
            await engine.up();
            await engine.expectNoChanges();
            const outputs = JSON.parse((await engine.stack.run(["stack", "output", "--json"])).stdout);
            expect(outputs).to.include({ sameClass: "function", text: outputs.text });
            expect(outputs.text).to.contain("concurrent = 1");
        });
    }

    it("says what to do where Pulumi.yaml names no plugin, and which plugin serves package gitlab where it is not ours", async () => {
        const project = await make(KINDS.at(-1)!);
        engine = await startEngine({ config: () => "config: {}\n", project: project.folder });
        const missing = await engine.stack.run(["preview"]);
        expect(missing.code).to.not.equal(0);
        expect(missing.output).to.contain("Pulumi.yaml names no plugin for package gitlab-fleet");
        expect(missing.output).to.contain("Run `npx gitlab-fleet plugins`");
        expect(missing.output).to.not.match(/\bat .*index\.js/);
        await project.run("npx", ["gitlab-fleet", "plugins", "--official"]);
        // A provider that is declared needs its plugin at once, which cannot be had here.
        project.write({ "index.js": COMMONJS.replace(/^(const providers|new Runner\("elsewhere").*\n/gm, "") });
        const { output } = await engine.stack.run(["preview"]);
        expect(output).to.contain("Package gitlab is served by the official plugin");
    });

    it("gives way to the published @pulumi/gitlab where the project has it: one class, which the project's own code shares", async () => {
        const project = await make(KINDS.at(-1)!);
        const standIn = path.join(project.folder, "node_modules/@pulumi/gitlab");
        fs.cpSync(path.join(root, "sdks/gitlab/bin"), path.join(standIn, "bin"), { recursive: true });
        fs.cpSync(path.join(root, "sdks/gitlab/package.json"), path.join(standIn, "package.json"));
        const same =
            'require("./node_modules/gitlab-fleet/gitlab.js").UserRunner === require("@pulumi/gitlab").UserRunner';
        expect(await project.run("node", ["-p", same])).to.equal("true\n");
        // One that a folder above has comes with another copy of Pulumi's runtime, in which nothing would be declared.
        fs.mkdirSync(path.join(standIn, "node_modules/@pulumi/pulumi"), { recursive: true });
        fs.writeFileSync(
            path.join(standIn, "node_modules/@pulumi/pulumi/index.js"),
            "throw new Error('another copy');",
        );
        const brings =
            'require("./node_modules/gitlab-fleet/gitlab.js") === require("./node_modules/gitlab-fleet/sdks/gitlab")';
        expect(await project.run("node", ["-p", brings])).to.equal("true\n");
        expect(project.read("node_modules/gitlab-fleet/index.js")).to.contain('require("./gitlab.js")');
    });

    it("has no install script, no dependency and no patched internals, and every file that its exports name", async () => {
        const project = await make(KINDS.at(-1)!);
        const manifest = JSON.parse(project.read("node_modules/gitlab-fleet/package.json"));
        expect(manifest).to.not.have.any.keys("scripts", "dependencies", "private");
        expect(manifest.preferUnplugged, "Pulumi starts files of it").to.equal(true);
        for (const entry of Object.values<Record<string, Record<string, string>> | string>(manifest.exports)) {
            const paths = typeof entry === "string" ? [entry] : Object.values(entry).flatMap((of) => Object.values(of));
            for (const name of paths) project.read(`node_modules/gitlab-fleet/${name}`);
        }
        const code = project.read("node_modules/gitlab-fleet/index.js");
        expect(code).to.not.match(/@pulumi\/pulumi\/(cmd|dynamic|queryable)|\._compile\(|prepareStackTrace/);
        expect(code).to.not.contain("lean-runtime");
    });
});
