import { parse } from "yaml";

/** A job of a merged CI configuration, with what it inherits. */
export interface CiJob {
    name: string;
    /** Every combination of variables that the job may run with: its own, each rule's and each line of its matrix. */
    variables: Record<string, string>[];
    images: string[];
    services: string[];
    /** All commands, in the order in which they run. */
    script: string[];
    /** Projects whose pipelines it starts. */
    triggers: string[];
    /** Projects whose artifacts it downloads. */
    needs: string[];
    /** Projects whose files make up the child pipeline that it starts. */
    includes: string[];
}

/** A merged CI configuration as far as it matters to access. */
export interface CiConfig {
    jobs: CiJob[];
    /** Projects and components that the configuration itself is made of. */
    includes: string[];
    /** Global variables. */
    variables: Record<string, string>;
}

type Map = Record<string, unknown>;

const NOT_JOBS = new Set(
    "after_script before_script cache default image include services spec stages types variables workflow".split(" "),
);
const MOST_COMBINATIONS = 500;

/** Reads the text of a `.gitlab-ci.yml`, or the merged configuration that GitLab returns for it. */
export function readCiConfig(text: string): CiConfig {
    // `!reference [job, key]` is resolved in merged configurations; in others it becomes an ordinary list.
    const root = asMap(withPlainKeys(parse(text, { merge: true, logLevel: "silent", customTags: [reference] })));
    const defaults = { ...pick(root, ["image", "services", "before_script", "after_script"]), ...asMap(root.default) };
    const globals = toVariables(root.variables);
    const jobs = Object.keys(root)
        .filter((name) => !NOT_JOBS.has(name) && !name.startsWith(".") && isMap(root[name]))
        .map((name) => toJob(name, extended(root, name), defaults, globals));
    return { jobs, includes: includedProjects(root.include), variables: globals };
}

const reference = {
    tag: "!reference",
    collection: "seq" as const,
    identify: () => false,
    resolve: (seq: unknown) => seq,
};

/** Merged configurations came as Ruby writes its symbols, `:image:`, and from older GitLabs still do. */
function withPlainKeys(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(withPlainKeys);
    if (!isMap(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key.replace(/^:/, ""), withPlainKeys(item)]));
}

function toJob(name: string, job: Map, defaults: Map, globals: Record<string, string>): CiJob {
    const inherit = asMap(job.inherit);
    const given = { ...inherited(defaults, inherit.default), ...job };
    const base = { ...inherited(globals, inherit.variables), ...toVariables(job.variables) };
    const trigger = typeof job.trigger === "string" ? { project: job.trigger } : asMap(job.trigger);
    return {
        name,
        variables: combinations(base, job),
        images: asList(given.image).flatMap(nameOf),
        services: asList(given.services).flatMap(nameOf),
        script: [given.before_script, given.script, given.after_script].flatMap(toLines),
        triggers: texts(trigger.project),
        needs: asList(job.needs).flatMap((need) => texts(asMap(need).project)),
        includes: includedProjects(trigger.include),
    };
}

/** Projects of `include: project`, and paths of `include: component` without host and version. */
function includedProjects(include: unknown): string[] {
    return asList(include).flatMap((entry) => {
        const { project, component } = asMap(entry);
        const path = typeof component === "string" ? component.replace(/@[^@]*$/, "").replace(/^[^/]*\//, "") : [];
        return [...texts(project), ...texts(path)];
    });
}

/** The job with everything it extends; merged configurations hold the result already, and stay the same. */
function extended(root: Map, name: string, above: readonly string[] = []): Map {
    const job = asMap(root[name]);
    const parents = asList(job.extends).filter((parent): parent is string => typeof parent === "string");
    return [...parents.filter((parent) => !above.includes(parent)), ""].reduce<Map>(
        (merged, parent) => deepMerge(merged, parent === "" ? job : extended(root, parent, [...above, name])),
        {},
    );
}

function deepMerge(under: Map, over: Map): Map {
    const merged = { ...under };
    for (const [key, value] of Object.entries(over)) {
        const below = merged[key];
        merged[key] = isMap(below) && isMap(value) ? deepMerge(below, value) : value;
    }
    return merged;
}

function combinations(base: Record<string, string>, job: Map): Record<string, string>[] {
    const rules = asList(job.rules).flatMap((rule) => {
        const variables = toVariables(asMap(rule).variables);
        return Object.keys(variables).length > 0 ? [variables] : [];
    });
    const matrix = asList(asMap(job.parallel).matrix).flatMap((line) =>
        Object.entries(asMap(line)).reduce<Record<string, string>[]>(
            (rows, [name, values]) =>
                rows
                    .flatMap((row) => asList(values).map((value) => ({ ...row, [name]: String(value) })))
                    .slice(0, MOST_COMBINATIONS),
            [{}],
        ),
    );
    const lines = matrix.length > 0 ? matrix : [{}];
    return lines
        .flatMap((line) => [{}, ...rules].map((rule) => ({ ...base, ...rule, ...line })))
        .slice(0, MOST_COMBINATIONS);
}

/** `inherit: default: false` and `inherit: variables: [A]`. */
function inherited<T>(values: Record<string, T>, rule: unknown): Record<string, T> {
    if (rule === false) return {};
    return Array.isArray(rule) ? pick(values, rule.map(String)) : values;
}

function toVariables(value: unknown): Record<string, string> {
    const entries = Object.entries(asMap(value)).flatMap(([name, given]) => {
        const plain = isMap(given) ? given.value : given;
        return plain === undefined || plain === null ? [] : [[name, String(plain)] as const];
    });
    return Object.fromEntries(entries);
}

function nameOf(image: unknown): string[] {
    return texts(typeof image === "string" ? image : asMap(image).name);
}

function toLines(script: unknown): string[] {
    return asList(script).flatMap((line) => (Array.isArray(line) ? toLines(line) : texts(line)));
}

function texts(value: unknown): string[] {
    return asList(value).filter((item): item is string => typeof item === "string" && item !== "");
}

function asList(value: unknown): unknown[] {
    if (value === undefined || value === null) return [];
    return Array.isArray(value) ? value : [value];
}

function asMap(value: unknown): Map {
    return isMap(value) ? value : {};
}

function isMap(value: unknown): value is Map {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

function pick<T>(values: Record<string, T>, names: readonly string[]): Record<string, T> {
    return Object.fromEntries(names.filter((name) => name in values).map((name) => [name, values[name]!]));
}
