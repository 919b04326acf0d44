import { expect } from "chai";
import { fakeGitLab } from "../../../helpers/fake-gitlab";
import { type Plugin, startPlugin } from "../../../helpers/plugin";
import { rejection } from "../../../helpers/rejection";

const TYPE = "ProjectShareGroup";
const INPUTS = { project: "apps/etl", groupId: 9, groupAccess: "reporter" };
const ID = "apps/etl:9";
const PROJECT = "/api/v4/projects/apps%2Fetl";

describe("the end of a ProjectShareGroup", () => {
    const share = (group_id: number, group_access_level = 20) => ({ group_id, group_access_level, expires_at: null });
    let shares: ReturnType<typeof share>[];
    /** Whether the token may look at the project, and at the group. */
    let sees: { project: boolean; group: boolean };
    let refusal: number;
    let plugin: Plugin;
    let fake: Awaited<ReturnType<typeof fakeGitLab>>;

    beforeEach(async () => {
        [shares, sees, refusal] = [[], { project: true, group: true }, 404];
        fake = await fakeGitLab(({ method, path }) => {
            if (path.startsWith(`${PROJECT}/share`)) return { status: refusal, json: { message: `${refusal} no` } };
            if (method === "GET" && path.startsWith("/api/v4/groups/9") && sees.group)
                return { json: { id: 9, full_path: "data" } };
            if (path === PROJECT && sees.project)
                return { json: { id: 7, path_with_namespace: "apps/etl", shared_with_groups: shares } };
            return { status: 404, json: { message: "404 Not Found" } };
        });
        plugin = await startPlugin("gitlab", { baseUrl: fake.url, token: "x" });
    });
    afterEach(async () => {
        await plugin.close();
        await fake.close();
    });

    it("is there already where the project is shared with others alone", async () => {
        shares = [share(8)];
        await plugin.delete(TYPE, ID, INPUTS);
        expect(await plugin.read(TYPE, ID, INPUTS, INPUTS)).to.equal(undefined);
    });

    it("is not believed where the share is there still, or the project cannot be seen", async () => {
        shares = [share(8), share(9)];
        expect((await rejection(plugin.delete(TYPE, ID, INPUTS))).message).to.contain("(404)");
        shares = [];
        sees.project = false;
        expect((await rejection(plugin.delete(TYPE, ID, INPUTS))).message).to.contain("404");
    });

    it("is not believed where GitLab refuses for another reason", async () => {
        refusal = 403;
        expect((await rejection(plugin.delete(TYPE, ID, INPUTS))).message).to.contain("(403)");
    });

    it("is put right by up, but not on the day that it was to come", async () => {
        const changes = async (expiresAt?: string) => {
            const inputs = { ...INPUTS, ...(expiresAt === undefined ? {} : { expiresAt }) };
            return (await plugin.diff(TYPE, ID, inputs, inputs)).changes;
        };
        expect(await changes()).to.equal(true);
        expect(await changes("2999-01-01")).to.equal(true);
        expect(await changes("2020-01-01")).to.equal(false);
    });

    it("is not known where the token may not see the group, because GitLab lists no such share", async () => {
        sees.group = false;
        expect((await plugin.diff(TYPE, ID, INPUTS, INPUTS)).changes).to.equal(false);
    });

    it("is that of the group that is meant, among others", async () => {
        shares = [share(8, 30), share(9)];
        expect((await plugin.read(TYPE, ID))!.state).to.include({ groupId: 9, groupAccess: "reporter" });
    });

    it("is on no day that GitLab would not understand", async () => {
        const of = async (expiresAt: string) => (await plugin.check(TYPE, { ...INPUTS, expiresAt })).failures.length;
        expect(await of("2030-12-31")).to.equal(0);
        for (const wrong of ["2030-1-31", "12030-12-31", "2030-12-310", "30-12-31", "20x0-12-31", "31.12.2030", ""]) {
            expect(await of(wrong), wrong).to.equal(1);
        }
    });
});
