import { Gitlab } from "@gitbeaker/rest";
import { expect } from "chai";
import { sandboxFor } from "../client";

describe("@gitbeaker/rest", () => {
    const sandbox = sandboxFor();
    const as = (token: string) => new Gitlab({ host: sandbox().url, token: sandbox().tokens[token]! });
    const failure = async (request: Promise<unknown>): Promise<string> => {
        try {
            await request;
        } catch (error) {
            const { description, response } = (error as { cause: { description: string; response: Response } }).cause;
            return `${response.status} ${description}`;
        }
        throw new Error("the request went through");
    };

    it("creates runners by the authentication-token flow and walks all pages of them", async () => {
        const api = as("owner");
        for (let n = 0; n < 25; n++) {
            await api.Users.createCIRunner("group_type", { groupId: 1, description: `r${n}`, tagList: ["a", "b"] });
        }
        const all = await api.Runners.all({ owned: true, perPage: 10 });
        expect(all.map((runner) => runner.description)).to.deep.equal(Array.from({ length: 25 }, (_, n) => `r${n}`));
        const inGroup = await api.Runners.all({ groupId: "apps", perPage: 100 });
        expect(inGroup).to.have.length(25);
        const details = await api.Runners.show(all[0]!.id);
        expect(details.tag_list).to.deep.equal(["a", "b"]);
    });

    it("changes, assigns, unassigns and deletes a runner", async () => {
        const api = as("owner");
        const { id } = await api.Users.createCIRunner("project_type", { projectId: 1 });
        const edited = await api.Runners.edit(id, { description: "new", tagList: ["x"], runUntagged: false });
        expect(edited).to.include({ description: "new", run_untagged: false });
        expect((await api.Runners.enable("apps/web", id)).id).to.equal(id);
        expect((await api.Runners.show(id)).projects).to.have.length(2);
        await api.Runners.disable("apps/web", id);
        await api.Runners.remove({ runnerId: id });
        expect(await failure(api.Runners.show(id))).to.equal("404 404 Runner Not Found");
    });

    it("reads a project by path and edits its allowlists", async () => {
        const api = as("maintainer");
        const { id } = await api.Projects.show("apps/etl");
        const scopes = api.ProjectJobTokenScopes;
        expect((await scopes.show(id)).inbound_enabled).to.equal(true);
        await scopes.edit(id, true);
        await scopes.addToInboundAllowList(id, 2);
        expect((await scopes.showInboundAllowList(id)).map((project) => project.id)).to.deep.equal([1, 2]);
        await scopes.removeFromInboundAllowList(id, 2);
        await scopes.addToGroupsAllowList(id, 2);
        expect((await scopes.showGroupsAllowList(id)).map((group) => group.name)).to.deep.equal(["sub"]);
        await scopes.removeFromGroupsAllowList(id, 2);
        expect(await failure(scopes.removeFromGroupsAllowList(id, 2))).to.equal(
            "400 400 Bad request - Target group is not in the job token scope",
        );
    });

    it("reads who it is, the version and a group", async () => {
        const api = as("owner");
        expect((await api.Users.showCurrentUser()).username).to.equal("owner");
        expect((await api.Metadata.show()).version).to.match(/^19\./);
        expect((await api.Groups.show("apps/sub")).full_path).to.equal("apps/sub");
    });

    it("gets GitLab's words with each refusal", async () => {
        expect(await failure(as("stranger").Projects.show("apps/etl"))).to.equal("404 404 Project Not Found");
        expect(await failure(as("developer").Users.createCIRunner("group_type", { groupId: 1 }))).to.equal(
            "403 403 Forbidden - Insufficient permissions",
        );
        expect(await failure(as("nobody").Users.showCurrentUser())).to.match(/^401/);
    });
});
