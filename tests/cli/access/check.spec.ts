import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { scanWorld } from "./world";

describe("gitlab-fleet access scan --check", () => {
    const world = scanWorld();
    const { scan, stackFile } = world;

    it("finds what is missing and what can go, and exits with 1 on a gap", async () => {
        const { code, stdout } = await scan("--check");
        expect(code).to.equal(1);
        expect(stdout).to.match(/^apps\/etl +containers\/poetry +missing: jobs fail +image in job included/m);
        expect(stdout).to.include("containers/poetry: project apps/old (allowed)");
        expect(stdout).to.include("2 of 3 needs met, 1 gap, 2 unused.");
        const one = await scan("--check", "--kinds", "from");
        expect(one.stdout).to.match(/^1 of 1 need met, 0 gaps, /m);
    });

    it("exits with 0 once every need is met", async () => {
        const poetry = world.sandbox.db.projects.first("path", "containers/poetry")!;
        const etl = world.sandbox.db.projects.first("path", "apps/etl")!;
        const answer = await fetch(`${world.sandbox.url}/api/v4/projects/${poetry.id}/job_token_scope/allowlist`, {
            method: "POST",
            headers: { "private-token": world.sandbox.tokens.owner!, "content-type": "application/json" },
            body: JSON.stringify({ target_project_id: etl.id }),
        });
        expect(answer.status).to.equal(201);
        const { code, stdout } = await scan("--check");
        expect([code, stdout.trim().split("\n").at(-1)]).to.deep.equal([0, "3 of 3 needs met, 0 gaps, 2 unused."]);
    });

    it("tells what the next up will allow, and what it will take away", async () => {
        const file = stackFile(`config:
  gitlab-fleet:registries:
    containers/poetry: { consumers: { projects: [apps/etl] } }
    containers/base: { consumers: { projects: [apps/empty] } }
`);
        const { code, stdout } = await scan("--check", "--stack", file);
        expect(code).to.equal(1);
        expect(stdout).to.match(/containers\/poetry +declared, not applied: jobs fail until pulumi up/);
        expect(stdout).to.match(/containers\/base +not declared: jobs fail after the next pulumi up/);
        expect(stdout).to.include("containers/base: project apps/empty (declared)");
    });

    it("takes a consumer that a stack declares by the id of its group, or of itself, for declared", async () => {
        const idOf = (kind: "groups" | "projects", at: string) => world.sandbox.db[kind].first("path", at)!.id;
        const file = stackFile(`config:
  gitlab-fleet:registries:
    ${idOf("projects", "containers/poetry")}: { consumers: { projects: ["${idOf("projects", "apps/etl")}"] } }
    containers/base: { consumers: { groups: [${idOf("groups", "apps")}] } }
`);
        const { stdout } = await scan("--check", "--stack", file);
        expect(stdout).to.match(/containers\/poetry +declared, not applied: jobs fail until pulumi up/);
        expect(stdout).to.not.contain("not declared").and.not.contain("containers/base: group");
    });

    it("reads what a stack shares with others, and finds its file by the stack's name", async () => {
        const root = fs.mkdtempSync(path.join(os.tmpdir(), "access-project-"));
        const from = process.cwd();
        const write = (name: string, text: string) => fs.writeFileSync(path.join(root, name), text);
        write("Pulumi.yaml", "name: fleet\nruntime: nodejs\n");
        write(
            "common.yaml",
            "config:\n  gitlab-fleet:registries:\n    containers/poetry: { consumers: { projects: [apps/etl] } }\n",
        );
        write("Pulumi.prod.yaml", "config:\n  gitlab-fleet:extends: [common.yaml]\n");
        write("Pulumi.empty.yaml", "config: {}\n");
        write("Pulumi.wrong.yaml", "config:\n  gitlab-fleet:extends: [commom.yaml]\n");
        process.chdir(root);
        try {
            const check = (stack: string) => scan("--check", "--stack", stack);
            expect((await check("prod")).stdout).to.match(/containers\/poetry +declared, not applied/);
            expect((await check("acme/fleet/prod")).stdout).to.match(/containers\/poetry +declared, not applied/);
            expect((await check("Pulumi.prod.yaml")).stdout).to.match(/containers\/poetry +declared, not applied/);
            write("Pulumi.merged.yaml", "config: { <<: &all { gitlab-fleet:extends: [common.yaml] } }\n");
            expect((await check("merged")).stdout).to.match(/containers\/poetry +declared, not applied/);
            expect((await check("empty")).stderr).to.contain("Pulumi.empty.yaml declares nothing");
            expect(await check("wrong")).to.include({ code: 2 });
            expect((await check("prdo")).stderr)
                .to.contain("of a stack of that name no")
                .and.contain("Pulumi.prdo.yaml");
        } finally {
            process.chdir(from);
            fs.rmSync(root, { recursive: true });
        }
    });

    it("says of an entry that nobody seems to need who in it was not understood", async () => {
        const stack = stackFile(
            "config:\n  gitlab-fleet:registries:\n    containers/base: { consumers: { groups: [apps] } }\n",
        );
        const etl = world.sandbox.db.projects.first("path", "apps/etl")!;
        world.sandbox.faults.plan({
            path: `/api/v4/projects/${etl.id}/ci/lint`,
            times: 0,
            fault: { kind: "status", status: 200, body: { valid: false, errors: ["broken"], merged_yaml: "" } },
        });
        const file = path.join(world.folder, "doubt.html");
        const broken = await scan("--check", "--stack", stack, "--matrix", file);
        expect(broken.stdout).to.contain(
            "containers/base: group apps (declared and allowed, not understood: apps/etl)",
        );
        const { unused } = JSON.parse((await scan("--check", "--stack", stack, "--json")).stdout);
        expect(unused[0].doubtful).to.deep.equal(["apps/etl"]);
        const page = fs.readFileSync(file, "utf8");
        expect(page).to.match(
            /apps\/etl to containers\/base: allowed: [^"]* Whether it needs this is not understood\./,
        );
        expect(page).to.contain("<b>1</b> not understood").and.contain("consumer not understood");
    });
});
