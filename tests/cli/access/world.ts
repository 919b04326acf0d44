import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parse } from "yaml";
import { declaredIn } from "../../../cli/access/declared";
import { Io } from "../../../cli/io";
import { run } from "../../../cli/main";
import { type Sandbox, type Seed, startSandbox } from "../../../sandbox";

/** Two teams, whose jobs pull from two private producers and a public one, and one producer that nobody declared. */
export const SEED: Seed = {
    settings: { registryHost: "registry.example.org:5050" },
    users: [{ username: "owner" }, { username: "dev" }],
    groups: [
        { path: "apps", members: { owner: "owner", dev: "developer" } },
        { path: "apps/web" },
        { path: "containers", members: { owner: "owner" } },
        { path: "ci", members: { owner: "owner" } },
    ],
    projects: [
        {
            path: "containers/poetry",
            visibility: "private",
            jobTokenScope: { enabled: true, projects: ["apps/web/site", "apps/old"] },
        },
        { path: "containers/base", visibility: "private", jobTokenScope: { enabled: true, groups: ["apps"] } },
        { path: "containers/public", visibility: "public" },
        {
            path: "ci/templates",
            visibility: "internal",
            files: { "build.yml": "included: { script: [x], image: $CI_REGISTRY/containers/poetry:2 }" },
        },
        {
            path: "apps/etl",
            files: {
                ".gitlab-ci.yml": [
                    "include: [{ project: ci/templates, file: build.yml }]",
                    "build-app:",
                    "  image: $CI_REGISTRY/containers/poetry/python3.11/rockylinux9:1.5",
                    "  services: [registry.example.org:5050/containers/public/db:16]",
                    "  script: [docker build -t x .]",
                    "lint: { image: $CI_REGISTRY/containers/$FLAVOUR:1, script: [x] }",
                ].join("\n"),
                Dockerfile: "FROM registry.example.org:5050/containers/base:3\nFROM alpine",
            },
        },
        { path: "apps/web/site", files: { ".gitlab-ci.yml": "test: { image: $CI_REGISTRY_IMAGE:1, script: [x] }" } },
        { path: "apps/old", files: { "README.md": "" } },
        { path: "apps/empty" },
    ],
    tokens: [
        { name: "owner", user: "owner", scopes: ["api"] },
        { name: "dev", user: "dev", scopes: ["read_api"] },
    ],
};

/** What a stack config that was printed declares. */
export const readDeclared = (text: string) => declaredIn(parse(text).config);

/** What one run of the command printed, and how it ended. */
export async function runCommand(sandbox: Sandbox, argv: string[], token = "owner", columns?: number) {
    const printed = { stdout: "", stderr: "" };
    const sink = (stream: keyof typeof printed) => ({
        write: (text: string) => {
            printed[stream] += text;
        },
        isTTY: columns !== undefined,
        columns,
    });
    const io = new Io({
        stdout: sink("stdout"),
        stderr: sink("stderr"),
        env: { NO_COLOR: "1", GITLAB_BASE_URL: `${sandbox.url}/api/v4/`, GITLAB_TOKEN: sandbox.tokens[token] },
        now: () => sandbox.clock.now(),
    });
    const code = await run(argv, io);
    return { code, ...printed };
}

/** A GitLab as `SEED` has it before each test, a folder for stacks' files, and the scan of the group `apps`. */
export function scanWorld() {
    let sandbox: Sandbox;
    let folder: string;
    before(async () => {
        sandbox = await startSandbox({ seed: SEED });
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "access-"));
    });
    beforeEach(() => sandbox.reset());
    after(async () => {
        await sandbox.close();
        fs.rmSync(folder, { recursive: true });
    });
    return {
        get sandbox() {
            return sandbox;
        },
        get folder() {
            return folder;
        },
        scan: (...more: string[]) => runCommand(sandbox, ["access", "scan", "--group", "apps", ...more]),
        stackFile: (text: string) => {
            const file = path.join(folder, "Pulumi.test.yaml");
            fs.writeFileSync(file, text);
            return file;
        },
    };
}
