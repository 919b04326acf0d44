import { expect } from "chai";
import * as fc from "fast-check";
import { findProblems, parseConfigToml, renderConfigToml, type UncheckedConfig } from "../../../core/config-toml";
import { gitlabPlugin, isInstallable, neededKeys } from "../../../core/config-toml/fleeting";
import { pluginTables, tableSpec } from "../../../core/config-toml/key-table";
import { scalingGroupOf } from "../../../core/config-toml/scaling-groups";

type Table = Record<string, unknown>;

const NAMES: Record<string, Table> = {
    aws: { name: "ci" },
    azure: { name: "ci", subscription_id: "9b3c", resource_group_name: "ci-group" },
    googlecloud: { name: "ci", project: "acme", zone: "europe-west1-c" },
};

function worker(plugin: unknown, config?: unknown, keys: Table = {}): Table {
    return { executor: "instance", autoscaler: { plugin, plugin_config: config, ...keys } };
}

function file(...workers: Table[]): UncheckedConfig {
    return {
        global: { concurrent: 100 },
        workers: workers.map((config, index) => ({
            name: `w${index}`,
            config: { request_concurrency: 2, ...config },
        })),
    };
}

function errorsIn(...workers: Table[]): string[] {
    return findProblems(file(...workers), "m")
        .filter(({ severity }) => severity === "error")
        .map(({ path, message }) => `${path} ${message}`);
}

describe("fleeting plugins", () => {
    const FORMATS: [plugin: string, gitlabs: string | undefined, installable: boolean][] = [
        ["aws", "aws", true],
        ["azure:latest", "azure", true],
        ["googlecloud:1.2.3", "googlecloud", true],
        ["gitlab-org/fleeting/plugins/aws:1", "aws", true],
        ["registry.gitlab.com/gitlab-org/fleeting/plugins/aws", "aws", true],
        ["mirror.example.org:5000/gitlab-org/fleeting/plugins/azure:1.0", "azure", true],
        ["fleeting-plugin-aws", "aws", false],
        ["fleeting-plugin-googlecompute", "googlecloud", false],
        ["registry.gitlab.com/acme/plugins/aws:1", undefined, true],
        ["awsome", undefined, true],
        ["fleeting-plugin-hetzner", undefined, false],
        ["/opt/plugins/fleeting-plugin-aws", undefined, false],
        ["", undefined, false],
    ];
    for (const [plugin, gitlabs, installable] of FORMATS) {
        it(`${JSON.stringify(plugin)} is ${gitlabs ?? "none of GitLab's"}, ${installable ? "and fetched" : "and looked for where it is"}`, () => {
            expect(gitlabPlugin(plugin)).to.equal(gitlabs);
            expect(isInstallable(plugin)).to.equal(installable);
        });
    }

    it("are those that GitLab maintains, and need what tells one group from another", () => {
        const needed = Object.fromEntries(Object.keys(pluginTables()).map((name) => [name, neededKeys(name)]));
        expect(needed).to.deep.equal({
            aws: ["name"],
            azure: ["name", "subscription_id", "resource_group_name"],
            googlecloud: ["name", "project", "zone"],
        });
        expect([...tableSpec(pluginTables().aws!).keys()]).to.deep.equal([
            ...["name", "profile", "config_file", "credentials_file", "region"],
        ]);
    });

    it("are told nothing that they do not read, with what was meant", () => {
        expect(errorsIn(worker("aws:1", { name: "ci", credential_file: "/root/.aws/credentials" }))).to.deep.equal([
            'm.runners[0].autoscaler.plugin_config.credential_file is not a key of GitLab\'s fleeting plugin aws in [runners.autoscaler.plugin_config] (got a string of 22 characters). Did you mean "credentials_file"?',
        ]);
        expect(errorsIn(worker("azure", { ...NAMES.azure, zone: "1" }))[0]).to.match(
            /plugin_config\.zone is not a key of GitLab's fleeting plugin azure .* under extra if yours is newer than what GitLab documents\.$/,
        );
        expect(errorsIn(worker("aws", { name: "ci", username: "ubuntu" }))[0]).to.match(
            /It belongs .*\[runners\.autoscaler\.connector_config\]/,
        );
    });

    it("are told what they need, each value of its type", () => {
        for (const [name, config] of Object.entries(NAMES)) {
            expect(errorsIn(worker(name, config)), name).to.deep.equal([]);
            for (const key of neededKeys(name)) {
                const where = `m.runners[0].autoscaler.plugin_config.${key}`;
                for (const [value, says] of [
                    [undefined, `is missing, and GitLab's fleeting plugin ${name} cannot find its scaling group`],
                    ["", `is missing, and GitLab's fleeting plugin ${name} cannot find its scaling group`],
                    [7, "must be a string (got 7)"],
                    [null, "has no value (got null)"],
                ] as const) {
                    const [first, ...others] = errorsIn(worker(name, { ...config, [key]: value }));
                    expect(first).to.contain(`${where} ${says}`);
                    expect(others).to.deep.equal([]);
                }
            }
        }
        expect(errorsIn(worker("aws"))).to.have.lengthOf(1);
        expect(errorsIn(worker("aws", "ci"))[0]).to.match(/plugin_config must be a table \(got "ci"\)/);
    });

    it("of others are told anything, and GitLab's own what is newer by extra", () => {
        expect(errorsIn(worker("hetzner", { token: "x", sizes: [1, { a: true }] }))).to.deep.equal([]);
        expect(errorsIn(worker("acme/aws", { anything: 1 }))).to.deep.equal([]);
        const extra = { autoscaler: { plugin_config: { endpoint: "https://ec2.example.org" } } };
        expect(errorsIn({ ...worker("aws", { name: "ci" }), extra })).to.deep.equal([]);
        const known = { autoscaler: { plugin_config: { region: "eu-west-1" } } };
        expect(errorsIn({ ...worker("aws", { name: "ci" }), extra: known })[0]).to.match(
            /extra\.autoscaler\.plugin_config\.region is a key gitlab-runner .* Move it out of extra/,
        );
    });

    it("keep in a file that is read what GitLab's own do not know, apart, and what they do whatever its type", () => {
        const text = renderConfigToml({
            global: { concurrent: 1 },
            workers: [
                {
                    ...{ name: "a", url: "https://gitlab.example.org", token: "glrt-a" },
                    config: worker("aws", { name: "ci", region: 7, endpoint: { url: "x" } }) as never,
                },
                {
                    ...{ name: "b", url: "https://gitlab.example.org", token: "glrt-b" },
                    config: worker("own", { endpoint: 1 }) as never,
                },
            ],
        });
        const parsed = parseConfigToml(text);
        expect(parsed.workers.map(({ config }) => [config.autoscaler!.plugin_config, config.extra])).to.deep.equal([
            [{ name: "ci", region: 7 }, { autoscaler: { plugin_config: { endpoint: { url: "x" } } } }],
            [{ endpoint: 1 }, undefined],
        ]);
        expect(renderConfigToml(parsed)).to.equal(text);
    });

    it("take values that are known later for what they will be", () => {
        const later = Promise.resolve("ci");
        expect(errorsIn(worker("aws", { name: later }))).to.deep.equal([]);
        expect(errorsIn(worker("aws", later))).to.deep.equal([]);
        expect(errorsIn(worker(later, { anything: 1 }))).to.deep.equal([]);
        expect(scalingGroupOf(worker("aws", { name: later }))).to.equal(undefined);
    });
});

describe("scaling groups", () => {
    const plugin = fc.constantFrom(...Object.keys(NAMES));
    const others = fc.record({ max_instances: fc.nat(9), capacity_per_instance: fc.nat(9) });

    it("are refused at the second worker that names one, whatever else the two say", () => {
        fc.assert(
            fc.property(plugin, others, others, fc.boolean(), (name, one, other, reversed) => {
                const entries = Object.entries(NAMES[name]!);
                const again = Object.fromEntries(reversed ? entries.reverse() : entries);
                const [message, ...more] = errorsIn(
                    worker(name, NAMES[name], one),
                    worker(`gitlab-org/fleeting/plugins/${name}:1`, again, other),
                );
                expect(message).to.contain(
                    `m.runners[1].autoscaler.plugin_config is the same scaling group as m.runners[0].autoscaler.plugin_config (got the group "ci" of the plugin ${name})`,
                );
                expect(more).to.deep.equal([]);
            }),
            { numRuns: 50 },
        );
    });

    it("are others where one of the keys that GitLab's plugin needs is another", () => {
        for (const [name, config] of Object.entries(NAMES)) {
            for (const key of neededKeys(name))
                expect(errorsIn(worker(name, config), worker(name, { ...config, [key]: "x" }))).to.deep.equal([]);
        }
    });

    it("of AWS are others in another region or account, of Google Cloud whoever logs in", () => {
        for (const key of ["region", "profile", "credentials_file"])
            expect(errorsIn(worker("aws", { name: "ci" }), worker("aws", { name: "ci", [key]: "x" }))).to.deep.equal(
                [],
            );
        const login = { ...NAMES.googlecloud, credentials_file: "/root/ci.json" };
        expect(errorsIn(worker("googlecloud", NAMES.googlecloud), worker("googlecloud", login))).to.have.lengthOf(1);
    });

    it("of other plugins are the same where the whole table is", () => {
        expect(errorsIn(worker("own", { a: 1, b: 2 }), worker("own", { b: 2, a: 1 }))).to.have.lengthOf(1);
        expect(errorsIn(worker("own", { a: 1 }), worker("own", { a: 2 }))).to.deep.equal([]);
        expect(errorsIn(worker("own"), worker("own"))).to.deep.equal([]);
    });
});

describe("policies of autoscalers", () => {
    // Hours and days, as sets: a reading of periods that shares nothing with the one under test.
    const hours = fc.constantFrom("*", "0-11", "8-17", "12", "0-23");
    const days = fc.constantFrom("*", "1-5", "0", "6");
    const period = fc.tuple(hours, days).map(([hour, day]) => `* ${hour} * * ${day}`);
    const policy = fc.record({ periods: fc.option(fc.array(period, { maxLength: 2 }), { nil: undefined }) });

    function holds(periods: readonly string[] | undefined, hour: number, day: number): boolean {
        if (periods === undefined || periods.length === 0) return true;
        return periods.some((text) => {
            const [, hourField, , , dayField] = text.split(" ");
            return isIn(hourField!, hour) && isIn(dayField!, day);
        });
    }

    function isIn(field: string, value: number): boolean {
        const [from, to = from] = field.split("-").map(Number);
        return field === "*" || (value >= from! && value <= to!);
    }

    function warned(code: string, policies: readonly Table[]): number[] {
        return findProblems(file(worker("own", undefined, { policy: policies })), "m")
            .filter((problem) => problem.code === code)
            .map(({ path }) => Number(/policy\[(\d+)\]/.exec(path)![1]));
    }

    it("are said never to hold only where at no hour of the week the policy is the last that fits", () => {
        let said = 0;
        fc.assert(
            fc.property(fc.array(policy, { maxLength: 4 }), (policies) => {
                const flagged = warned("policy-never-holds", policies);
                said += flagged.length;
                const lasts = new Set<number>();
                for (let day = 0; day < 7; day++)
                    for (let hour = 0; hour < 24; hour++)
                        lasts.add(policies.findLastIndex(({ periods }) => holds(periods, hour, day)));
                expect(flagged.filter((one) => lasts.has(one))).to.deep.equal([]);
            }),
            { numRuns: 300 },
        );
        expect(said).to.be.greaterThan(100);
    });

    /** executors/kubernetes/autoscaler/pause_pod_manager.go, calculateDesiredReplicas. */
    function desired(jobs: number, idle: number, factor: number, limit: number): number {
        const scaled = Math.ceil(factor * jobs);
        return Math.max(idle, limit > 0 ? Math.min(scaled, limit) : scaled);
    }

    it("have a scale_factor_limit that is warned of exactly where the scale_factor then never has an effect", () => {
        const table = fc.record({
            idle_count: fc.nat(6),
            scale_factor: fc.constantFrom(0.25, 0.5, 1, 2),
            scale_factor_limit: fc.nat(6),
        });
        fc.assert(
            fc.property(table, (one) => {
                const { idle_count: idle, scale_factor: factor, scale_factor_limit: limit } = one;
                const jobs = Array.from({ length: 100 }, (_, count) => count);
                const useless = jobs.every((count) => desired(count, idle, factor, limit) === idle);
                expect(warned("scale-factor-limit-out-of-reach", [one])).to.deep.equal(useless ? [0] : []);
            }),
            { numRuns: 200 },
        );
    });

    it("are read on pods that hold nodes ready as on instances", () => {
        const of = (keys: Table) =>
            errorsIn({ executor: "kubernetes", kubernetes: { autoscaler: { policy: [keys] } } });
        expect(of({ periods: ["* 8-17 * * mon-fri"], timezone: "Europe/Berlin" })).to.deep.equal([]);
        expect(of({ periods: ["* 8-25 * * *"] })[0]).to.match(
            /^m\.runners\[0\]\.kubernetes\.autoscaler\.policy\[0\]\.periods\[0\] has a hour field/,
        );
        expect(of({ timezone: "Mars/Olympus" })[0]).to.match(/policy\[0\]\.timezone is not a time zone/);
    });

    it("and their autoscaler take no number below zero", () => {
        const keys = { capacity_per_instance: -1, max_use_count: -1, max_instances: -1 };
        expect(errorsIn(worker("own", undefined, keys))).to.have.lengthOf(3);
        const numbers = { idle_count: -1, scale_factor: -0.5, scale_factor_limit: -1 };
        const said = errorsIn(worker("own", undefined, { policy: [numbers] }));
        expect(said.map((text) => text.replace(/^m\.runners\[0\]\.autoscaler\./, ""))).to.deep.equal([
            "policy[0].idle_count must be at least 0 (got -1). Raise it or leave it out.",
            "policy[0].scale_factor must be at least 0 (got -0.5). Raise it or leave it out.",
            "policy[0].scale_factor_limit must be at least 0 (got -1). Raise it or leave it out.",
        ]);
    });
});
