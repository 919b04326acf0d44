import { expect } from "chai";
import { moveProject } from "../../sandbox";
import { client, sandboxFor } from "./client";
import { WITH_FILES } from "./with-files";

describe("projects, groups and their members", () => {
    const sandbox = sandboxFor(WITH_FILES);
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
});
