import { expect } from "chai";
import { fakeGitLab } from "../../../helpers/fake-gitlab";
import { type Plugin, startPlugin } from "../../../helpers/plugin";
import { rejection } from "../../../helpers/rejection";

const TYPE = "ProjectShareGroup";
const INPUTS = { project: "apps/etl", groupId: 9, groupAccess: "reporter" };

describe("ProjectShareGroup", () => {
    let shares: { group_id: number; group_access_level: number; expires_at: string | null }[];
    let plugin: Plugin;
    let fake: Awaited<ReturnType<typeof fakeGitLab>>;

    beforeEach(async () => {
        shares = [];
        const ETL = "/api/v4/projects/apps%2Fetl";
        const answers: Record<string, (body: string) => { status?: number; json?: unknown }> = {
            [`GET ${ETL}`]: () => ({ json: { id: 7, path_with_namespace: "apps/etl", shared_with_groups: shares } }),
            [`POST ${ETL}/share`]: (body) => {
                const { group_id, group_access, expires_at = null } = JSON.parse(body);
                if (shares.length > 0)
                    return { status: 409, json: { message: "Group already shared with this group" } };
                shares.push({ group_id, group_access_level: group_access, expires_at });
                return { status: 201, json: {} };
            },
            [`DELETE ${ETL}/share/9`]: () => {
                const there = shares.length > 0;
                shares = [];
                return there ? { status: 204 } : { status: 404, json: { message: "404 Not Found" } };
            },
        };
        const missing = { status: 404, json: { message: "404 Project Not Found" } };
        fake = await fakeGitLab(({ method, path, body }) => answers[`${method} ${path}`]?.(body) ?? missing);
        plugin = await startPlugin("gitlab", { baseUrl: fake.url, token: "x" });
    });
    afterEach(async () => {
        await plugin.close();
        await fake.close();
    });

    it("shares, is found by its id, and ends the share", async () => {
        const { id, state } = await plugin.create(TYPE, { ...INPUTS, expiresAt: "2030-01-01" });
        expect(id).to.equal("apps/etl:9");
        expect(shares).to.deep.equal([{ group_id: 9, group_access_level: 20, expires_at: "2030-01-01" }]);
        expect((await plugin.read(TYPE, id))!.inputs).to.deep.equal({ ...INPUTS, expiresAt: "2030-01-01" });
        await plugin.delete(TYPE, id, state);
        expect(await plugin.read(TYPE, id, state)).to.equal(undefined);
        await plugin.delete(TYPE, id, state);
        expect(await plugin.read(TYPE, "gone/project:9")).to.equal(undefined);
    });

    it("takes over a share that is as declared, which an up that was killed may have made, and says so", async () => {
        shares.push({ group_id: 9, group_access_level: 20, expires_at: null });
        const { id, state } = await plugin.create(TYPE, INPUTS);
        expect(plugin.logs.at(-1)?.message).to.include("was shared with group 9 as reporter already");
        await plugin.delete(TYPE, id, state);
        expect(shares).to.deep.equal([]);
    });

    it("leaves to people the role that ignoreChanges names", async () => {
        const { id, state } = await plugin.create(TYPE, INPUTS);
        shares[0]!.group_access_level = 30;
        expect((await plugin.diff(TYPE, id, state, INPUTS, INPUTS)).replaces).to.deep.equal(["groupAccess"]);
        expect((await plugin.diff(TYPE, id, state, INPUTS, INPUTS, ["groupAccess"])).changes).to.equal(false);
    });

    it("leaves a share of another role or end alone, and fails", async () => {
        for (const other of [{ group_access_level: 30 }, { expires_at: "2030-01-01" }]) {
            shares = [{ group_id: 9, group_access_level: 20, expires_at: null, ...other }];
            expect((await rejection(plugin.create(TYPE, INPUTS))).message).to.include("409");
            expect(shares).to.have.length(1);
        }
    });

    it("replaces for every change, the old share first", async () => {
        const diff = await plugin.diff(TYPE, "apps/etl:9", INPUTS, { ...INPUTS, groupAccess: "developer" });
        expect(diff).to.deep.include({ replaces: ["groupAccess"], deleteBeforeReplace: true });
    });

    it("sees a role that was changed by hand", async () => {
        const { id, state } = await plugin.create(TYPE, INPUTS);
        shares[0]!.group_access_level = 30;
        const found = await plugin.read(TYPE, id, state, INPUTS);
        expect((await plugin.diff(TYPE, id, found!.state, INPUTS)).replaces).to.deep.equal(["groupAccess"]);
    });

    it("previews without a request, and refuses roles and dates that GitLab would", async () => {
        await plugin.create(TYPE, INPUTS, { preview: true });
        expect(fake.requests).to.deep.equal([]);
        const { failures } = await plugin.check(TYPE, { ...INPUTS, groupAccess: "boss", expiresAt: "soon" });
        expect(failures.map(({ property }) => property)).to.deep.equal(["groupAccess", "expiresAt"]);
        expect((await rejection(plugin.read(TYPE, "apps/etl"))).message).to.contain("<project>:<group id>");
    });
});
