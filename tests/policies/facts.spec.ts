import { expect } from "chai";
import { factsAtEnd, factsOf, openInConfig } from "../../policies/facts";

const TOKEN = `glpat-${"x".repeat(20)}`;

describe("the facts that policies look at", () => {
    it("are, of a manager's files, its settings, with what each worker's runner is", () => {
        for (const [type, imagePath] of [
            ["gitlab-fleet:index:ManagerFiles", undefined],
            ["gitlab-fleet:index:ManagerVolume", "placement.docker.image"],
            ["gitlab-fleet:index:ManagerPod", "placement.kubernetes.image"],
        ] as const) {
            const props = {
                settings: { global: { concurrent: 4 }, workers: { docker: { executor: "docker" }, other: {} } },
                serves: { docker: { runner: "ci", runUntagged: true } },
                imageName: "gitlab/gitlab-runner",
            };
            expect(factsOf({ type, name: "ci-01", props }).manager).to.deep.equal({
                name: "ci-01",
                global: { concurrent: 4 },
                image: "gitlab/gitlab-runner",
                imagePath,
                workers: [
                    { name: "docker", config: { executor: "docker" }, runner: { runner: "ci", runUntagged: true } },
                    { name: "other", config: {}, runner: {} },
                ],
            });
        }
    });

    it("are, of a state that knows no settings, none", () => {
        const { manager } = factsOf({ type: "gitlab-fleet:index:ManagerFiles", name: "ci-01", props: {} });
        expect(manager).to.include({ name: "ci-01", image: undefined }).and.have.deep.property("workers", []);
    });

    it("are what runners, lists and scopes are declared with", () => {
        const of = (type: string, props: Record<string, unknown>) => factsOf({ type, name: "n", props });
        const runner = of("gitlab:index/userRunner:UserRunner", { untagged: true, accessLevel: "ref_protected" });
        expect(runner.runner).to.deep.equal({ name: "n", runUntagged: true, accessLevel: "ref_protected" });
        const list = of("gitlab:index/projectJobTokenScopes:ProjectJobTokenScopes", { enabled: false });
        expect(list.list).to.deep.equal({ name: "n", enabled: false, groups: [] });
        const scope = of("gitlab-fleet:index:ExclusiveRunners", { foreign: "delete" });
        expect(scope.scope).to.deep.equal({ name: "n", foreign: "delete", limit: undefined });
        expect(of("aws:s3:Bucket", {})).to.deep.equal({ open: [] });
    });

    it("are, of a list, the groups that were given by path", () => {
        const type = "gitlab-fleet:index:JobTokenAllowlist";
        const { list } = factsAtEnd({ type, name: "poetry", props: { groups: ["apps", 12, "13", Symbol("unknown")] } });
        expect(list).to.deep.equal({ name: "poetry", groups: ["apps"] });
        expect(factsAtEnd({ type: "other", name: "x", props: { groups: ["apps"] } })).to.deep.equal({});
    });

    it("are places of tokens and passwords in the open, in any resource, and never what they are", () => {
        const props = {
            envs: ["A=1", `T=${TOKEN}`],
            url: "https://ci:hush@example.org",
            hidden: Symbol("secret"),
            fine: "glpat",
        };
        const { open } = factsOf({ type: "docker:index/container:Container", name: "c", props });
        expect(open?.map(({ path }) => path)).to.deep.equal(["envs[1]", "url"]);
        expect(JSON.stringify(open)).to.not.include(TOKEN).and.not.include("hush");
    });

    it("are places of secrets in the stack's configuration that are not encrypted", () => {
        const config = {
            "gitlab:token": TOKEN,
            "gitlab-fleet:managers": JSON.stringify({ a: { config: { sentry_dsn: `https://x:${TOKEN}@s.io/1` } } }),
            "gitlab-fleet:runners": "{ no JSON",
        };
        const found = openInConfig(config, []);
        expect(found.map(({ name }) => name)).to.deep.equal([
            "gitlab:token",
            "gitlab-fleet:managers.a.config.sentry_dsn",
        ]);
        expect(JSON.stringify(found)).to.not.include(TOKEN);
        expect(openInConfig(config, Object.keys(config))).to.deep.equal([]);
    });
});
