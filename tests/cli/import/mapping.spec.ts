import { expect } from "chai";
import fc from "fast-check";
import { parse } from "yaml";
import { sameGitLab } from "../../../cli/doctor/survey";
import type { KnownRunner } from "../../../cli/import/known-runner";
import { type ImportedWorker, toStackConfig } from "../../../cli/import/mapping";
import { toYaml } from "../../../cli/import/present";
import { refusals } from "../../../cli/import/refusals";
import type { FleetArgs } from "../../../components/fleet/args";
import { parseStackConfig } from "../../../components/fleet/config/parse";
import { keysIn } from "../../../components/fleet/config/path-keys";
import { UNSET } from "../../../components/fleet/config/unset";
import { parseConfigToml } from "../../../core/config-toml";

const TARGET = { manager: "ci-01", placement: { directory: "/etc/gitlab-runner" } };
const KNOWN: KnownRunner = {
    id: 5,
    scope: { group: "apps" },
    description: "my-runner",
    tags: ["docker"],
    runUntagged: true,
    accessLevel: "not_protected",
    locked: false,
    paused: false,
    note: "",
};
const toml = (workers: string) => parseConfigToml(`concurrent = 4\nlisten_address = ":9252"\n${workers}`);
const table = (name: string, token: string, more = "") =>
    `[[runners]]\n  name = "${name}"\n  url = "https://git.example.org/"\n  token = "${token}"\n  executor = "docker"\n${more}\n  [runners.docker]\n    image = "alpine:latest"\n`;

const imported = (
    config: ReturnType<typeof parseConfigToml>,
    known: (index: number) => KnownRunner | undefined,
    more: (index: number) => Partial<ImportedWorker> = () => ({}),
) => {
    const workers = config.workers.map(
        (worker, index): ImportedWorker => ({
            number: index + 1,
            worker,
            facts: { now: 0, url: worker.url, token: { kind: "authentication", length: 25 }, tokenWorks: true },
            findings: [],
            broken: false,
            known: known(index),
            ...more(index),
        }),
    );
    return toStackConfig([{ source: config, workers, ...TARGET }]);
};
const problemsOf = (config: Record<string, unknown>) =>
    parseStackConfig({
        values: Object.fromEntries(
            Object.entries(config).map(([key, value]) => [
                key,
                typeof value === "string" ? value : JSON.stringify(value),
            ]),
        ),
        secretKeys: [],
        env: { GITLAB_TOKEN: "glpat-abcdefghijklmnopqrst" },
        owner: "fleet/prod",
    });

describe("import's stack config", () => {
    it("adopts the runner, says what differs from GitLab's defaults, and keeps the worker's keys as they are", () => {
        const { config, leftOut } = imported(toml(table("my-runner", "glrt-a", "  limit = 3")), () => ({
            ...KNOWN,
            locked: true,
            maximumTimeout: 3600,
        }));
        expect(leftOut).to.deep.equal([]);
        expect(config).to.deep.equal({
            "gitlab:baseUrl": "https://git.example.org/api/v4/",
            "gitlab-fleet:runners": {
                "my-runner": {
                    scope: { group: "apps" },
                    adopt: { id: 5 },
                    tags: ["docker"],
                    locked: true,
                    maximumTimeout: 3600,
                    config: { limit: 3, executor: "docker", docker: { image: "alpine:latest" } },
                },
            },
            "gitlab-fleet:managers": {
                "ci-01": {
                    placement: { directory: "/etc/gitlab-runner" },
                    runners: ["my-runner"],
                    config: { concurrent: 4, listen_address: ":9252" },
                },
            },
        });
    });

    it("leaves dead and duplicate workers out, each with its reason, and gives equal names numbers", () => {
        const config = toml(["a", "b", "a", "c", "d"].map((token) => table("my-runner", `glrt-${token}`)).join(""));
        const dead = { code: "token-expired", severity: "error", says: "It expired.", advice: "Run up." } as const;
        const { config: result, leftOut } = imported(
            config,
            (index) => (index === 4 ? undefined : { ...KNOWN, id: index === 3 ? 8 : 5 + index }),
            (index) => ({
                ...(index === 1 ? { findings: [dead], broken: true } : {}),
                ...(index === 2
                    ? {
                          facts: {
                              now: 0,
                              url: "",
                              token: { kind: "authentication", length: 9 },
                              sameTokenAs: '1 "my-runner"',
                          },
                      }
                    : {}),
            }),
        );
        expect(Object.keys(result["gitlab-fleet:runners"] as object)).to.deep.equal(["my-runner", "my-runner-2"]);
        expect(leftOut.map(({ number, code }) => [number, code])).to.deep.equal([
            [2, "token-expired"],
            [3, "duplicate-worker"],
            [5, "runner-hidden"],
        ]);
    });

    it("takes two workers of one runner for duplicates although their tokens differ", () => {
        const { leftOut } = imported(toml(table("a", "glrt-a") + table("b", "glrt-b")), () => KNOWN);
        expect(leftOut).to.deep.equal([
            { number: 2, name: "b", code: "duplicate-worker", reason: "It serves runner 5, as a does." },
        ]);
    });

    it("keeps secrets out of the file and says where they belong", () => {
        const secrets = `  environment = ["A=1", "DB_PASSWORD=hunter2"]\n  [runners.cache]\n    Type = "s3"\n    [runners.cache.s3]\n      BucketName = "cache"\n      AccessKey = "AKIA"\n      SecretKey = "hunter3"`;
        const { config, secrets: paths } = imported(toml(table("a", "glrt-a", secrets)), () => KNOWN);
        expect(JSON.stringify(config)).to.not.match(/hunter|AKIA|glrt-/);
        expect(JSON.stringify(config)).to.contain("A=1").and.contain("BucketName");
        expect(paths).to.deep.equal([
            { path: "gitlab-fleet:runners.a.config.environment[1]", begins: "DB_PASSWORD=" },
            { path: "gitlab-fleet:runners.a.config.cache.s3.AccessKey" },
            { path: "gitlab-fleet:runners.a.config.cache.s3.SecretKey" },
        ]);
    });

    it("names a runner by what can be seen, the same in the commands and in the file, which hold no hidden mark", () => {
        const name = "plain <{%fg 1%}> \\u202e evil";
        const config = toml(table(name, "glrt-a", '  environment = ["TOKEN=hunter2"]'));
        const result = imported(config, () => KNOWN);
        const yaml = toYaml("config.toml", result);
        expect(yaml).to.not.match(/(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/u);
        const [key] = Object.keys(result.config["gitlab-fleet:runners"] as object);
        expect(keysIn(result.secrets[0]!.path)[1]).to.equal(key);
        expect(yaml).to.contain(`runners[${JSON.stringify(key)}]`);
        expect(parse(yaml, { version: "1.1" }).config).to.deep.equal(result.config);
    });

    it("leaves out tokens that somebody took for a name, a description, a tag or a note, and says so", () => {
        const token = "glrt-abcdefghijklmnopqrst";
        const known = { ...KNOWN, description: token, tags: ["docker", token], note: `see ${token}` };
        const { config, remarks } = imported(toml(table(token, "glrt-a")), () => known);
        expect(JSON.stringify(config)).to.not.contain("glrt-");
        const runners = config["gitlab-fleet:runners"] as Record<string, object>;
        expect(runners.runner).to.deep.include({ adopt: { id: 5 }, tags: ["docker"] });
        expect(runners.runner).to.not.have.any.keys("description", "note");
        expect(remarks.join()).to.contain("(description, tags, note)");
        expect(problemsOf(config).problems.filter(({ severity }) => severity === "error")).to.deep.equal([]);
    });

    it("takes secrets out of arguments, commands and tables of which nobody knows anything", () => {
        const more = `  [runners.odd]\n    passphrase = "hunter2"\n  [[runners.docker.services]]\n    name = "redis"\n    command = ["--requirepass", "hunter3"]\n    entrypoint = ["sh", "-c", "PASSWORD=hunter4 exec x"]\n  [runners.custom]\n    run_exec = "/run"\n    run_args = ["--token", "hunter5", "--password=hunter6"]\n`;
        const { config } = imported(toml(table("a", "glrt-a").replace('"docker"', '"custom"') + more), () => KNOWN);
        expect(JSON.stringify(config)).to.not.match(/hunter/);
    });

    it("keeps the order of a list where one of its texts is a secret, and the others as they are", () => {
        const run = `  [runners.custom]\n    run_exec = "/run"\n    run_args = ["--token", "x", "--level", "x"]\n`;
        const { config, secrets } = imported(
            toml(table("a", "glrt-a").replace('"docker"', '"custom"') + run),
            () => KNOWN,
        );
        const { custom } = (config["gitlab-fleet:runners"] as Record<string, { config: { custom: object } }>).a!.config;
        expect(custom).to.deep.equal({ run_exec: "/run", run_args: ["--token", UNSET, "--level", "x"] });
        expect(secrets).to.deep.equal([{ path: "gitlab-fleet:runners.a.config.custom.run_args[1]" }]);
    });

    it("prints no command for a path that cannot be pasted, and says so", () => {
        const odd = `  [runners."odd\\u009b"]\n    password = "hunter2"\n`;
        const yaml = toYaml(
            "config.toml",
            imported(toml(table("a", "glrt-a", odd)), () => KNOWN),
        );
        expect(yaml).to.match(/^#.*extra\.odd\.password: Its path holds invisible characters\./m);
        expect(yaml).to.not.contain("pulumi config set");
    });

    it("leaves out what says nothing or is never read, and names that and what nobody knows", () => {
        const leftovers = `  pull_policy = ""\n  [runners.machine]\n    MachineDriver = ""\n    IdleCount = 1\n  [runners.cache]\n    Type = ""\n  [runners.future]\n    level = 3\n`;
        const { config, remarks } = imported(toml(table("a", "glrt-a", leftovers)), () => KNOWN);
        const { config: kept } = (config["gitlab-fleet:runners"] as Record<string, { config: object }>).a!;
        expect(kept).to.deep.equal({
            executor: "docker",
            docker: { image: "alpine:latest" },
            extra: { pull_policy: "", future: { level: 3 } },
        });
        expect(remarks).to.have.lengthOf(3);
        expect(remarks[0]).to.match(/^Worker 1 "a": empty, .*: machine.MachineDriver, cache\.$/);
        expect(remarks[1]).to.equal('Worker 1 "a": never read by its executor, so left out: machine.');
        expect(remarks[2]).to.match(/knows no pull_policy, future\.level; kept below extra/);
    });

    it("brings in values of every kind: what no stack's configuration can say as a text, and says so", () => {
        const kinds: [toml: string, json: unknown, remark?: string][] = [
            ["1979-05-27T07:32:00Z", "1979-05-27T07:32:00.000Z", "odd"],
            ["1979-05-27T00:32:00.999-07:00", "1979-05-27T00:32:00.999-07:00", "odd"],
            ["1979-05-27T07:32:00", "1979-05-27T07:32:00.000", "odd"],
            ["1979-05-27", "1979-05-27", "odd"],
            ["07:32:00", "07:32:00.000", "odd"],
            ["inf", "inf", "odd"],
            ["-inf", "-inf", "odd"],
            ["nan", "nan", "odd"],
            ["[[1979-05-27]]", [["1979-05-27"]], "odd[0][0]"],
            ["{ a = 1, b.c = 1979-05-27 }", { a: 1, b: { c: "1979-05-27" } }, "odd.b.c"],
            ["[{ a = 1 }, { b = nan }]", [{ a: 1 }, { b: "nan" }], "odd[1].b"],
            ["9007199254740991", Number.MAX_SAFE_INTEGER],
            ["0xff", 255],
            ["1_000", 1000],
            ["1.5e3", 1500],
            ["true", true],
            ['"on"', "on"],
            ["'2026-01-01'", "2026-01-01"],
            ["[]", []],
            ["{}", {}],
        ];
        for (const [text, json, place] of kinds) {
            const { config, remarks } = imported(toml(table("a", "glrt-a", `  odd = ${text}`)), () => KNOWN);
            const { a } = config["gitlab-fleet:runners"] as Record<string, { config: { extra: object } }>;
            expect(JSON.parse(JSON.stringify(a!.config.extra)), text).to.deep.equal({ odd: json });
            expect(remarks.join("\n"), text).to.contain("knows no odd");
            const told = remarks.filter((remark) => remark.includes("a text here"));
            expect(told.map((remark) => / of them: (.*)\. A program/.exec(remark)![1])).to.deep.equal(
                place ? [place] : [],
            );
        }
    });

    it("takes an address with a login in it for the same GitLab, and the login for a secret", () => {
        const [plain, other] = [table("a", "glrt-a"), table("b", "glrt-b")];
        const login = other.replace("https://", "https://user:hunter2@");
        for (const text of [`${plain}${login}`, `${login}${plain}`]) {
            const { config, secrets } = imported(toml(text), (index) => ({ ...KNOWN, id: index + 1 }));
            expect(config["gitlab:baseUrl"]).to.equal("https://git.example.org/api/v4/");
            const runners = config["gitlab-fleet:runners"] as Record<string, { config: { url?: string } }>;
            expect(runners.a!.config).to.not.have.property("url");
            expect(secrets).to.deep.equal([{ path: "gitlab-fleet:runners.b.config.url" }]);
            expect(JSON.stringify(config)).to.not.contain("hunter2");
            expect(refusals(config)).to.deep.equal([]);
        }
        expect(sameGitLab("https://user:hunter2@git.example.org/", "https://git.example.org/api/v4/")).to.equal(true);
        expect(sameGitLab("https://GIT.example.org:443/ci", "https://git.example.org")).to.equal(true);
        expect(sameGitLab("https://git.example.org:444", "https://git.example.org")).to.equal(false);
        expect(sameGitLab("https://git.example.org@evil.example", "https://git.example.org")).to.equal(false);
    });

    it("takes the address that gitlab-runner really uses", () => {
        const old = table("a", "glrt-a").replace("https://git.example.org/", "https://git.example.org/ci/");
        const { config } = imported(toml(old), () => KNOWN);
        expect(config["gitlab:baseUrl"]).to.equal("https://git.example.org/api/v4/");
    });

    it("says which runners another stack declares already", () => {
        const { remarks } = imported(toml(table("a", "glrt-a")), () => ({ ...KNOWN, owner: "fleet/dev" }));
        expect(remarks[0]).to.contain("Runner 5 is declared by fleet/dev already");
    });

    it("says of a file without workers that there is nothing to bring in", () => {
        const { config, remarks } = imported(toml(""), () => KNOWN);
        expect(config).to.deep.equal({});
        expect(remarks).to.deep.equal(["The file has no [[runners]] tables, so there is nothing to bring in."]);
    });

    it("is nothing when nothing works", () => {
        expect(imported(toml(table("a", "glrt-a")), () => undefined).config).to.deep.equal({});
    });

    it("is always a stack config without mistakes, with every working runner once", () => {
        const name = fc.constantFrom("my-runner", "ci", " spaced ", "a.b[0]", "x/y", "", "-2", "my-runner-2");
        const worker = fc.record({
            name,
            id: fc.integer({ min: 1, max: 6 }),
            paused: fc.boolean(),
            untagged: fc.boolean(),
        });
        fc.assert(
            fc.property(fc.array(worker, { minLength: 1, maxLength: 8 }), (list) => {
                const source = toml(list.map((each, index) => table(each.name, `glrt-${index}`)).join(""));
                const { config, leftOut } = imported(source, (index) => ({
                    ...KNOWN,
                    id: list[index]!.id,
                    paused: list[index]!.paused,
                    runUntagged: list[index]!.untagged,
                }));
                const { problems, fleet } = problemsOf(config);
                expect(problems.filter(({ severity }) => severity === "error")).to.deep.equal([]);
                const adopted = Object.values((fleet as FleetArgs).runners!).map(
                    (runner) => (runner.adopt as { id: number }).id,
                );
                expect(adopted.sort()).to.deep.equal([...new Set(list.map(({ id }) => id))].sort());
                expect(adopted.length + leftOut.length).to.equal(list.length);
            }),
        );
    });
});
