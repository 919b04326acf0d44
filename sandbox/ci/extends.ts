import { type Config, ConfigProblem, deepMerge, isConfig } from "./yaml";

const MAX_DEPTH = 10;

/** Merges into each job what it inherits with `extends`; the keyword itself stays, as in GitLab's merged text. */
export function expandExtends(config: Config): Config {
    const done = new Map<string, Config>();
    const expand = (name: string, from: string[]): Config => {
        const known = done.get(name);
        if (known) return known;
        const job = config[name];
        if (!isConfig(job)) throw new ConfigProblem(`${from.at(-1) ?? name}: unknown keys in \`extends\` (${name})`);
        if (from.includes(name)) throw new ConfigProblem(`${name}: circular dependency detected in \`extends\``);
        if (from.length > MAX_DEPTH) throw new ConfigProblem(`${name}: nesting too deep in \`extends\``);
        const parents = job.extends === undefined ? [] : [job.extends].flat().map(String);
        const inherited = parents.map((parent) => expand(parent, [...from, name]));
        const { extends: _, ...own } = job;
        const merged = [...inherited.map(({ extends: __, ...rest }) => rest), own].reduce(deepMerge, {});
        const expanded = job.extends === undefined ? merged : { ...merged, extends: job.extends };
        done.set(name, expanded);
        return expanded;
    };
    return Object.fromEntries(
        Object.entries(config).map(([name, value]) => [
            name,
            isConfig(value) && name !== "variables" && name !== "default" && name !== "workflow"
                ? expand(name, [])
                : value,
        ]),
    );
}
