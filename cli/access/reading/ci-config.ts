import { parse } from "yaml";
import { isMap } from "../../../core/values";
import { over, type Variables } from "../shell/variables";
import type { ReferenceKind } from "./references";
import { TOOLS } from "./texts";

/** A job of a merged CI configuration that may run, with everything it inherits. */
export interface CiJob {
    name: string;
    /**
     * Every combination of variables that the job may run with: its own, each rule's, each matrix line's, outer ones.
     */
    variables: Texts[];
    /** Images and projects that it names. */
    names: { kind: ReferenceKind; text: string }[];
    /** Commands; a separate shell, which starts in the project's folder, runs each list. */
    scripts: string[][];
    /** The contents of the child pipeline that it starts, as written. */
    child: unknown[];
    /** Parts of it that are not read. */
    unread: string[];
    /** From all its variables: values that programs may read by themselves, and whether a variable holds the token. */
    settings: string[];
    usesToken: boolean;
}

type Map = Record<string, unknown>;
type Texts = Record<string, string>;
type Inherited = { defaults: Map; globals: Texts[]; below: Texts; wins: Texts };

/** Variables from outside the configuration. */
export interface Around {
    predefined?: Variables;
    /** Values from GitLab's settings, given by the user; they override the configuration. */
    given?: Variables;
    /** Variables of the job that starts this as a child pipeline. */
    above?: Variables;
}

const NOT_JOBS = new Set(
    "after_script before_script cache default image include services spec stages types variables workflow".split(" "),
);
const INHERITED = ["image", "services", "before_script", "after_script", "hooks"];
/** GitLab: a matrix creates at most 200 jobs. */
const MOST_COMBINATIONS = 200;
/** Ruby writes repeated values once, and refers to them by alias. The limit is for texts that were made to grow. */
const READING = { merge: true, uniqueKeys: false, logLevel: "silent", maxAliasCount: 100_000 } as const;

/** Reads the merged configuration that GitLab returns. */
export function readCiConfig(text: string, around: Around = {}): CiJob[] {
    const root = asMap(parse(text, withPlainKeys, READING));
    const defaults = { ...pick(root, INHERITED), ...asMap(root.default) };
    // If a pipeline's workflow has rules, one of them applies; if none has variables, there is only one case.
    const own = toVariables(root.variables);
    const [below, wins] = [over(null, around.predefined ?? {}), { ...around.above, ...around.given }];
    const globals = (ruleVariables(asMap(root.workflow).rules) ?? []).map((each) => over(below, own, each));
    const told = globals.flatMap(tellingIn);
    return Object.keys(root)
        .filter((name) => !NOT_JOBS.has(name) && !name.startsWith(".") && isMap(root[name]))
        .map((name) => {
            const job = toJob(name, asMap(root[name]), { defaults, globals, below, wins });
            const all = [...told, ...job.variables.flatMap(tellingIn)];
            const settings = [...new Set(all.map(([name]) => name))];
            return { ...job, settings, usesToken: all.some(([, value]) => value.includes("CI_JOB_TOKEN")) };
        })
        .filter((job) => job.variables.length > 0);
}

/** Variables of this set itself that may matter to the programs of a job. */
function tellingIn(variables: Texts): [string, string][] {
    return Object.entries(variables).filter(([name, value]) => TOOLS.test(name) || /\/|CI_JOB_TOKEN/.test(value));
}

/** Merged configurations used to contain Ruby symbols, `:image:`, and those of older GitLabs still do. */
function withPlainKeys(_: unknown, value: unknown): unknown {
    if (!isMap(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key.replace(/^:/, ""), item]));
}

function toJob(name: string, job: Map, { defaults, globals, below, wins }: Inherited) {
    const inherit = asMap(job.inherit);
    const trigger = typeof job.trigger === "string" ? { project: job.trigger } : asMap(job.trigger);
    // A job that only starts a pipeline needs no runner, so no image is pulled for it.
    const runs = job.trigger === undefined ? { ...inherited(defaults, inherit.default, {}), ...job } : {};
    const own = toVariables(job.variables);
    const itself = { CI_JOB_NAME: name, CI_JOB_STAGE: String(job.stage ?? "test") };
    const sets = (job.when === "never" ? [] : (ruleVariables(job.rules) ?? [])).flatMap((rule) =>
        matrix(job.parallel).map((line) => [own, rule, line, wins, itself]),
    );
    const variables = globals.flatMap((each) => {
        const from = inherited(each, inherit.variables, below);
        return sets.map((set) => over(from, ...set));
    });
    const needs = asList(job.needs).map(asMap);
    const imagesOf = (value: unknown) => asList(value).map((one) => asMap(one).name ?? one);
    const mentions: Partial<Record<ReferenceKind, unknown[]>> = {
        image: imagesOf(runs.image),
        service: imagesOf(runs.services),
        // `needs: pipeline` mirrors the status of another project's pipeline.
        trigger: [trigger.project, ...needs.map(({ job, pipeline }) => !job && pipeline)],
        needs: needs.map(({ project }) => project),
        include: includedProjects(trigger.include),
    };
    return {
        name,
        variables: variables.slice(0, MOST_COMBINATIONS),
        names: Object.entries(mentions).flatMap(([kind, all]) =>
            all.flatMap(texts).map((text) => ({ kind: kind as ReferenceKind, text })),
        ),
        scripts: [
            texts([asMap(runs.hooks).pre_get_sources_script, runs.before_script, runs.script]),
            texts(runs.after_script),
        ],
        child: asList(trigger.include),
        unread: [
            ...(job.run === undefined ? [] : ["its steps are not read"]),
            ...(variables.length > MOST_COMBINATIONS ? ["it may run with too many sets of variables to read all"] : []),
        ],
    };
}

/** Projects of `include: project`, and paths of `include: component`, without host and version. */
export function includedProjects(include: unknown): string[] {
    return asList(include).flatMap((entry) => {
        const { project, component } = asMap(entry);
        const path = typeof component === "string" ? component.replace(/@[^@]*$/, "").replace(/^[^/]*\//, "") : [];
        return [...texts(project), ...texts(path)];
    });
}

/** Variables of each rule that lets the job run, an empty set for a rule without any; undefined if it never runs. */
function ruleVariables(rules: unknown): Texts[] | undefined {
    if (!Array.isArray(rules)) return [{}];
    const last = rules.findIndex((rule) => isMap(rule) && !["if", "changes", "exists"].some((key) => key in rule));
    const running = (last < 0 ? rules : rules.slice(0, last + 1)).map(asMap).filter(({ when }) => when !== "never");
    const sets = running.map(({ variables }) => toVariables(variables));
    return sets.length === 0 ? undefined : [...new Map(sets.map((set) => [JSON.stringify(set), set])).values()];
}

function matrix(parallel: unknown): Texts[] {
    const lines = asList(asMap(parallel).matrix).flatMap((line) =>
        Object.entries(asMap(line)).reduce<Texts[]>(
            (rows, [name, values]) =>
                rows
                    .flatMap((row) => asList(values).map((value) => ({ ...row, [name]: String(value) })))
                    .slice(0, MOST_COMBINATIONS + 1),
            [{}],
        ),
    );
    return lines.length > 0 ? lines : [{}];
}

/** Applies `inherit: default: false` or `inherit: variables: [A]`. */
function inherited<T>(values: Record<string, T>, rule: unknown, none: Record<string, T>): Record<string, T> {
    if (rule === false) return none;
    return Array.isArray(rule) ? Object.assign(Object.create(none), pick(values, rule.map(String))) : values;
}

function toVariables(value: unknown): Texts {
    const entries = Object.entries(asMap(value)).flatMap(([name, given]) => {
        const plain = isMap(given) ? given.value : given;
        return plain === undefined || plain === null ? [] : [[name, String(plain)] as const];
    });
    return Object.fromEntries(entries);
}

/** Texts of a list and of nested lists. */
function texts(value: unknown): string[] {
    return asList(value)
        .flat(Number.POSITIVE_INFINITY)
        .filter((item): item is string => typeof item === "string" && item !== "");
}

export function asList(value: unknown): unknown[] {
    if (value === undefined || value === null) return [];
    return Array.isArray(value) ? value : [value];
}

export function asMap(value: unknown): Map {
    return isMap(value) ? value : {};
}

function pick<T>(values: Record<string, T>, names: readonly string[]): Record<string, T> {
    return Object.fromEntries(names.filter((name) => name in values).map((name) => [name, values[name]!]));
}
