import { expect } from "chai";
import { type Sandbox, startSandbox } from "../../../sandbox";
import { type Plugin, startPlugin } from "../../helpers/plugin";
import { rejection } from "../../helpers/rejection";

describe("describeConsumers and findMembershipGaps", () => {
    let sandbox: Sandbox;
    let plugin: Plugin;

    before(async () => {
        sandbox = await startSandbox({
            seed: {
                users: [
                    { username: "root", admin: true },
                    { username: "olga" },
                    { username: "dev" },
                    { username: "guest" },
                    { username: "ina" },
                    { username: "ext" },
                    { username: "project_9_bot_x" },
                ],
                groups: [
                    { path: "apps", members: { olga: "owner" } },
                    { path: "apps/web", members: { dev: "developer", guest: "guest" } },
                    { path: "data", members: { ina: "developer", olga: "owner" } },
                    { path: "containers", members: { olga: "owner" } },
                    { path: "containers/tools", members: { dev: "maintainer" } },
                ],
                projects: [
                    { path: "containers/poetry", visibility: "private" },
                    { path: "containers/tools/lint", visibility: "private" },
                    { path: "containers/public", visibility: "public" },
                    { path: "containers/members", visibility: "public", registry: "private" },
                    {
                        path: "containers/shared",
                        visibility: "private",
                        sharedWith: [
                            { group: "apps", role: "reporter" },
                            { group: "data", role: "guest" },
                        ],
                    },
                    { path: "apps/etl" },
                    { path: "apps/web/site" },
                    { path: "dev/own" },
                    {
                        path: "apps/invites",
                        members: { ext: "developer", project_9_bot_x: "maintainer", guest: "guest" },
                    },
                    ...Array.from({ length: 120 }, (_, i) => ({ path: `data/p${i}` })),
                ],
                tokens: [{ name: "api", user: "root", scopes: ["api"] }],
            },
        });
    });
    beforeEach(async () => {
        sandbox.journal.clear();
        plugin = await startPlugin("gitlab-fleet", { baseUrl: sandbox.url, token: sandbox.tokens.api });
    });
    afterEach(() => plugin.close());
    after(() => sandbox.close());

    const project = (path: string) => sandbox.db.projects.first("path", path)!.id;
    const group = (path: string) => sandbox.db.groups.first("path", path)!.id;
    const gaps = async (of: string, args: object) =>
        (await plugin.invoke("findMembershipGaps", { project: project(of), ...args } as never)).state.gaps;

    it("says where projects and groups are, and what else is in their top-level groups, a hundred to a request", async () => {
        const data = Array.from({ length: 120 }, (_, i) => project(`data/p${i}`));
        const { state } = await plugin.invoke("describeConsumers", {
            projects: [...data, project("dev/own")],
            groups: [group("apps/web")],
            neighbours: true,
        });
        const { projects, groups, personal, neighbours } = state as unknown as {
            projects: Record<string, string>;
            groups: object;
            personal: string[];
            neighbours: string[];
        };
        expect(projects[String(data[7])]).to.equal("data/p7");
        expect(Object.keys(projects)).to.have.length(121);
        expect(groups).to.deep.equal({ [group("apps/web")]: "apps/web" });
        expect(personal).to.deep.equal(["dev"]);
        expect(neighbours).to.include.members(["apps/etl", "apps/web/site", "data/p119"]).and.not.include("dev/own");
        // Two of the projects' ids, one of the group's, one of apps, two of data.
        expect(sandbox.journal.entries()).to.have.length(6);
    });

    it("names every id that does not exist", async () => {
        const error = await rejection(
            plugin.invoke("describeConsumers", { projects: [project("apps/etl"), 9998], groups: [9999] }),
        );
        expect(error.message).to.match(/GitLab has no (project 9998|group 9999), or the token may not see it\./);
    });

    it("names the people who start pipelines and could not pull", async () => {
        expect(
            await gaps("containers/poetry", { projects: [project("apps/web/site")], groups: [group("data")] }),
        ).to.deep.equal([
            { group: "apps/web", missing: ["dev"], people: 2 },
            { group: "data", missing: ["ina"], people: 2 },
        ]);
    });

    it("finds none where the project is for everybody, unless its registry is for members", async () => {
        expect(await gaps("containers/public", { groups: [group("data")] })).to.deep.equal([]);
        expect(await gaps("containers/members", { groups: [group("data")] })).to.deep.equal([
            { group: "data", missing: ["ina"], people: 2 },
        ]);
    });

    it("takes groups that the project is, or is about to be, shared with for members; a guest's share is too little", async () => {
        expect(await gaps("containers/shared", { groups: [group("apps/web"), group("data")] })).to.deep.equal([
            { group: "data", missing: ["ina"], people: 2 },
        ]);
        expect(
            await gaps("containers/poetry", { groups: [group("data")], grantedGroups: [group("data")] }),
        ).to.deep.equal([]);
    });

    it("names nobody where a group could not be read, whose share may let all of them in", async () => {
        const body = { message: "400 Bad request" };
        sandbox.faults.plan({ method: "GET", path: "/groups/apps", fault: { kind: "status", status: 400, body } });
        const error = await rejection(gaps("containers/shared", { groups: [group("apps/web")] }));
        expect(error.message).to.contain("GitLab refused GET /groups/apps (400)");
    });

    it("sees people of a project alone: invited ones, bots of its tokens, the owner of its namespace", async () => {
        const projects = [project("apps/invites"), project("dev/own")];
        expect(await gaps("containers/poetry", { projects })).to.deep.equal([
            { project: "apps/invites", missing: ["ext", "project_9_bot_x"], people: 2 },
            { project: "dev/own", missing: ["dev"], people: 1 },
        ]);
        // The project is shared with their group, and so with nobody who was invited to one of its projects.
        expect(await gaps("containers/shared", { projects: [project("apps/invites")] })).to.deep.equal([
            { project: "apps/invites", missing: ["ext", "project_9_bot_x"], people: 2 },
        ]);
        const own = { projects: [project("dev/own")], grantedGroups: [group("apps/web")] };
        expect(await gaps("containers/poetry", own)).to.deep.equal([]);
    });

    it("takes members of a group above the producer for its members", async () => {
        expect(
            await gaps("containers/tools/lint", {
                groups: [group("containers")],
                projects: [project("apps/web/site")],
            }),
        ).to.deep.equal([]);
    });
});
