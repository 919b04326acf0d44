import { expect } from "chai";
import * as fc from "fast-check";
import { parse as parseYaml } from "yaml";
import { parseStackConfig } from "../../../../components/fleet/config/parse";
import { ENCRYPTED } from "../../../../core/values";
import { MANAGER_MISTAKES } from "./manager-mistakes";
import { MISTAKES, RUNNERS } from "./mistakes";
import { NEAR_MISSES } from "./near-misses";

/** Problems of a stack config written as YAML, as `pulumi` would hand it over. */
function problemsOf(
    yaml: string,
    { secretKeys = [], env = {} }: { secretKeys?: string[]; env?: object } = {},
): string[] {
    const values = Object.entries((parseYaml(yaml) ?? {}) as Record<string, unknown>).map(([key, value]) => [
        key,
        typeof value === "string" ? value : JSON.stringify(value),
    ]);
    const { problems } = parseStackConfig({
        values: Object.fromEntries(values),
        secretKeys,
        env,
        owner: "gitlab-fleet/prod",
    });
    return problems.filter(({ severity }) => severity === "error").map(({ path, message }) => `${path} ${message}`);
}

/** The same value with the placeholder of an encrypted one in place of each part of it, one at a time. */
function withEachEncrypted(value: unknown): unknown[] {
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([key, part]) =>
        [ENCRYPTED, ...withEachEncrypted(part)].map((other) =>
            Array.isArray(value) ? value.with(Number(key), other) : { ...value, [key]: other },
        ),
    );
}

describe("parseStackConfig", () => {
    for (const [title, yaml, ...expected] of [...MISTAKES, ...MANAGER_MISTAKES, ...NEAR_MISSES]) {
        it(`reports ${title}`, () => expect(problemsOf(yaml)).to.deep.equal(expected));
    }

    it("takes days wherever a duration stands", () => {
        const yaml = `
gitlab-fleet:runners:
  a: { scope: instance, tags: [a], rotateBefore: 1d12h, config: { executor: shell, prepare_timeout: 1d } }
gitlab-fleet:managers:
  m:
    placement: { docker: { image: "gitlab/gitlab-runner:v19.4.0", loadTimeout: 1d } }
    runners: [a]
    config: { concurrent: 1, connection_max_age: 1d }
    drainTimeout: 1d
    online: { timeout: 1d }
gitlab-fleet:exclusive:
  all: { scope: instance, claim: { offlineFor: 1d12h }, quietPeriod: 1d }
`;
        expect(problemsOf(yaml)).to.deep.equal([]);
    });

    it("reports all mistakes of one configuration at once", () => {
        const all = [MISTAKES[9]!, MISTAKES[16]!, MISTAKES[19]!];
        expect(problemsOf(all.map(([, yaml]) => yaml).join("\n"))).to.have.members(
            all.flatMap(([, , ...problems]) => problems),
        );
    });

    it("looks at the environment variables that stand in for gitlab:", () => {
        const env = { GITLAB_TOKEN: "GR1348941secretsecretsecret", GITLAB_BASE_URL: "localhost:8929" };
        expect(problemsOf("", { env }).map((problem) => problem.split(" ")[0])).to.deep.equal([
            "GITLAB_TOKEN",
            "GITLAB_BASE_URL",
        ]);
        const job = problemsOf("", { env: { GITLAB_TOKEN: "abcdefghijkl", CI_JOB_TOKEN: "abcdefghijkl" } });
        expect(job.join()).to.match(/^GITLAB_TOKEN is the job token of a pipeline \(got a secret of 12 characters\)/);
        // The address is the stack's, the token the environment's.
        const config = "gitlab:token: glpat-abc\ngitlab:baseUrl: https://x/api/v4";
        expect(problemsOf(config, { env }).map((problem) => problem.split(" ")[0])).to.deep.equal(["GITLAB_TOKEN"]);
        expect(problemsOf(config, { env: { GITLAB_TOKEN: "", GITLAB_BASE_URL: "localhost" } })).to.deep.equal([]);
    });

    it("never shows a value of a key that holds a secret", () => {
        const yaml = `${RUNNERS}: { ci: { scope: hunter2, tags: hunter2, config: { executor: hunter2 } } }`;
        const secretKeys = [RUNNERS];
        expect(problemsOf(yaml, { secretKeys })).to.have.length(3);
        expect(problemsOf(yaml, { secretKeys }).join()).not.to.include("hunter2");
        expect(problemsOf(yaml).join()).to.include("hunter2");
    });

    it("never tells a value out of a key that is secret by what to write in its place", () => {
        const values = ["maximumTimeout: 1h", "rotateBefore: 7", 'tags: "a,b"', "locked: off", 'paused: "yes"'];
        for (const value of values) {
            const [problem] = problemsOf(`${RUNNERS}: { ci: { scope: instance, ${value} } }`, {
                secretKeys: [RUNNERS],
            });
            expect(problem, value).to.match(/\(got a secret value\)\. (Correct the value|Write one of them)\.$/);
        }
    });

    it("never shows anything that looks like a token", () => {
        const yaml = `${RUNNERS}: { ci: { scope: glpat-abcdefghijkl, accessLevel: GR1348941abcdefgh } }`;
        expect(problemsOf(yaml)).to.have.length(2);
        expect(problemsOf(yaml).join()).not.to.match(/abcdefgh/);
    });

    it("never lets a value pass that has none of several shapes", () => {
        const fields = {
            "gitlab-fleet:runners.x": ["scope", "adopt"],
            "gitlab-fleet:managers.x": ["placement", "online"],
            "gitlab-fleet:registries.a/b": ["policies", "grantMembership"],
        };
        for (const [entry, names] of Object.entries(fields)) {
            for (const name of names) {
                const [section, key] = entry.split(".");
                const problems = problemsOf(`${section}: { ${key}: { ${name}: 5 } }`);
                expect(
                    problems.filter((problem) => problem.startsWith(`${entry}.${name} `)),
                    name,
                ).to.have.length(1);
            }
        }
    });

    it("says nothing of what is encrypted, whatever it stands for, and looks at the rest", () => {
        const values = {
            "gitlab-fleet:runners": {
                ci: { scope: { group: "a" }, tags: ["a"], adopt: { id: 5 }, rotateBefore: "7d" },
                pods: {
                    scope: "instance",
                    tags: ["p"],
                    config: { executor: "kubernetes", kubernetes: { namespace: "jobs" } },
                },
            },
            "gitlab-fleet:managers": {
                m: {
                    placement: {
                        docker: {
                            memory: "1g",
                            log: { maxFiles: 1 },
                            mounts: ["/a:/b"],
                            proxy: { no: "a" },
                            publishMetrics: 9252,
                        },
                    },
                    runners: ["ci"],
                    config: { concurrent: 1, listen_address: ":9252" },
                    online: { timeout: "5m" },
                    drainTimeout: "2h",
                },
                k: {
                    placement: {
                        kubernetes: {
                            namespace: "ci",
                            metrics: true,
                            resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "2", memory: "2Gi" } },
                        },
                    },
                    runners: ["pods"],
                    config: { concurrent: 1, listen_address: ":9252" },
                },
            },
            "gitlab-fleet:exclusive": { e: { scope: "instance", claim: { tags: ["b"] }, foreign: "report", limit: 1 } },
            "gitlab-fleet:registries": {
                "a/b": {
                    consumers: { projects: ["c/d"], groups: ["e"] },
                    policies: { "c/d": ["READ_PACKAGES"] },
                    grantMembership: { group: "f", role: "reporter" },
                },
            },
        };
        const problemsIn = (encrypted: object) =>
            parseStackConfig({ values: encrypted as never, secretKeys: [], env: {}, owner: "p/s" }).problems.filter(
                ({ severity }) => severity === "error",
            );
        const [missing] = problemsIn(values);
        expect(missing).to.include({ path: "gitlab-fleet:runners.ci.config" });
        for (const encrypted of withEachEncrypted(values)) {
            const others = problemsIn(encrypted as object).filter(({ path }) => path !== missing!.path);
            expect(others).to.deep.equal([]);
        }
    });

    it("takes what the design shows", () => {
        const yaml = `
gitlab:baseUrl: https://gitlab.example.org/api/v4/
gitlab:token: glpat-abcdefghijklmnop
gitlab-fleet:runners:
  docker-small:
    scope: { group: apps }
    description: Docker, small
    tags: [docker, fastapi]
    runUntagged: true
    accessLevel: not_protected
    config: { executor: docker, limit: 4, docker: { image: "alpine:latest" } }
gitlab-fleet:managers:
  ci-01:
    placement: { directory: /etc/gitlab-runner }
    runners: [docker-small]
    config: { concurrent: 8, listen_address: ":9252" }
gitlab-fleet:exclusive:
  apps-group: { scope: { group: apps }, claim: { descriptions: ["my-runner"] }, foreign: delete }
gitlab-fleet:registries:
  containers/poetry: { consumers: { projects: [apps/etl], groups: [apps/web] } }
`;
        expect(problemsOf(yaml)).to.deep.equal([]);
    });

    it("answers with problems and not with an exception, whatever stands in the configuration", () => {
        const keys = ["runners", "managers", "exclusive", "registries"].map((key) => `gitlab-fleet:${key}`);
        const inner = [
            "scope",
            "tags",
            "config",
            "placement",
            "directory",
            "runners",
            "claim",
            "tags",
            "consumers",
            "projects",
            "group",
            "concurrent",
            "docker",
            "executor",
            "ci",
        ];
        const value = fc.letrec((tie) => ({
            any: fc.oneof(
                { depthSize: "small" },
                fc.jsonValue({ maxDepth: 1 }),
                fc.constantFrom("ci", "instance", "shell", ""),
                tie("map"),
                fc.array(tie("any"), { maxLength: 3 }),
            ),
            map: fc.dictionary(fc.constantFrom(...inner), tie("any"), { maxKeys: 4 }),
        })).any;
        fc.assert(
            fc.property(fc.dictionary(fc.constantFrom(...keys), value), (config) => {
                const values = Object.fromEntries(
                    Object.entries(config).map(([key, item]) => [key, JSON.stringify(item)]),
                );
                const { problems } = parseStackConfig({ values, secretKeys: [], env: {}, owner: "p/s" });
                for (const { path, message } of problems) {
                    expect(path).to.match(/^gitlab-fleet:/);
                    expect(message).to.be.a("string").and.not.include("undefined");
                }
            }),
            { numRuns: 300 },
        );
    });
});
