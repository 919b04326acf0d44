import { expect } from "chai";
import { WARNING_CODES } from "../../core/config-toml/warnings";
import { judge } from "../../policies/judge";
import { RULES } from "../../policies/rules";
import type { ManagerFacts } from "../../policies/rules/rule";

const TODAY = "2026-06-15";
const DIGEST = `alpine@sha256:${"a".repeat(64)}`;

/** A manager with one worker. */
function manager(config: Record<string, unknown>, runner: object = {}, more: Partial<ManagerFacts> = {}): ManagerFacts {
    return { name: "ci-01", global: { concurrent: 10 }, workers: [{ name: "docker", config, runner }], ...more };
}

const open = { name: "gitlab:token", path: "gitlab:token", message: "is in plain text." };
const two = (config: object) => ({
    ...manager({}),
    workers: ["a", "b"].map((name) => ({ name, config: { limit: 5, ...config }, runner: {} })),
});

/** For each policy: what it finds, by which names, and what it lets pass. */
const CASES: Record<string, { found: [facts: unknown, path: string][]; names: string[]; passes: unknown[] }> = {
    "privileged-worker": {
        found: [
            [manager({ docker: { privileged: true } }), "workers.docker.docker.privileged"],
            [manager({ kubernetes: { privileged: true } }), "workers.docker.kubernetes.privileged"],
        ],
        names: ["docker", "ci-01"],
        passes: [manager({ docker: { privileged: false } }), manager({ docker: {} }), manager({ executor: "shell" })],
    },
    "docker-socket": {
        found: [
            [
                manager({ docker: { volumes: ["/cache", "/var/run/docker.sock:/var/run/docker.sock"] } }),
                "workers.docker.docker.volumes",
            ],
            [
                manager({ kubernetes: { volumes: { host_path: [{ mount_path: "/var/run/docker.sock" }] } } }),
                "workers.docker.kubernetes.volumes",
            ],
        ],
        names: ["docker", "ci-01"],
        passes: [
            manager({ docker: { volumes: ["/cache"] } }),
            manager({ kubernetes: { volumes: { host_path: [{ mount_path: "/cache" }] } } }),
        ],
    },
    "secrets-on-unprotected-runner": {
        found: [
            [
                manager({ environment: ["A=1", "NPM_TOKEN=[secret]"] }, { accessLevel: "not_protected" }),
                "workers.docker.environment[1]",
            ],
            [
                manager({ pre_build_script: "[secret]" }, { accessLevel: "not_protected" }),
                "workers.docker.pre_build_script",
            ],
        ],
        names: ["docker", "ci-01"],
        passes: [
            manager({ environment: ["NPM_TOKEN=[secret]"] }, { accessLevel: "ref_protected" }),
            manager({ environment: ["NPM_TOKEN=[secret]"] }),
            manager(
                { environment: ["A=1"], cache: { s3: { SecretKey: "[secret]" } } },
                { accessLevel: "not_protected" },
            ),
        ],
    },
    "image-without-digest": {
        found: [
            [manager({ docker: { image: "alpine:3.22" } }), "workers.docker.docker.image"],
            [manager({ docker: { image: DIGEST, helper_image: "helper" } }), "workers.docker.docker.helper_image"],
            [
                manager({ kubernetes: { services: [{ name: "postgres:17" }] } }),
                "workers.docker.kubernetes.services[0].name",
            ],
            [
                manager({}, {}, { image: "gitlab/gitlab-runner:v19.4.0", imagePath: "placement.docker.image" }),
                "placement.docker.image",
            ],
        ],
        names: ["ci-01"],
        passes: [
            manager({ docker: { image: DIGEST, services: [{ name: DIGEST }] } }),
            manager({ executor: "shell" }, {}, { image: DIGEST }),
        ],
    },
    "privileged-untagged": {
        found: [[manager({ docker: { privileged: true } }, { runUntagged: true }), "workers.docker.docker.privileged"]],
        names: ["docker", "ci-01"],
        passes: [
            manager({ docker: { privileged: true } }, { runUntagged: false }),
            manager({ docker: { privileged: true } }),
            manager({ docker: {} }, { runUntagged: true }),
        ],
    },
    "privileged-docker-socket": {
        found: [
            [
                manager({ docker: { privileged: true, volumes: ["/var/run/docker.sock:/s"] } }),
                "workers.docker.docker.privileged",
            ],
        ],
        names: ["docker", "ci-01"],
        passes: [
            manager({ docker: { volumes: ["/var/run/docker.sock:/s"] } }),
            manager({ docker: { privileged: true } }),
        ],
    },
    "pull-policy-shared": {
        found: [
            [
                manager({ docker: { pull_policy: "if-not-present" } }, { shared: true }),
                "workers.docker.docker.pull_policy",
            ],
        ],
        names: ["docker", "ci-01"],
        passes: [
            manager({ docker: { pull_policy: "always" } }, { shared: true }),
            manager({ docker: { pull_policy: "if-not-present" } }, { shared: false }),
        ],
    },
    "concurrent-below-limits": {
        found: [[two({ limit: 6 }), "config.concurrent"]],
        names: ["ci-01"],
        passes: [two({ limit: 5 })],
    },
    "request-concurrency-above-limit": {
        found: [[manager({ limit: 1, request_concurrency: 2 }), "workers.docker.request_concurrency"]],
        names: ["docker", "ci-01"],
        passes: [manager({ limit: 2, request_concurrency: 2 }), manager({ request_concurrency: 2 })],
    },
    "long-polling": {
        found: [[two({}), "workers.a.request_concurrency"]],
        names: ["a", "ci-01"],
        passes: [two({ request_concurrency: 2 }), manager({ limit: 5 })],
    },
    "autoscaler-below-limit": {
        found: [[manager({ limit: 4, autoscaler: { max_instances: 2 } }), "workers.docker.autoscaler.max_instances"]],
        names: ["docker", "ci-01"],
        passes: [manager({ limit: 2, autoscaler: { max_instances: 2 } })],
    },
    "protected-untagged": {
        found: [[{ name: "deploy", runUntagged: true, accessLevel: "ref_protected" }, "runUntagged"]],
        names: ["deploy"],
        passes: [
            { name: "deploy", runUntagged: false, accessLevel: "ref_protected" },
            { name: "ci", runUntagged: true, accessLevel: "not_protected" },
            { name: "later", runUntagged: undefined, accessLevel: "ref_protected" },
        ],
    },
    "allowlist-off": {
        found: [[{ name: "poetry", enabled: false, groups: [] }, "enabled"]],
        names: ["poetry"],
        passes: [
            { name: "poetry", enabled: true, groups: [] },
            { name: "poetry", groups: [] },
        ],
    },
    "allowlist-top-level-group": {
        found: [
            [{ name: "poetry", groups: ["company/apps", "company"] }, "groups"],
            [{ name: "poetry", groups: ["/company/"] }, "groups"],
        ],
        names: ["poetry"],
        passes: [{ name: "poetry", groups: ["company/apps"] }],
    },
    "foreign-delete-without-limit": {
        found: [[{ name: "apps", foreign: "delete" }, "limit"]],
        names: ["apps"],
        passes: [{ name: "apps", foreign: "delete", limit: 3 }, { name: "apps", foreign: "report" }, { name: "apps" }],
    },
    "plain-text-token": {
        found: [[[open], "gitlab:token"]],
        names: ["gitlab:token"],
        passes: [[]],
    },
};

describe("the policies", () => {
    it("are all tested below, and have names that can stand in a configuration", () => {
        expect(Object.keys(CASES)).to.have.members(RULES.map(({ name }) => name));
        for (const { name } of RULES)
            expect(name)
                .to.match(/^[a-z][a-z-]+$/)
                .and.not.equal("all");
    });

    for (const rule of RULES) {
        const { found, names, passes } = CASES[rule.name]!;
        const exempt = (name: string, until: string, reason = "a reason") => [{ name, reason, until }];
        const judged = (facts: unknown, exemptions: ReturnType<typeof exempt> = []) =>
            judge(rule, facts as never, exemptions, TODAY);

        describe(rule.name, () => {
            for (const [facts, path] of found) {
                it(`finds ${JSON.stringify(facts).slice(0, 150)}`, () => {
                    const messages = judged(facts);
                    expect(messages).to.have.length(1);
                    expect(messages[0]).to.satisfy((text: string) => text.startsWith(`${path} `), messages[0]);
                    // A warning's sentence ends with what to do, in its own words.
                    const times = messages[0]!.split(rule.fix).length - 1;
                    expect(times).to.be.within(WARNING_CODES.includes(rule.name) ? 0 : 1, 1);
                });
            }

            it("lets pass what is as it should be, and what is not known", () => {
                for (const facts of passes) expect(judged(facts), JSON.stringify(facts)).to.deep.equal([]);
            });

            it("leaves alone what is exempted by name, to the end of the last day", () => {
                for (const name of names) {
                    expect(judged(found[0]![0], exempt(name, TODAY)), name).to.deep.equal([]);
                    expect(judged(found[0]![0], exempt(name, "2027-06-15")), name).to.deep.equal([]);
                }
                expect(judged(found[0]![0], exempt("another", TODAY))).to.have.length(1);
            });

            it("finds it again when the exemption has ended, and says so", () => {
                const [message] = judged(found[0]![0], exempt(names[0]!, "2026-06-14"));
                expect(message).to.include(`The exemption of "${names[0]}" does not hold: it ended on 2026-06-14.`);
            });
        });
    }

    it("say nothing of a manager of which nothing is known", () => {
        const unknown = { name: "ci-01", global: undefined, workers: [] };
        for (const rule of RULES.filter(({ about }) => about === "manager")) {
            expect(judge(rule, unknown as never, [], TODAY)).to.deep.equal([]);
        }
    });
});

describe("an exemption", () => {
    const rule = RULES.find(({ name }) => name === "allowlist-off")!;
    const judged = (...exemptions: { name: string; reason: string; until: string }[]) =>
        judge(rule, { name: "poetry", enabled: false, groups: [] } as never, exemptions, TODAY);

    it("does not hold without a reason, to a day that is none, or for more than a year", () => {
        const why = (reason: string, until: string) => judged({ name: "poetry", reason, until })[0];
        expect(why(" ", "2026-07-01")).to.include("it has no reason");
        expect(why("x", "2027-02-30")).to.include('until is not a day (got "2027-02-30")');
        expect(why("x", "soon")).to.include('until is not a day (got "soon")');
        expect(why("x", "9999-12-31")).to.include("until is more than a year away (9999-12-31)");
    });

    it("holds where one of several does", () => {
        const ended = { name: "poetry", reason: "x", until: "2026-01-01" };
        expect(judged(ended, { ...ended, until: "2026-12-31" })).to.deep.equal([]);
    });

    it("breaks no line of the report, whatever it says", () => {
        const [message] = judged({ name: "poetry", reason: "x", until: "2026\n\u001b[31mok" });
        expect(message).to.not.include("\n").and.not.include("\u001b");
    });
});
