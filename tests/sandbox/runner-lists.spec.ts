import { expect } from "chai";
import { addManager, addRunner } from "../../sandbox";
import { client, sandboxFor } from "./client";

describe("lists of runners", () => {
    const sandbox = sandboxFor();
    const as = (token?: string) => client(sandbox(), token);
    const ids = async (path: string, token = "owner"): Promise<number[]> =>
        (await as(token).get(path)).body.map((runner: { id: number }) => runner.id);

    beforeEach(() => {
        const { db } = sandbox();
        addRunner(db, { runnerType: "instance_type" }); // 1
        addRunner(db, { runnerType: "group_type", groupId: 1, tagList: ["a", "b"] }); // 2
        addRunner(db, { runnerType: "group_type", groupId: 2, active: false }); // 3, in apps/sub
        addRunner(db, { runnerType: "project_type", tagList: ["a"] }, [1]); // 4, apps/etl
        addRunner(db, { runnerType: "group_type", groupId: 3 }); // 5, elsewhere
    });

    it("shows what the caller manages under /runners", async () => {
        expect(await ids("/runners")).to.deep.equal([2, 3, 4]);
        expect(await ids("/runners", "maintainer")).to.deep.equal([4]);
        expect(await ids("/runners", "stranger")).to.deep.equal([]);
    });

    it("shows everything under /runners/all, to administrators", async () => {
        expect(await ids("/runners/all", "root")).to.deep.equal([1, 2, 3, 4, 5]);
        const { status, body } = await as("owner").get("/runners/all");
        expect([status, body]).to.deep.equal([403, { message: "403 Forbidden" }]);
    });

    it("shows a project its own, its groups' and the instance's runners", async () => {
        expect(await ids("/projects/1/runners")).to.deep.equal([1, 2, 4]);
        expect(await ids("/projects/apps%2Fsub%2Fdeep/runners")).to.deep.equal([1, 2, 3]);
        sandbox().db.projects.update(1, { groupRunnersEnabled: false, sharedRunnersEnabled: false });
        expect(await ids("/projects/1/runners")).to.deep.equal([4]);
    });

    it("shows a group its own and inherited runners, not those below", async () => {
        expect(await ids("/groups/apps/runners")).to.deep.equal([1, 2]);
        expect(await ids("/groups/apps%2Fsub/runners")).to.deep.equal([1, 2, 3]);
    });

    it("answers 403 to developers and 404 to who may not see the scope", async () => {
        expect((await as("developer").get("/groups/1/runners")).body).to.deep.equal({ message: "403 Forbidden" });
        expect((await as("developer").get("/projects/1/runners")).body).to.deep.equal({ message: "403 Forbidden" });
        expect((await as("stranger").get("/groups/1/runners")).body).to.deep.equal({ message: "404 Group Not Found" });
        expect((await as("stranger").get("/projects/1/runners")).body).to.deep.equal({
            message: "404 Project Not Found",
        });
    });

    it("combines filters with and", async () => {
        addManager(sandbox().db, { runnerId: 2, systemId: "s", version: "19.3.0" });
        expect(await ids("/runners/all?type=group_type", "root")).to.deep.equal([2, 3, 5]);
        expect(await ids("/runners/all?paused=true", "root")).to.deep.equal([3]);
        expect(await ids("/runners/all?status=paused&type=project_type", "root")).to.deep.equal([]);
        expect(await ids("/runners/all?tag_list=a,b", "root")).to.deep.equal([2]);
        expect(await ids("/runners/all?tag_list[]=a", "root")).to.deep.equal([2, 4]);
        expect(await ids("/runners/all?version_prefix=19.", "root")).to.deep.equal([2]);
        expect(await ids("/runners/all?scope=specific", "root")).to.deep.equal([4]);
    });

    it("refuses filters that GitLab does not know", async () => {
        expect((await as("owner").get("/runners?status=dead")).body).to.deep.equal({
            error: "status does not have a valid value",
        });
        const { status, body } = await as("owner").get("/runners?scope=specific");
        expect([status, body]).to.deep.equal([400, { message: "Scope contains invalid value" }]);
    });

    it("carries no tags and no settings", async () => {
        const { body } = await as("owner").get("/groups/1/runners");
        for (const key of ["tag_list", "locked", "run_untagged", "access_level", "maintenance_note", "token"]) {
            expect(body[1]).not.to.have.property(key);
        }
    });

    it("pages with GitLab's headers, on GitLab's own address", async () => {
        sandbox().db.settings.externalUrl = "https://gitlab.example.org:8443";
        const { headers, body } = await as("root").get("/runners/all?per_page=2&page=2&private_token=x");
        expect(body.map((runner: { id: number }) => runner.id)).to.deep.equal([3, 4]);
        expect(headers.get("x-next-page")).to.equal("3");
        expect(headers.get("x-prev-page")).to.equal("1");
        expect(headers.get("x-total")).to.equal("5");
        expect(headers.get("x-total-pages")).to.equal("3");
        expect(headers.get("link")).to.equal(
            ["prev", "next", "first", "last"]
                .map((rel, at) => {
                    const page = [1, 3, 1, 3][at];
                    const base = "https://gitlab.example.org:8443/api/v4/runners/all";
                    return `<${base}?per_page=2&page=${page}>; rel="${rel}"`;
                })
                .join(", "),
        );
    });

    it("leaves totals out when it does not count", async () => {
        sandbox().db.settings.paginationTotals = false;
        const { headers } = await as("root").get("/runners/all?per_page=2");
        expect(headers.has("x-total")).to.equal(false);
        expect(headers.get("link")).not.to.contain('rel="last"');
        expect(headers.get("x-next-page")).to.equal("2");
    });
});
