import * as fc from "fast-check";
import type { ManagerConfig, WorkerConfig, WorkerEntry } from "../../../core/config-toml";
import { EXECUTOR_SECTIONS, needsOf, sectionsOf } from "../../../core/config-toml/executor-rules";
import {
    executorNames,
    featureFlags,
    type KeySpec,
    pluginTables,
    tableSpec,
} from "../../../core/config-toml/key-table";
import { scalingGroupOf } from "../../../core/config-toml/scaling-groups";
import { nanosecondsToDuration } from "../../../core/durations";
import { anyText } from "../../helpers/any-text";

/** Keys no generated configuration holds: what GitLab hands out, and the list of workers itself. */
export const NEVER_GENERATED: ReadonlySet<string> = new Set([
    "GlobalTable.runners",
    "WorkerTable.token",
    "WorkerTable.id",
    "WorkerTable.token_obtained_at",
    "WorkerTable.token_expires_at",
]);

/** How much of the key table a configuration uses: any part of it, or every key at once. */
export type Extent = "some keys" | "every key";

const AWKWARD = [
    "'",
    '"',
    "\\",
    "\n",
    "\r\n",
    "'''",
    '"""',
    "\t",
    " ",
    "#",
    "$x",
    "=",
    "[",
    "\u0000",
    "\u007f",
    "é",
    "漢",
    "😀",
    "a",
];

/** Any text a file can hold, the awkward kind included. */
export const text: fc.Arbitrary<string> = fc.oneof(
    fc.stringMatching(/^[a-z0-9/:._-]{0,16}$/),
    anyText({ maxLength: 12 }),
    fc.array(fc.constantFrom(...AWKWARD), { maxLength: 8 }).map((parts) => parts.join("")),
);

const word = fc.stringMatching(/^[a-zA-Z0-9_]{3,12}$/);
const someText = text.filter((value) => value !== "");
const mapKey = fc.oneof(word, someText).filter((key) => key !== "__proto__");
// Beyond 2^53 nanoseconds (104 days) the tests could not compare exactly.
const nanoseconds = fc.oneof(fc.integer({ min: 0, max: 2 ** 31 }), fc.maxSafeNat());

function durations(min = 0): fc.Arbitrary<string> {
    return fc.oneof(
        nanoseconds.map((count) => nanosecondsToDuration(count + min)),
        fc.integer({ min: 1, max: 2000 }).map((minutes) => `${minutes}m`),
        fc.constantFrom("1.5h", "90s", "1h30m", "2h45m10.25s", "0.5h20s"),
    );
}

const freeForm: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
    value: fc.oneof(
        { depthSize: "small", maxDepth: 3 },
        text,
        fc.boolean(),
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(mapKey, tie("value"), { maxKeys: 3, noNullPrototype: true }),
    ),
})).value;

const periods = fc.array(
    fc.constantFrom("* * * * *", "* 8-17 * * mon-fri", "0-30/5 13,16 * * SUN", "0 0 0 1 1 * 2030", "@daily"),
    {
        maxLength: 2,
    },
);
const zones = fc.constantFrom("", "UTC", "Local", "Europe/Berlin", "America/New_York");
const label = fc.dictionary(
    fc.stringMatching(/^[a-zA-Z0-9_][a-zA-Z0-9._-]{2,12}$/),
    fc.stringMatching(/^[a-zA-Z0-9._-]{1,12}$/),
    {
        maxKeys: 5,
        noNullPrototype: true,
    },
);

// Not fc.webUrl: it looks at every character there is before it makes the first address.
const url = fc
    .tuple(
        fc.constantFrom("http", "https"),
        fc.webAuthority(),
        fc.array(someText.map(encodeURIComponent), { maxLength: 3 }),
    )
    .map(([scheme, authority, path]) => [`${scheme}://${authority}`, ...path].join("/"));

const variables = fc.array(
    text.map((value) => `NAME=${value}`),
    { minLength: 1, maxLength: 2 },
);

// Keys with rules beyond their type.
const SPECIAL: Record<string, fc.Arbitrary<unknown>> = {
    "GlobalTable.concurrent": fc.integer({ min: 1, max: 1000 }),
    "GlobalTable.labels": label,
    "GlobalTable.log_field_schema_version": fc.integer({ min: 0, max: 3 }),
    "GlobalTable.log_field_dual_emit_target": fc.constantFrom(0, 4, 9),
    "WorkerTable.labels": label,
    "WorkerTable.environment": variables,
    "Service.environment": variables,
    "WorkerTable.url": url,
    "WorkerTable.feature_flags": fc.dictionary(fc.constantFrom(...Object.keys(featureFlags())), fc.boolean(), {
        noNullPrototype: true,
    }),
    "DockerMachine.MachineOptionsWithName": fc.array(
        text.map((value) => `${value}%s`),
        { maxLength: 2 },
    ),
    "DockerMachine.MachineName": someText.map((value) => `${value}-%s`),
    "DockerMachineAutoscaling.Periods": periods,
    "DockerMachineAutoscaling.Timezone": zones,
    "AutoscalerPolicyConfig.periods": periods,
    "AutoscalerPolicyConfig.timezone": zones,
    "JobQueuingDuration.periods": periods,
    "JobQueuingDuration.timezone": zones,
    "JobQueuingDuration.jobs_running_for_project": fc.constantFrom("", ".*", "^[0-9]{1,3}$", "(?P<few>\\d)", "<100"),
};
const NEEDED: Record<string, readonly string[]> = {
    KubernetesNFS: ["name", "mount_path", "server", "path"],
};

/** Tables of one kind, valid by every rule. */
export function tables(
    name: string,
    extent: Extent,
    needed: readonly string[] = [],
    without: readonly string[] = [],
): fc.Arbitrary<Record<string, unknown>> {
    const required = new Set([...needed, ...(NEEDED[name] ?? [])]);
    const keys: Record<string, fc.Arbitrary<unknown>> = {};
    for (const [key, spec] of tableSpec(name)) {
        const id = `${name}.${key}`;
        if (NEVER_GENERATED.has(id) || without.includes(key)) continue;
        const value = SPECIAL[id] ?? values(spec, extent);
        if (spec.required || spec.needed) required.add(key);
        keys[key] = required.has(key) ? value.filter((item) => item !== "") : value;
    }
    const requiredKeys = extent === "every key" ? Object.keys(keys) : [...required].filter((key) => key in keys);
    const table = fc.record(keys, { requiredKeys, noNullPrototype: true });
    return name === "AutoscalerConfig" ? fc.oneof(table, ofGitlabPlugin(table, extent)) : table;
}

/** The same with a plugin of GitLab's, and what it is told. */
function ofGitlabPlugin(
    table: fc.Arbitrary<Record<string, unknown>>,
    extent: Extent,
): fc.Arbitrary<Record<string, unknown>> {
    const plugins = Object.entries(pluginTables()).map(([name, config]) => {
        const plugin = fc.constantFrom(name, `${name}:1.2`, `registry.gitlab.com/gitlab-org/fleeting/plugins/${name}`);
        return fc.record({ plugin, plugin_config: tables(config, extent) }, { noNullPrototype: true });
    });
    return fc.tuple(table, fc.oneof(...plugins)).map(([keys, plugin]) => ({ ...keys, ...plugin }));
}

function values(spec: KeySpec, extent: Extent): fc.Arbitrary<unknown> {
    const item = items(spec, extent);
    const minLength = extent === "every key" ? 1 : 0;
    const list = fc.array(item, { minLength, maxLength: 2 });
    switch (spec.shape) {
        case "one":
            return item;
        case "list":
            return list;
        case "one or list":
            return fc.oneof(item, list);
        case "map":
            return fc.dictionary(mapKey, item, { minKeys: minLength, maxKeys: 2, noNullPrototype: true });
        case "map of lists":
            return fc.dictionary(mapKey, fc.array(item, { maxLength: 2 }), {
                minKeys: minLength,
                maxKeys: 2,
                noNullPrototype: true,
            });
    }
}

function items(spec: KeySpec, extent: Extent): fc.Arbitrary<unknown> {
    if (spec.table !== undefined) return tables(spec.table, extent);
    if (spec.enum !== undefined) return fc.constantFrom(...spec.enum);
    switch (spec.base) {
        case "string":
            return text;
        case "bool":
            return fc.boolean();
        case "int":
            return fc.oneof(
                fc.integer({ min: spec.min ?? -5, max: 100 }),
                fc.integer({ min: spec.min ?? 0, max: Number.MAX_SAFE_INTEGER }),
            );
        case "int32":
            return fc.integer();
        case "float":
            return fc
                .double({ noNaN: true, noDefaultInfinity: true, min: spec.min })
                .map((value) => (Object.is(value, -0) ? 0 : value));
        case "duration":
            return durations(spec.min);
        case "any":
            return freeForm;
        default:
            throw new Error(`no arbitrary for ${spec.base}`);
    }
}

/** Workers of one executor, with the sections it reads and no other. */
export function workers(executor: string, extent: Extent): fc.Arbitrary<WorkerEntry> {
    const needs = needsOf(executor)!;
    const read = sectionsOf(executor);
    const others = EXECUTOR_SECTIONS.filter((section) => !read.includes(section));
    const plain = tables("WorkerTable", extent, [], [...read, ...others, "executor", "name", "url"]);
    const sections = fc.record(
        Object.fromEntries(
            read.map((section) => {
                return [section, tables(tableSpec("WorkerTable").get(section)!.table!, extent, needs[section] ?? [])];
            }),
        ),
        { requiredKeys: extent === "every key" ? [...read] : Object.keys(needs), noNullPrototype: true },
    );
    return fc
        .record(
            {
                url: SPECIAL["WorkerTable.url"]! as fc.Arbitrary<string>,
                token: word.map((value) => `glrt-${value}`),
                id: fc.option(fc.integer({ min: 1 }), { nil: undefined }),
                name: text,
                plain,
                sections,
            },
            { noNullPrototype: true },
        )
        .map(({ url, token, id, name, plain: table, sections: below }) => ({
            name,
            url,
            token,
            ...(id === undefined ? {} : { id }),
            config: { executor, ...table, ...below } as unknown as WorkerConfig,
        }));
}

/** Whole configurations without a single error. */
export function configs(
    extent: Extent,
    executor: fc.Arbitrary<string> = fc.constantFrom(...executorNames()),
): fc.Arbitrary<ManagerConfig> {
    const worker = executor.chain((name) => workers(name, extent));
    const list = fc.uniqueArray(worker, {
        selector: (entry) => entry.name,
        minLength: extent === "every key" ? 1 : 0,
        maxLength: 3,
    });
    const valid = list.filter((entries) => {
        const groups = entries.flatMap(({ config }) => scalingGroupOf(config)?.key ?? []);
        return new Set(groups).size === groups.length;
    });
    return fc
        .record({ global: tables("GlobalTable", extent, ["concurrent"]), workers: valid }, { noNullPrototype: true })
        .map((config) => config as unknown as ManagerConfig);
}
