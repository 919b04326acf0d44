import type { ListedProject } from "./gather";

/** CI/CD variables by name. */
export type Variables = Readonly<Record<string, string>>;

/** Stands for what is known only when a job runs; the other marks are `${NAME}`, for variables without a known value. */
export const COMPUTED = `\${…}`;
/** Where the runner puts the repository, as far as paths in it are concerned. */
export const PROJECT_DIR = "/builds/project";

const REFERENCE = /\$\$|\$\{(\w+)\}|\$(\w+)|%(\w+)%/g;
const DEEPEST = 20;
const LONGEST = 10_000;

/**
 * Replaces `$NAME`, `${NAME}` and `%NAME%` as GitLab does before it hands a job to a runner, values that name other
 * variables included. A variable that names itself, or grows without end, counts as unknown and stays as `${NAME}`.
 */
export function expand(text: string, variables: Variables): string {
    let left = LONGEST;
    const replace = (part: string, above: readonly string[]): string =>
        part.replace(REFERENCE, (whole, braced?: string, plain?: string, windows?: string) => {
            if (whole === "$$") return "$$";
            const name = (braced ?? plain ?? windows)!;
            const value = variables[name];
            if (value === undefined || above.includes(name) || above.length >= DEEPEST || left <= 0)
                return `\${${name}}`;
            left -= value.length + 1;
            return replace(value, [...above, name]);
        });
    return replace(text, []).replaceAll("$$", "$");
}

/** `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+other}` as Docker and its kin read them. */
export function substitute(text: string, variables: Variables): string {
    return text.replace(/\$(?:\{(\w+)(?::?([-+?])([^}]*))?\}|(\w+))/g, (_, braced, kind, word, plain) => {
        const value = variables[braced ?? plain];
        if (kind === "-") return value || word;
        return kind === "+" ? value && word : (value ?? `\${${braced ?? plain}}`);
    });
}

/** Variables of which it is noted which names were asked for, and what they stood for. */
export function noting(variables: Variables, asked: Map<string, string | undefined>): Variables {
    const get = (_: object, name: string) => {
        asked.set(name, variables[name]);
        return variables[name];
    };
    return new Proxy(Object.create(null), { get });
}

/** Variables as a set of its own over another. Without a prototype below: a variable may be called `constructor`. */
export function over(below: Variables | null, ...sets: readonly Variables[]): Record<string, string> {
    return Object.assign(Object.create(below), ...sets);
}

/** A set with those below it, as one, down to another. */
export function flat(variables: Variables, downTo: Variables): Variables {
    const all = over(null);
    for (const name in variables) if (!(name in downTo)) all[name] = variables[name]!;
    return all;
}

/** Names of the variables that are left in a text. */
export function variablesIn(text: string): string[] {
    return [...new Set([...text.matchAll(/\$\{(\w+|…)\}/g)].map(([, name]) => name!))];
}

/**
 * The predefined variables that can be part of an image's name or a project's path, on the default branch. `registry`: host,
 * with port, and path prefix; `server`: GitLab's own address.
 */
export function predefinedVariables(
    {
        id,
        path_with_namespace: path,
        default_branch,
    }: Pick<ListedProject, "id" | "path_with_namespace" | "default_branch">,
    registry: string,
    server: string,
): Variables {
    const defaultBranch = default_branch ?? "main";
    const parts = path.split("/");
    const url = new URL(server);
    const address = server.replace(/\/+$/, "");
    const dashed = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, "-");
    const slug = (text: string) =>
        dashed(text)
            .slice(0, 63)
            .replace(/^-+|-+$/g, "");
    return {
        CI_API_V4_URL: `${address}/api/v4`,
        CI_COMMIT_BRANCH: defaultBranch,
        CI_COMMIT_REF_NAME: defaultBranch,
        CI_COMMIT_REF_SLUG: slug(defaultBranch),
        CI_DEFAULT_BRANCH: defaultBranch,
        CI_PROJECT_DIR: PROJECT_DIR,
        CI_PROJECT_ID: String(id),
        CI_PROJECT_NAME: parts.at(-1)!,
        CI_PROJECT_NAMESPACE: parts.slice(0, -1).join("/"),
        CI_PROJECT_PATH: path,
        CI_PROJECT_PATH_SLUG: slug(path),
        CI_PROJECT_ROOT_NAMESPACE: parts[0]!,
        CI_PROJECT_URL: `${address}/${path}`,
        CI_REGISTRY: registry,
        // Docker refuses capitals in a repository's name, so GitLab writes this one in lower case.
        CI_REGISTRY_IMAGE: `${registry}/${path.toLowerCase()}`,
        CI_REPOSITORY_URL: `${address.replace("//", `//gitlab-ci-token:\${CI_JOB_TOKEN}@`)}/${path}.git`,
        CI_SERVER_FQDN: url.host,
        CI_SERVER_HOST: url.hostname,
        CI_SERVER_PORT: url.port || (url.protocol === "https:" ? "443" : "80"),
        CI_SERVER_PROTOCOL: url.protocol.slice(0, -1),
        CI_SERVER_URL: address,
        CI_TEMPLATE_REGISTRY_HOST: "registry.gitlab.com",
    };
}
