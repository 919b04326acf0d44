import { expect } from "chai";
import { type Sandbox, startSandbox } from "../../../../sandbox";
import { type Plugin, startPlugin } from "../../../helpers/plugin";
import { rejection } from "../../../helpers/rejection";

const ENTRY = "ProjectJobTokenScope";

describe("a list that others have filled", () => {
    let sandbox: Sandbox;
    let plugin: Plugin;
    let project: string;
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
                ],
                tokens: [{ name: "api", user: "olga", scopes: ["api"] }],
            },
        });
        project = String(sandbox.db.projects.first("path", "apps/it")!.id);
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
