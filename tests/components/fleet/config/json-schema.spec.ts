import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import Ajv from "ajv";
import { expect } from "chai";
import { parse as parseYaml } from "yaml";
import { toJsonSchema } from "../../../../components/fleet/config/json-schema";
import { tableNames } from "../../../../core/config-toml/key-table";

const ROOT = path.join(__dirname, "../../../..");
const STACKS = path.join(ROOT, "stacks");

describe("stacks/fleet.schema.json", () => {
    const schema = JSON.parse(toJsonSchema());
    const accepts = new Ajv({
        allErrors: true,
        verbose: true,
        allowUnionTypes: true,
        strict: true,
        strictTypes: false,
        strictRequired: false,
        keywords: ["errorMessage"],
    }).compile(schema);

    /** Where a configuration has a mistake that an editor would underline. */
    function mistakesIn(config: unknown): string[] {
        accepts({ config });
        return [...new Set((accepts.errors ?? []).map(({ instancePath }) => instancePath.replace(/^\/config\/?/, "")))];
    }

    /** The same for a configuration that is written as YAML. */
    function mistakesOf(yaml: string): string[] {
        return mistakesIn(parseYaml(yaml));
    }

    it("is what `make generate` writes", () => {
        const written = readFileSync(path.join(STACKS, "fleet.schema.json"), "utf8");
        // As values: the formatter has its own taste in line breaks.
        expect(JSON.parse(written)).to.deep.equal(schema);
    });

    it("tells editors what each key of config.toml means, as the pages do", () => {
        const { GlobalTable, WorkerTable } = schema.definitions;
        expect(GlobalTable.properties.check_interval.description).to.equal(
            "Seconds between two requests for new jobs. Default: 3.",
        );
        expect(WorkerTable.properties.feature_flags.properties.FF_TIMESTAMPS.description).to.equal(
            "Starts each line of a job log with the time. Default: true.",
        );
        for (const name of tableNames()) {
            for (const [key, { description }] of Object.entries<{ description?: string }>(
                schema.definitions[name].properties,
            )) {
                expect(description, `${name}.${key}`).to.match(/\.$/);
            }
        }
    });

    it("has editors say which executors read a section that stands beside another one", () => {
        accepts({ config: parseYaml(`gitlab-fleet:runners: { a: { config: { executor: docker, autoscaler: {} } } }`) });
        const messages = (accepts.errors ?? []).map(({ parentSchema }) => parentSchema?.errorMessage);
        expect(messages).to.include("Not read by this executor, only by docker-autoscaler, instance.");
    });

    it("is named on the first line of every stack", () => {
        for (const stack of ["dev", "staging", "prod", "sandbox"]) {
            const [line] = readFileSync(path.join(STACKS, `Pulumi.${stack}.yaml`), "utf8").split("\n");
            expect(line).to.equal("# yaml-language-server: $schema=fleet.schema.json");
        }
    });

    it("accepts every file of this project: the stacks, the template's, the examples of the documentation", () => {
        const folders = ["stacks", "templates/gitlab-fleet", "docs/config-toml/examples"];
        const files = folders.flatMap((folder) =>
            readdirSync(path.join(ROOT, folder))
                .filter((name) => /\.yaml$/.test(name) && name !== "Pulumi.yaml")
                .map((name) => path.join(folder, name)),
        );
        expect(files.length).to.be.greaterThan(9);
        for (const file of files) {
            const value = parseYaml(readFileSync(path.join(ROOT, file), "utf8"));
            const { config } = "config" in value ? value : { config: value };
            expect(mistakesIn(config), file).to.deep.equal([]);
        }
    });

    it("accepts every example on the pages that is a file or a part of one", () => {
        const pages = readdirSync(path.join(ROOT, "docs")).filter((name) => name.endsWith(".md"));
        const examples = pages.flatMap((page) =>
            [...readFileSync(path.join(ROOT, "docs", page), "utf8").matchAll(/^ *```yaml\n(.*?)^ *```/gms)]
                // Some show two ways to write one key.
                .map(([, text]) => parseYaml(text!.replaceAll("…", "x"), { uniqueKeys: false, merge: true }) ?? {})
                .map((value) => ({ page, config: isOurs(value) ? value : value.config }))
                .filter(({ config }) => isOurs(config)),
        );
        expect(examples.length).to.be.greaterThan(3);
        for (const { page, config } of examples) {
            // A page shows a part: what is missing stands elsewhere.
            expect(mistakesIn({ "gitlab-fleet:extends": [], ...config }), page).to.deep.equal([]);
        }
    });

    it("leaves the keys of other packages, and what else Pulumi keeps in the file, alone", () => {
        expect(mistakesOf("aws:region: 5\nfleet:x: {}\ngitlab-fleets:x: 1\n")).to.deep.equal([]);
        expect(accepts({ encryptionsalt: "v1", environment: ["a"], config: null })).to.equal(true);
    });

    const RUNNER = (more: string) => `gitlab-fleet:runners: { a: { scope: instance${more} } }`;
    const CONFIG = (more: string) => RUNNER(`, config: { executor: docker${more} }`);
    const PLUGIN = (plugin: string, config: string) =>
        `{ scope: instance, config: { executor: instance, autoscaler: { plugin: "${plugin}", plugin_config: { ${config} } } } }`;
    const MANAGER = (more: string) =>
        `gitlab-fleet:managers: { m: { placement: { docker: {} }, runners: [a], config: { concurrent: 1${more} } } }`;

    const REFUSED: [title: string, yaml: string, ...places: string[]][] = [
        ["a misspelt section", "gitlab-fleet:runner: {}", "gitlab-fleet:runner"],
        ["a misspelt key below gitlab:", "gitlab:baseURL: x", "gitlab:baseURL"],
        ["a misspelt key of a runner", RUNNER(", tag: [a]"), "gitlab-fleet:runners/a"],
        ["a misspelt key of [[runners]]", CONFIG(", limt: 4"), "gitlab-fleet:runners/a/config"],
        [
            "a misspelt key of what a plugin of GitLab's is told",
            RUNNER(", config: { executor: instance, autoscaler: { plugin: 'aws:1', plugin_config: { nam: b } } }"),
            "gitlab-fleet:runners/a/config/autoscaler/plugin_config",
        ],
        [
            "what another plugin of GitLab's is told",
            RUNNER(
                ", config: { executor: instance, autoscaler: { plugin: gitlab-org/fleeting/plugins/azure, plugin_config: { zone: b } } }",
            ),
            "gitlab-fleet:runners/a/config/autoscaler/plugin_config",
        ],
        [
            "a number below zero where one counts",
            RUNNER(", config: { executor: instance, autoscaler: { policy: [{ scale_factor: -0.5 }] } }"),
            "gitlab-fleet:runners/a/config/autoscaler/policy/0/scale_factor",
        ],
        [
            "a misspelt key of [runners.docker]",
            CONFIG(", docker: { pull_polcy: x }"),
            "gitlab-fleet:runners/a/config/docker",
        ],
        ["a misspelt key above [[runners]]", MANAGER(", concurent: 2"), "gitlab-fleet:managers/m/config"],
        ["the runners of a manager in its config", MANAGER(", runners: []"), "gitlab-fleet:managers/m/config"],
        ["a token in a worker", CONFIG(", token: x"), "gitlab-fleet:runners/a/config"],
        [
            "an unknown feature flag",
            CONFIG(", feature_flags: { FF_X: true }"),
            "gitlab-fleet:runners/a/config/feature_flags",
        ],
        ["a text in place of a number", CONFIG(', limit: "4"'), "gitlab-fleet:runners/a/config/limit"],
        ["a number in place of a text", CONFIG(", builds_dir: 4"), "gitlab-fleet:runners/a/config/builds_dir"],
        [
            "a number in place of a duration",
            CONFIG(", prepare_timeout: 4"),
            "gitlab-fleet:runners/a/config/prepare_timeout",
        ],
        ["a text in place of a list", RUNNER(", tags: docker"), "gitlab-fleet:runners/a/tags"],
        ["a number in a list of texts", CONFIG(", environment: [5]"), "gitlab-fleet:runners/a/config/environment/0"],
        [
            "a number that is too small",
            CONFIG(", request_concurrency: 0"),
            "gitlab-fleet:runners/a/config/request_concurrency",
        ],
        ["a choice that is none", RUNNER(", accessLevel: protected"), "gitlab-fleet:runners/a/accessLevel"],
        [
            "an executor that is none",
            RUNNER(", config: { executor: dokcer }"),
            "gitlab-fleet:runners/a/config/executor",
        ],
        [
            "a pull policy that is none",
            CONFIG(", docker: { pull_policy: sometimes }"),
            "gitlab-fleet:runners/a/config/docker/pull_policy",
        ],
        ["a log level that is none", MANAGER(", log_level: loud"), "gitlab-fleet:managers/m/config/log_level"],
        ["a section of another executor", CONFIG(", kubernetes: {}"), "gitlab-fleet:runners/a/config/kubernetes"],
        ["a map like an encrypted value", RUNNER(", note: { secret: x }"), "gitlab-fleet:runners/a/note"],
        ["a missing scope", "gitlab-fleet:runners: { a: { tags: [b] } }", "gitlab-fleet:runners/a"],
        ["a missing executor", RUNNER(", config: {}"), "gitlab-fleet:runners/a/config"],
        [
            "a missing concurrent, and missing runners",
            "gitlab-fleet:managers: { m: { placement: { directory: /a }, config: {} } }",
            "gitlab-fleet:managers/m",
            "gitlab-fleet:managers/m/config",
        ],
        [
            "two placements at once",
            MANAGER("").replace("docker: {}", "docker: {}, directory: /a"),
            "gitlab-fleet:managers/m/placement",
        ],
        [
            "a scope of two",
            "gitlab-fleet:runners: { a: { scope: { group: b, project: c } } }",
            "gitlab-fleet:runners/a/scope",
        ],
        [
            "a login without its name",
            MANAGER("").replace("docker: {}", "docker: { registryAuth: [{ address: a, password: b }] }"),
            "gitlab-fleet:managers/m/placement/docker/registryAuth/0",
        ],
    ];
    for (const [title, yaml, ...places] of REFUSED) {
        it(`refuses ${title}`, () => {
            const found = mistakesOf(yaml);
            for (const place of places) expect(found).to.include(place);
        });
    }

    const ACCEPTED: [title: string, yaml: string][] = [
        [
            "keys of config.toml in any depth",
            CONFIG(
                ", docker: { image: a, services: [{ name: b }], sysctls: { a: b } }, cache: { Type: s3, s3: { ServerSideEncryption: kms } }",
            ),
        ],
        [
            "a section of its own executor",
            RUNNER(", config: { executor: docker+machine, docker: { image: a }, machine: { MachineDriver: a } }"),
        ],
        ["a choice in another case, where gitlab-runner does not mind", MANAGER(", log_level: Debug")],
        ["one text or a list of them", CONFIG(", docker: { pull_policy: [always, never] }")],
        ["known feature flags", CONFIG(", feature_flags: { FF_USE_FASTZIP: true }")],
        ["keys that are newer", CONFIG(", extra: { docker: { brand_new: 1 } }")],
        [
            "what GitLab's plugins are told, each its own",
            `gitlab-fleet:runners: { a: ${PLUGIN("aws", "name: a, region: b")}, b: ${PLUGIN("googlecloud:1", "name: a, project: b, zone: { secure: c }")}, c: ${PLUGIN("fleeting-plugin-azure", "name: a")} }`,
        ],
        [
            "a factor that is no whole number",
            RUNNER(", config: { executor: instance, autoscaler: { policy: [{ scale_factor: 0.5 }] } }"),
        ],
        [
            "free tables",
            RUNNER(", config: { executor: instance, autoscaler: { plugin: a, plugin_config: { a: [1, { b: c }] } } }"),
        ],
        [
            "an encrypted value for a text, a number, a choice, in a list and in a map",
            `${CONFIG(", limit: { secure: v1 }, environment: [{ secure: v1 }], shell: { secure: v1 }, docker: { sysctls: { a: { secure: v1 } } }")}\ngitlab:token: { secure: v1 }\ngitlab:headers: { a: { secure: v1 } }`,
        ],
        [
            "encrypted values outside of config.toml",
            "gitlab-fleet:runners: { a: { scope: { group: { secure: v1 } }, accessLevel: { secure: v1 }, tags: [{ secure: v1 }], maximumTimeout: { secure: v1 }, adopt: { id: { secure: v1 } } } }",
        ],
        [
            "a part of a stack, and null for what a shared file says",
            "gitlab-fleet:extends: [common.yaml]\ngitlab-fleet:runners: { a: null, b: { tags: null, config: { limit: null, docker: null, executor: shell } } }\ngitlab-fleet:managers: { m: { placement: { directory: null, docker: {} } } }",
        ],
        ["a shared file", "gitlab-fleet:extends: []\ngitlab-fleet:runners: { a: { tags: [b], config: { limit: 1 } } }"],
    ];
    for (const [title, yaml] of ACCEPTED) {
        it(`accepts ${title}`, () => expect(mistakesOf(yaml)).to.deep.equal([]));
    }
});

function isOurs(value: unknown): value is Record<string, unknown> {
    return (
        typeof value === "object" && value !== null && Object.keys(value).some((key) => /^gitlab(-fleet)?:/.test(key))
    );
}
