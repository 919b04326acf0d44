import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { PulumiStack, root } from "../../../dev/scripts/pulumi";
import { startSandbox } from "../../../sandbox";
import { startRegistry } from "./registry";
import { packed, UsersProject } from "./users-project";

describe("pulumi new templates/gitlab-fleet", () => {
    it("makes a project that asks for the address, and runs once it has a group: preview, up, nothing left to do", async () => {
        const sandbox = await startSandbox({ seed: path.join(root, "sandbox/seeds/demo.yaml") });
        const registry = await startRegistry(await packed());
        const project = new UsersProject();
        const world = new UsersProject();
        // The name that `stack init` is asked for comes out of this file.
        world.write({ "Pulumi.yaml": "name: mine\n" });
        const stack = new PulumiStack({
            folder: world.folder,
            project: world.folder,
            stack: "dev",
            config: "",
            env: {
                GITLAB_TOKEN: sandbox.tokens.owner!,
                npm_config_registry: registry.url,
                npm_config_audit: "false",
                PULUMI_NODEJS_TYPESCRIPT: "true",
            },
        });
        const pulumi = async (...args: string[]) => {
            const result = await stack.spawn("pulumi", [...args, "--non-interactive"], { cwd: project.folder });
            expect(result.code, result.output).to.equal(0);
            return result.output;
        };
        try {
            await pulumi(
                ...["new", path.join(root, "templates/gitlab-fleet"), "--yes", "--name", "mine", "--stack", "dev"],
                ...["-c", `gitlab:baseUrl=${sandbox.url}/api/v4/`],
            );
            expect(fs.readdirSync(project.folder)).to.include.members([
                ...["Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.staging.yaml", "Pulumi.prod.yaml"],
                ...["index.ts", "package.json", "tsconfig.json", ".gitlab-ci.yml", ".gitignore", ".vscode"],
            ]);
            expect(project.read("Pulumi.yaml")).to.contain("path: node_modules/gitlab-fleet/plugin");
            const declared = project.read("Pulumi.dev.yaml");
            expect(declared).to.contain(sandbox.url).and.contain("group: my-group");
            project.write({ "Pulumi.dev.yaml": declared.replace("my-group}", "apps}") });
            // The files of the other stacks declare nothing yet, and `validate` says so.
            expect(await project.run("npx", ["gitlab-fleet", "validate"])).to.equal(
                "No mistake in 3 stacks. No key below gitlab-fleet: is in prod, staging: what a program declares by itself is not checked here.\n",
            );
            // Seen by the compiler of the project's own, too.
            await project.run("npx", ["tsc"]);
            expect(await pulumi("preview", "--stack", "dev")).to.match(/UserRunner\s+docker-small\s+create/);
            await pulumi("up", "--yes", "--skip-preview", "--stack", "dev");
            expect(sandbox.db.runners.all().map(({ description }) => description)).to.include("docker-small");
            expect(project.read("gitlab-runner/config.toml")).to.contain('name = "docker-small"');
            await pulumi("preview", "--expect-no-changes", "--stack", "dev");
            // Until a registry has the package, `make package` leaves a template that brings its tarball along.
            const tarball = await packed();
            const template = path.join(root, ".cache/template/gitlab-fleet");
            const { dependencies } = JSON.parse(fs.readFileSync(path.join(template, "package.json"), "utf8"));
            expect(dependencies["gitlab-fleet"]).to.equal(`file:${path.basename(tarball)}`);
            expect(
                fs.readFileSync(path.join(template, path.basename(tarball))).equals(fs.readFileSync(tarball)),
            ).to.equal(true);
            for (const schema of Object.keys(JSON.parse(project.read(".vscode/settings.json"))["yaml.schemas"])) {
                expect(JSON.parse(project.read(schema))).to.have.property("$schema");
            }
            // The pipeline's image is made of what came with the package: a checkout in a job gets its packages from there.
            world.write({ "package-lock.json": project.read("package-lock.json") });
            const setUp = path.join(project.folder, "node_modules/gitlab-fleet/ci/image/fleet-setup");
            await world.run("env", [`FLEET_IMAGE_ROOT=${project.folder}`, setUp]);
            expect(fs.readdirSync(path.join(world.folder, "node_modules"))).to.include("gitlab-fleet");
        } finally {
            project.remove();
            world.remove();
            await registry.close();
            await sandbox.close();
        }
    });
});
