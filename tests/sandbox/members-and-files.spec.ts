import { expect } from "chai";
import { client, sandboxFor } from "./client";
import { WITH_FILES } from "./with-files";

describe("what belongs to projects and groups", () => {
    const sandbox = sandboxFor(WITH_FILES);
    const as = (token?: string) => client(sandbox(), token);
    const _paths = (body: { path_with_namespace: string }[]): string[] => body.map((one) => one.path_with_namespace);

    describe("members and shares", () => {
        it("list inherited and invited members with their highest role", async () => {
            await as("root").post("/projects/4/share", { group_id: 1, group_access: 20 });
            const { body } = await as("developer").get("/projects/4/members/all");
            expect(
                body.map((one: { username: string; access_level: number }) => [one.username, one.access_level]),
            ).to.deep.equal([
                ["owner", 20],
                ["maintainer", 20],
                ["developer", 20],
            ]);
            expect((await as("developer").get("/projects/4/members")).body).to.deep.equal([]);
            expect((await as("developer").get("/groups/apps%2Fsub/members/all")).body).to.have.length(3);
        });

        it("name one direct member", async () => {
            for (const [path, level] of [
                ["/groups/1/members/3", 40],
                ["/groups/apps/members/4", 30],
            ] as const)
                expect((await as("developer").get(path)).body.access_level).to.equal(level);
            expect((await as("developer").get("/projects/1/members/3")).status).to.equal(404);
            await as("owner").post("/projects/1/members", { user_id: 5, access_level: 20 });
            expect((await as("developer").get("/projects/1/members/5")).body).to.include({
                username: "stranger",
                access_level: 20,
            });
        });

        it("share with no group that the project is in", async () => {
            const project = sandbox()
                .db.projects.all()
                .find(({ groupId }) => groupId !== null)!;
            const share = { group_id: project.groupId, group_access: 20 };
            const { status, body } = await as("root").post(`/projects/${project.id}/share`, share);
            expect([status, body.message]).to.deep.equal([
                409,
                "Project cannot be shared with the group it is in or one of its ancestors.",
            ]);
        });

        it("share once, and stop sharing", async () => {
            const shared = await as("root").post("/projects/4/share", { group_id: 1, group_access: 20 });
            expect([shared.status, shared.body]).to.deep.equal([
                201,
                { id: 1, project_id: 4, group_id: 1, group_access: 20, expires_at: null },
            ]);
            const listed = (await as("root").get("/projects/4")).body.shared_with_groups;
            expect(listed[0]).to.include({ group_full_path: "apps", group_access_level: 20 });
            expect((await as("root").post("/projects/4/share", { group_id: 1, group_access: 20 })).status).to.equal(
                409,
            );
            expect((await as("root").post("/projects/4/share", { group_id: 99, group_access: 20 })).status).to.equal(
                404,
            );
            expect((await as("root").delete("/projects/4/share/1")).status).to.equal(204);
            expect((await as("root").delete("/projects/4/share/1")).status).to.equal(404);
            expect((await as("developer").get("/projects/4")).status).to.equal(404);
        });

        it("add members", async () => {
            const add = (user_id: number) =>
                as("maintainer").post("/projects/1/members", { user_id, access_level: 20 });
            expect((await as("stranger").get("/projects/1")).status).to.equal(404);
            expect([(await add(5)).status, (await add(5)).status, (await add(99)).status]).to.deep.equal([
                201, 409, 404,
            ]);
            expect((await as("stranger").get("/projects/1")).status).to.equal(200);
        });
    });

    describe("files and CI configuration", () => {
        it("serve files raw and as JSON, and the tree", async () => {
            const raw = await as("owner").get("/projects/apps%2Fci/repository/files/docker%2FDockerfile/raw?ref=main");
            expect(raw.body).to.equal("FROM alpine\n");
            const json = (await as("owner").get("/projects/apps%2Fci/repository/files/ci%2Fbase.yml?ref=HEAD")).body;
            expect(Buffer.from(json.content, "base64").toString()).to.contain("python:3.11");
            const tree = (await as("owner").get("/projects/apps%2Fci/repository/tree?recursive=true&per_page=100"))
                .body;
            expect(tree.map((one: { type: string; path: string }) => `${one.type} ${one.path}`)).to.deep.equal([
                "tree ci",
                "tree docker",
                "blob .gitlab-ci.yml",
                "blob ci/base.yml",
                "blob docker/Dockerfile",
            ]);
            const top = (await as("owner").get("/projects/apps%2Fci/repository/tree?path=docker")).body;
            expect(top.map((one: { path: string }) => one.path)).to.deep.equal(["docker/Dockerfile"]);
            expect((await as("owner").get("/projects/apps%2Fci/repository/files/no/raw")).status).to.equal(404);
        });

        it("hand out several files together, up to 20 MiB, and to nobody who may not see the code", async () => {
            const paths = ["docker/Dockerfile", "no", "ci/base.yml"];
            const query = `query($paths: [String!]!) { project(fullPath: "apps/ci") { repository { rootRef
                blobs(paths: $paths) { nodes { path name oid rawTextBlob } } } } }`;
            const ask = async (who: string) => (await as(who).graphql(query, { paths })).body;
            const { repository } = (await ask("owner")).data.project;
            const { body } = await as("owner").get("/projects/apps%2Fci/repository/files/docker%2FDockerfile?ref=main");
            expect(repository.rootRef).to.equal("main");
            expect(repository.blobs.nodes[0]).to.deep.equal({
                path: "docker/Dockerfile",
                name: "Dockerfile",
                oid: body.blob_id,
                rawTextBlob: "FROM alpine\n",
            });
            expect(repository.blobs.nodes.map(({ path }: { path: string }) => path)).to.deep.equal([
                paths[0],
                paths[2],
            ]);
            const { db } = sandbox();
            const { id } = db.projects.first("path", "apps/ci")!;
            const file = db.files.first("file", `${id}:main:ci/base.yml`)!;
            db.files.update(file.id, { content: "\0".repeat(21 * 1024 * 1024) });
            expect((await ask("owner")).errors[0].message).to.match(/^Max blobs size limit exceeded/);
            paths.splice(0, 2);
            expect((await ask("owner")).data.project.repository.blobs.nodes[0].rawTextBlob).to.equal(null);
            // Each path counts, twice with a page of 100.
            paths.push(...Array.from({ length: 130 }, (_, at) => `f${at}`));
            expect((await ask("owner")).errors[0].message).to.match(/^Query has complexity of/);
        });

        it("need a ref for JSON and none for raw text; the tree's root is also a slash", async () => {
            const file = "/projects/apps%2Fci/repository/files/docker%2FDockerfile";
            const { status, body } = await as("owner").get(file);
            expect([status, body]).to.deep.equal([400, { error: "ref is missing, ref is empty" }]);
            expect((await as("owner").get(`${file}/raw`)).status).to.equal(200);
            const tree = "/projects/apps%2Fci/repository/tree?path=";
            expect((await as("owner").get(`${tree}%2F`)).body).to.deep.equal((await as("owner").get(tree)).body);
        });

        it("say in headers what a file is, also without its content", async () => {
            const file = "/projects/apps%2Fci/repository/files/docker%2FDockerfile";
            const { body } = await as("owner").get(`${file}?ref=main`);
            for (const [path, method] of [
                [`${file}?ref=main`, "GET"],
                [`${file}?ref=main`, "HEAD"],
                [`${file}/raw`, "HEAD"],
            ] as const) {
                const { headers } = await fetch(`${sandbox().url}/api/v4${path}`, {
                    method,
                    headers: { "private-token": sandbox().tokens.owner! },
                });
                for (const name of ["file_name", "size", "content_sha256", "blob_id", "last_commit_id", "ref"])
                    expect(headers.get(`x-gitlab-${name.replaceAll("_", "-")}`)).to.equal(String(body[name]));
                expect(headers.get("x-gitlab-content")).to.equal(null);
            }
        });

        it("merge includes, extends and references as GitLab does", async () => {
            sandbox().db.files.insert({
                projectId: 2,
                ref: "main",
                path: "shared.yml",
                content: ".shared:\n  image: alpine\n  tags: [docker]\n",
            });
            const { body } = await as("developer").get("/projects/apps%2Fci/ci/lint?include_jobs=true");
            expect([body.valid, body.errors]).to.deep.equal([true, []]);
            expect(body.merged_yaml).to.contain(
                [
                    "build:",
                    "  image: alpine",
                    "  setup:",
                    "    - one",
                    "    - two",
                    "  variables:",
                    "    A: base",
                    "    B: own",
                    "  tags:",
                    "    - docker",
                    "  script:",
                    "    - one",
                    "    - two",
                    "    - make",
                ].join("\n"),
            );
            expect(
                body.includes.map((one: { type: string; location: string }) => [one.type, one.location]),
            ).to.deep.equal([
                ["local", "ci/base.yml"],
                ["file", "/shared.yml"],
            ]);
            expect(body.jobs).to.deep.equal([{ name: "build", stage: "test" }]);
        });

        it("merge in GitLab's order: inputs, variables in includes, extends, then references; of two keys alike the later", async () => {
            const add = (path: string, content: string) =>
                sandbox().db.files.insert({ projectId: 1, ref: "main", path, content });
            const { path_with_namespace: own } = (await as("developer").get("/projects/1")).body;
            const [group] = own.split("/");
            add(`${group}.yml`, ".child: { extends: .parent }\n.parent: { script: [from parent] }\n");
            add(
                "inputs.yml",
                'spec: { inputs: { name: { default: x }, list: { default: [1, 2] } } }\n---\n"$[[ inputs.name ]]-job":\n  script: $[[ inputs.list ]]\n',
            );
            const content = [
                "include:",
                "  - local: $CI_PROJECT_ROOT_NAMESPACE.yml",
                "  - { local: inputs.yml, inputs: { name: $KEPT } }",
                "twice: { script: [first] }",
                "twice: { script: [!reference [.child, script]] }",
            ].join("\n");
            const { body } = await as("developer").post("/projects/1/ci/lint", { content });
            expect(body.errors).to.deep.equal([]);
            expect(body.merged_yaml).to.include("twice:\n  script:\n    - from parent\n");
            expect(body.merged_yaml).to.include("$KEPT-job:\n  script:\n    - 1\n    - 2\n");
        });

        it("say what is wrong with a configuration", async () => {
            const lint = async (content: string) =>
                (await as("developer").post("/projects/1/ci/lint", { content })).body.errors;
            expect(await lint("include: nowhere.yml")).to.deep.equal(["Local file `nowhere.yml` does not exist!"]);
            expect((await lint("include: { project: elsewhere/secret, file: a.yml }"))[0]).to.match(
                /^Project `elsewhere\/secret` not found or access denied!/,
            );
            expect(await lint("job: { stage: test }")).to.deep.equal([
                "jobs:job config should implement the script:, run:, or trigger: keyword",
            ]);
            expect((await lint("a: ["))[0]).to.match(/^Invalid configuration format/);
            expect((await lint("a: { extends: a, script: x }"))[0]).to.contain("circular dependency");
            const none = await as("developer").get("/projects/1/ci/lint");
            expect(none.body.errors).to.deep.equal(["Please provide content of .gitlab-ci.yml"]);
        });
    });
});
