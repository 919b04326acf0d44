/** CI/CD variables by name. */
export type Variables = Readonly<Record<string, string>>;

/** Placeholder for what is only known when a job runs; variables without a known value stay as `${NAME}`. */
export const COMPUTED = `\${…}`;
/** The runner's folder for the repository, as far as paths in it matter. */
export const PROJECT_DIR = "/builds/project";

const REFERENCE = /\$\$|\$\{(\w+)(?::?([-+?])([^}]{0,1000}))?\}|\$(\w+)|%(\w+)%/g;
const DEEPEST = 20;
const LONGEST = 10_000;

/**
 * Replaces `$NAME`, `${NAME}` and `%NAME%` as GitLab does before it passes a job to a runner, even in values of other
 * variables, and `${NAME:-default}` and `${NAME:+other}` as Docker and the like do. A variable that contains itself, or
 * grows without end, counts as unknown and stays as `${NAME}`.
 */
export function expand(text: string, variables: Variables): string {
    let left = LONGEST;
    const valueFor = (name: string, above: readonly string[]) =>
        above.includes(name) || above.length >= DEEPEST || left <= 0 ? undefined : variables[name];
    const replace = (part: string, above: readonly string[]): string =>
        part.replace(REFERENCE, (whole, braced, kind, word, plain, windows) => {
            const name: string | undefined = braced ?? plain ?? windows;
            if (name === undefined) return whole;
            const value = valueFor(name, above);
            left -= (value?.length ?? 0) + 1;
            if (kind === (value ? "+" : "-")) return word;
            if (kind === "+") return "";
            return value === undefined ? `\${${name}}` : replace(value, [...above, name]);
        });
    return replace(text, []).replaceAll("$$", "$");
}

/** Wraps variables to note in `asked` which names were read, and their values. */
export function noting(variables: Variables, asked: Map<string, string | undefined>): Variables {
    const get = (_: object, name: string) => {
        asked.set(name, variables[name]);
        return variables[name];
    };
    return new Proxy(Object.create(null), { get });
}

/** A set of variables over another. It has no prototype, because a variable may be called `constructor`. */
export function over(below: Variables | null, ...sets: readonly Variables[]): Record<string, string> {
    return Object.assign(Object.create(below), ...sets);
}

/** A set merged with those below it, down to another set. */
export function flat(variables: Variables, downTo: Variables): Variables {
    const all = over(null);
    for (const name in variables) if (!(name in downTo)) all[name] = variables[name]!;
    return all;
}

/** Names of the variables that remain in a text. */
export function variablesIn(text: string): string[] {
    return [...new Set([...text.matchAll(/\$\{(\w+|…)\}/g)].map(([, name]) => name!))];
}

/** Why something is not read, and what would resolve it. */
export function unread(why: string): string {
    return `${why}. The job-token log shows what it reaches`;
}

/** Why a text that still contains variables has no meaning, and what to do. `build`: it is in a Dockerfile. */
export function whyHidden(text: string, build = false): string {
    const names = variablesIn(text);
    const listed = names.map((name) => `$${name}`).join(", ");
    if (build)
        return `neither the Dockerfile nor the command that builds it gives ${listed} a value. The job's log shows what it pulls`;
    if (names.length === 0 || names.some((name) => /^(…|\d+|OPTARG|HOME|HOSTNAME|RANDOM|CI_.*)$/.test(name))) {
        return "it is put together when the job runs. The job's log shows it, the job-token log where it led";
    }
    const give = names.map((name) => `--variable ${name}=…`).join(" ");
    return `the configuration does not define ${listed}. Give ${names.length === 1 ? "it" : "them"}: ${give}`;
}
