import { expect } from "chai";
import { type Sandbox, startSandbox } from "../../../../sandbox";
import { type Plugin, startPlugin } from "../../../helpers/plugin";
import { rejection } from "../../../helpers/rejection";

const ENTRY = "ProjectJobTokenScope";

describe("a list that others have filled", () => {
    let sandbox: Sandbox;
    let plugin: Plugin;
    let project: string;
    let off: string;
    let all: number[];

    before(async () => {
        const names = Array.from({ length: 198 }, (_, i) => `apps/p${i + 1}`);
        sandbox = await startSandbox({
            seed: {
                users: [{ username: "olga" }],
                groups: [{ path: "apps", members: { olga: "owner" } }],
                projects: [
                    { path: "apps/p{n}", count: 204 },
                    { path: "apps/it", jobTokenScope: { enabled: true, projects: names } },
                    { path: "apps/off", jobTokenScope: { enabled: false } },
                ],
                tokens: [{ name: "api", user: "olga", scopes: ["api"] }],
            },
        });
        project = String(sandbox.db.projects.first("path", "apps/it")!.id);
        off = String(sandbox.db.projects.first("path", "apps/off")!.id);
        all = sandbox.db.projects.all().map(({ id }) => id);
    });
    beforeEach(async () => {
        plugin = await startPlugin("gitlab", { baseUrl: sandbox.url, token: sandbox.tokens.api });
    });
    afterEach(() => plugin.close());
    after(() => sandbox.close());

    const preview = (...targets: number[]) =>
        Promise.all(
            targets.map((targetProjectId) => plugin.create(ENTRY, { project, targetProjectId }, { preview: true })),
        );
    const said = () => plugin.logs.map(({ severity, message }) => `${severity}: ${message}`);

    it("is told in a preview once, where what this stack adds does not fit beside them", async () => {
        await preview(...all.slice(190, 200));
        expect(said(), "two new ones, which fit").to.deep.equal([]);
        await preview(...all.slice(200, 204));
        expect(said()).to.have.lengthOf(1);
        expect(said()[0]).to.match(
            /^warn: The list has room for 200 projects, and not for all that this stack adds: 198 are on it\. /,
        );
    });

    it("is read once for all entries of a preview, however much of it only REST tells", async () => {
        sandbox.journal.clear();
        for (const targetProjectId of all.slice(0, 5)) {
            await plugin.create(ENTRY, { project: off, targetProjectId }, { preview: true });
        }
        expect(sandbox.journal.count({ path: /job_token_scope/ })).to.equal(1);
    });

    it("is no error in a preview where the list may not be read", async () => {
        const body = { message: "403 Forbidden" };
        sandbox.faults.plan({ path: "**", times: 0, fault: { kind: "status", status: 403, body } });
        await preview(...all.slice(190, 204));
        expect(said()).to.deep.equal([]);
        sandbox.faults.clear();
    });

    it("is said by up, too, with what to do, where GitLab refuses", async () => {
        const put = (targetProjectId: number) => plugin.create(ENTRY, { project, targetProjectId });
        await put(all[198]!);
        await put(all[199]!);
        expect((await rejection(put(all[200]!))).message)
            .to.contain("exceeds the allowable number of project links")
            .and.contain(
                "GitLab keeps 200 projects on one list, and others than this stack may be on it. Allow a group",
            );
    });
});
