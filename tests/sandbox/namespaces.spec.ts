import { expect } from "chai";
import { moveProject } from "../../sandbox";
import { client, PEOPLE, sandboxFor } from "./client";

describe("projects, groups and their members", () => {
    const sandbox = sandboxFor({
        ...PEOPLE,
        projects: [
            ...PEOPLE.projects!,
            {
                path: "apps/ci",
                files: {
                    ".gitlab-ci.yml": [
                        "include:",
                        "  - local: /ci/*.yml",
                        "  - { project: apps/web, file: /shared.yml }",
                        "stages: [build]",
                        "build:",
                        "  extends: [.base, .shared]",
                        "  script:",
                        "    - !reference [.base, setup]",
                        "    - make",
                        "  variables: { B: own }",
                    ].join("\n"),
                    "ci/base.yml":
                        ".base:\n  image: python:3.11\n  setup: [one, two]\n  variables: { A: base, B: base }\n",
                    "docker/Dockerfile": "FROM alpine\n",
                },
            },
        ],
    });
    const as = (token?: string) => client(sandbox(), token);
    const paths = (body: { path_with_namespace: string }[]): string[] => body.map((one) => one.path_with_namespace);

    describe("lists", () => {
        it("take the booleans of every client, also Python's", async () => {
            for (const yes of ["true", "True", "1", "yes"]) {
                const { status, body } = await as("maintainer").get(`/projects?owned=${yes}`);
                expect([status, body]).to.deep.equal([200, []]);
            }
            expect((await as("owner").get("/projects?owned=True")).body).to.have.length.above(0);
        });

        it("show the caller's own projects, or all that can be seen, newest first", async () => {
            expect(paths((await as("stranger").get("/projects")).body)).to.deep.equal(["elsewhere/open"]);
            const { body } = await as("developer").get("/projects?membership=true&simple=true");
            expect(paths(body)).to.deep.equal(["apps/ci", "apps/sub/deep", "apps/web", "apps/etl"]);
            expect((await as("developer").get("/projects?owned=true")).body).to.deep.equal([]);
            expect(paths((await as("owner").get("/projects?search=eTl&order_by=id&sort=asc")).body)).to.deep.equal([
                "apps/etl",
            ]);
        });

        it("show a group's projects, with those of subgroups if wanted", async () => {
            expect(paths((await as("owner").get("/groups/apps/projects")).body)).to.deep.equal([
                "apps/ci",
                "apps/web",
                "apps/etl",
            ]);
            const all = await as("owner").get("/groups/apps/projects?include_subgroups=true&order_by=path&sort=asc");
            expect(paths(all.body)).to.deep.equal(["apps/ci", "apps/sub/deep", "apps/etl", "apps/web"]);
        });

        it("page projects by keyset when asked", async () => {
            const first = await as("owner").get(
                "/projects?pagination=keyset&order_by=id&sort=asc&per_page=2&membership=true",
            );
            expect(paths(first.body)).to.deep.equal(["apps/etl", "apps/web"]);
            const next = /<[^>]+\/api\/v4([^>]+)>; rel="next"/.exec(first.headers.get("link")!)![1]!;
            expect(paths((await as("owner").get(next)).body)).to.deep.equal(["apps/sub/deep", "apps/ci"]);
        });

        for (const [text, groups, projects] of [
            ["", ["apps", "apps/sub"], ["apps/ci", "apps/etl", "apps/sub/deep", "apps/web"]],
            ["pp", [], []],
            ["PPS", ["apps", "apps/sub"], []],
            ["apps/sub", ["apps/sub"], []],
            ["apps / sub", ["apps/sub"], []],
            ["sub apps", ["apps/sub"], []],
            ["etl", [], ["apps/etl"]],
            ["nightly", [], ["apps/web"]],
            ['"runs nightly"', [], ["apps/web"]],
            ['"nightly runs"', [], []],
            ["nightly runs ab", [], ["apps/web"]],
            ["ci", [], ["apps/ci"]],
        ] as const)
            it(`find what has ${text || "anything"} in path or name: groups also in those of groups above`, async () => {
                sandbox().db.projects.update(2, { description: "Runs nightly." });
                const asked = encodeURIComponent(text);
                const own = (rows: { full_path: string }[]) => rows.map((row) => row.full_path).sort();
                expect(own((await as("owner").get(`/groups?search=${asked}&owned=true`)).body)).to.deep.equal(groups);
                expect(
                    paths((await as("owner").get(`/projects?search=${asked}&membership=true`)).body).sort(),
                ).to.deep.equal(projects);
                const query = `query($text: String) {
                    groups(search: $text) { nodes { fullPath } }
                    projects(search: $text, membership: true) { nodes { fullPath } }
                    group(fullPath: "apps") { descendantGroups(search: $text) { nodes { fullPath } } }
                }`;
                const { data } = (await as("owner").graphql(query, { text })).body;
                const names = (list: { nodes: { fullPath: string }[] }) => list.nodes.map((row) => row.fullPath).sort();
                expect(names(data.groups)).to.deep.equal(groups);
                expect(names(data.projects)).to.deep.equal(projects);
                // Below one group its path is no longer asked for.
                expect(names(data.group.descendantGroups)).to.deep.equal(text === "" ? ["apps/sub"] : []);
            });

        it("show groups by name, and subgroups", async () => {
            const names = async (path: string, token = "owner") =>
                (await as(token).get(path)).body.map((group: { full_path: string }) => group.full_path);
            expect(await names("/groups")).to.deep.equal(["apps", "apps/sub"]);
            expect(await names("/groups", "root")).to.deep.equal(["apps", "elsewhere", "apps/sub"]);
            expect(await names("/groups?top_level_only=true")).to.deep.equal(["apps"]);
            expect(await names("/groups/apps/subgroups")).to.deep.equal(["apps/sub"]);
        });
    });

    describe("changes", () => {
        it("create projects and groups where the caller may", async () => {
            const project = await as("owner").post("/projects", { name: "New One", namespace_id: 2 });
            expect([project.status, project.body.path_with_namespace]).to.deep.equal([201, "apps/sub/new-one"]);
            expect((await as("owner").post("/projects", { path: "etl", namespace_id: 1 })).status).to.equal(400);
            expect((await as("stranger").post("/projects", { path: "x", namespace_id: 1 })).status).to.equal(403);
            expect((await as("stranger").post("/projects", { path: "x" })).body.path_with_namespace).to.equal(
                "stranger/x",
            );
            const group = await as("owner").post("/groups", { name: "Deep", path: "deep", parent_id: 2 });
            expect(group.body).to.include({ full_path: "apps/sub/deep", full_name: "apps / sub / Deep" });
        });

        it("rename and move, and old paths lead to the new ones", async () => {
            await as("owner").put("/groups/apps%2Fsub", { path: "below" });
            expect((await as("owner").get("/projects/3")).body.path_with_namespace).to.equal("apps/below/deep");
            expect((await as("owner").get("/projects/apps%2Fsub%2Fdeep")).status).to.equal(301);
            moveProject(sandbox().db, 1, { groupId: 2 });
            expect((await as("owner").get("/projects/apps%2Fbelow%2Fetl")).body.id).to.equal(1);
            await as("owner").put("/projects/1", { path: "new", container_registry_access_level: "private" });
            expect((await as("owner").get("/projects/1")).body).to.include({
                path_with_namespace: "apps/below/new",
                container_registry_access_level: "private",
            });
        });

        it("mark for deletion first, and delete at the second, explicit time", async () => {
            const { db } = sandbox();
            db.projectLinks.insert({
                sourceId: 2,
                targetId: 1,
                direction: "inbound",
                defaultPermissions: true,
                policies: [],
                addedById: null,
                autopopulated: false,
                createdAt: 0,
            });
            expect((await as("maintainer").delete("/projects/1")).status).to.equal(403);
            expect((await as("owner").delete("/projects/1")).status).to.equal(202);
            const marked = (await as("owner").get("/projects/1")).body;
            expect(marked.path_with_namespace).to.equal("apps/etl-deletion_scheduled-1");
            expect(marked.marked_for_deletion_on).to.match(/^\d{4}-\d\d-\d\d$/);
            const gone = `/projects/1?permanently_remove=true&full_path=`;
            expect((await as("owner").delete(`${gone}wrong`)).status).to.equal(400);
            expect((await as("owner").delete(gone + encodeURIComponent(marked.path_with_namespace))).status).to.equal(
                202,
            );
            expect((await as("owner").get("/projects/1")).status).to.equal(404);
            expect(db.projectLinks.size).to.equal(0);
        });

        for (const [what, path] of [
            ["Project", "/projects/1"],
            ["Group", "/groups/2"],
        ] as const) {
            it(`mark once, in path and name: ${what}`, async () => {
                const before = (await as("owner").get(path)).body;
                expect((await as("owner").delete(path)).status).to.equal(202);
                const marked = (await as("owner").get(path)).body;
                const suffix = `-deletion_scheduled-${before.id}`;
                expect(marked).to.include({ path: before.path + suffix, name: before.name + suffix });
                const { status, body } = await as("owner").delete(path);
                const message = `${what} has been already marked for deletion`;
                expect([status, body]).to.deep.equal([400, { message }]);
                expect((await as("owner").get(path)).body.path).to.equal(marked.path);
            });
        }

        it("are namespaces by id and path, like users for themselves", async () => {
            const group = (await as("developer").get("/namespaces/apps")).body;
            expect(group).to.include({ id: 1, kind: "group", full_path: "apps", parent_id: null });
            expect((await as("developer").get("/namespaces/1")).body).to.deep.equal(group);
            const own = (await as("developer").get("/namespaces/developer")).body;
            expect(own).to.include({ kind: "user", full_path: "developer" });
            expect((await as("developer").get(`/namespaces/${own.id}`)).body).to.deep.equal(own);
            for (const other of ["owner", "elsewhere", "nothing", "99"])
                expect((await as("developer").get(`/namespaces/${other}`)).status).to.equal(404);
        });

        it("have no address of a README without one", async () => {
            expect((await as("owner").get("/projects/1")).body.readme_url).to.equal(null);
            sandbox().db.files.insert({ projectId: 1, ref: "main", path: "README.md", content: "# etl" });
            expect((await as("owner").get("/projects/1")).body.readme_url).to.match(
                /apps\/etl\/-\/blob\/main\/README.md$/,
            );
        });

        it("are in a GitLab that says under two addresses what it is", async () => {
            const { body } = await as("owner").get("/version");
            expect(body).to.include({ enterprise: true }).and.to.have.nested.property("kas.enabled", false);
            expect((await as("owner").get("/metadata")).body).to.deep.equal(body);
        });

        it("show an administrator everybody's address, and nobody else", async () => {
            expect((await as("root").get("/users")).body[0].email).to.match(/@/);
            expect((await as("owner").get("/users")).body[0]).not.to.have.property("email");
        });
    });

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
