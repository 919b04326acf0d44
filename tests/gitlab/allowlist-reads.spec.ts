import { expect } from "chai";
import { readAllowlist } from "../../gitlab/allowlist-reads";
import { isEnforced } from "../../gitlab/allowlists";
import { GitLab } from "../../gitlab/client";
import { toGitLabConfig } from "../../gitlab/config";
import { type Sandbox, startSandbox } from "../../sandbox";

describe("readAllowlist", () => {
    let sandbox: Sandbox;
    let gitlab: GitLab;

    before(async () => {
        const names = Array.from({ length: 130 }, (_, i) => `apps/p${i}`);
        sandbox = await startSandbox({
            seed: {
                settings: { enforceInboundJobTokenScope: false },
                users: [{ username: "root", admin: true }, { username: "olga" }],
                groups: [{ path: "apps", members: { olga: "owner" } }],
                projects: names.map((path, i) => ({
                    path,
                    jobTokenScope: {
                        enabled: i !== 1,
                        projects:
                            i === 0
                                ? names.slice(1, 121)
                                : names.slice(100, 100 + (i % 5)).filter((one) => one !== path),
                        groups: i % 2 ? ["apps"] : [],
                    },
                })),
                tokens: [
                    { name: "api", user: "olga", scopes: ["api"] },
                    { name: "admin", user: "root", scopes: ["api"] },
                ],
            },
        });
    });
    beforeEach(() => {
        sandbox.reset();
        gitlab = clientOf("api");
    });
    afterEach(() => gitlab.close());
    after(() => sandbox.close());

    const clientOf = (token: string) =>
        new GitLab(toGitLabConfig({ baseUrl: sandbox.url, token: sandbox.tokens[token] }, {}).config);
    const expected = (id: number) => ({
        enabled:
            sandbox.db.settings.enforceInboundJobTokenScope || sandbox.db.projects.must(id).inboundJobTokenScopeEnabled,
        projects: sandbox.db.projectLinks
            .find("source", `inbound:${id}`)
            .map(({ targetId }) => targetId)
            .sort((a, b) => a - b),
        groups: sandbox.db.groupLinks.find("source", id).map(({ targetId }) => targetId),
    });
    const sorted = ({ projects, ...rest }: Awaited<ReturnType<typeof readAllowlist>>) => ({
        ...rest,
        projects: [...projects].sort((a, b) => a - b),
    });

    it("reads 25 lists in one request", async () => {
        const ids = sandbox.db.projects
            .all()
            .slice(2, 102)
            .map(({ id }) => id);
        const lists = await Promise.all(ids.map((id) => readAllowlist(gitlab, id)));
        expect(lists.map(sorted)).to.deep.equal(ids.map(expected));
        expect(sandbox.journal.entries()).to.have.length(4);
    });

    it("asks REST for the rest where a list is longer than a page, or its own switch is off", async () => {
        const [long, off] = sandbox.db.projects.all().map(({ id }) => id) as [number, number];
        expect(sorted(await readAllowlist(gitlab, long))).to.deep.equal(expected(long));
        sandbox.db.settings.enforceInboundJobTokenScope = true;
        expect(await readAllowlist(gitlab, off)).to.deep.include({ enabled: true });
    });

    it("takes REST where GraphQL does not know the fields, and does not ask it again", async () => {
        sandbox.faults.plan({ path: "/api/graphql", times: 1, fault: { kind: "status", status: 501 } } as never);
        const [id] = sandbox.db.projects
            .all()
            .slice(4)
            .map((one) => one.id) as [number];
        expect(sorted(await readAllowlist(gitlab, id))).to.deep.equal(expected(id));
        expect(sorted(await readAllowlist(gitlab, id))).to.deep.equal(expected(id));
        expect(sandbox.journal.entries().filter(({ path }) => path.includes("graphql"))).to.have.length(1);
    });

    it("knows that the instance enforces lists: from the settings, or from a list that is on with its switch off", async () => {
        const off = sandbox.db.projects.all()[1]!.fullPath;
        const on = sandbox.db.projects.all()[2]!.fullPath;
        const admin = clientOf("admin");
        expect([await isEnforced(admin, on), await isEnforced(gitlab, off)]).to.deep.equal([false, false]);
        await admin.close();
        sandbox.db.settings.enforceInboundJobTokenScope = true;
        const later = clientOf("admin");
        expect(await isEnforced(later, on)).to.equal(true);
        await later.close();
        expect(await isEnforced(clientOf("api"), off)).to.equal(true);
        expect(await isEnforced(clientOf("api"), on)).to.equal(undefined);
    });
});
