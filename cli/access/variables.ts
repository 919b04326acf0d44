/** CI/CD variables by name. */
export type Variables = Readonly<Record<string, string>>;

/** A text in which variables were replaced, as far as their values are known. */
export interface Expanded {
    /** The text; a variable without a known value stays as `${NAME}`. */
    text: string;
    /** Names of the variables without a known value, each once. */
    unknown: string[];
}

const REFERENCE = /\$\$|\$\{(\w+)\}|\$(\w+)|%(\w+)%/g;
const DEEPEST = 20;

/**
 * Replaces `$NAME`, `${NAME}` and `%NAME%` as GitLab does before it hands a job to a runner, values that name other
 * variables included. A variable that names itself counts as unknown.
 */
export function expand(text: string, variables: Variables): Expanded {
    const unknown = new Set<string>();
    const replace = (part: string, above: readonly string[]): string =>
        part.replace(REFERENCE, (whole, braced?: string, plain?: string, windows?: string) => {
            if (whole === "$$") return "$$";
            const name = (braced ?? plain ?? windows)!;
            const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
            if (value === undefined || above.includes(name) || above.length >= DEEPEST) {
                unknown.add(name);
                return `\${${name}}`;
            }
            return replace(value, [...above, name]);
        });
    return { text: replace(text, []).replaceAll("$$", "$"), unknown: [...unknown] };
}

/** True when a part of a text still stands for a variable. */
export function hasVariable(text: string): boolean {
    return /\$\{\w+\}/.test(text);
}

/** What has to be known about a project for the variables that GitLab predefines. */
export interface ProjectFacts {
    id: number;
    /** Full path. */
    path: string;
    /** Host, with port, and path prefix of the container registry: `registry.example.org:5050`. */
    registry: string;
    /** GitLab's own address: `https://gitlab.example.org`. */
    server: string;
    defaultBranch: string;
}

/** The predefined variables that can be part of an image's name or a project's path. */
export function predefinedVariables({ id, path, registry, server, defaultBranch }: ProjectFacts): Variables {
    const parts = path.split("/");
    const url = new URL(server);
    return {
        CI_DEFAULT_BRANCH: defaultBranch,
        CI_PROJECT_ID: String(id),
        CI_PROJECT_NAME: parts.at(-1)!,
        CI_PROJECT_NAMESPACE: parts.slice(0, -1).join("/"),
        CI_PROJECT_PATH: path,
        CI_PROJECT_ROOT_NAMESPACE: parts[0]!,
        CI_REGISTRY: registry,
        // Docker refuses capitals in a repository's name, so GitLab writes this one in lower case.
        CI_REGISTRY_IMAGE: `${registry}/${path.toLowerCase()}`,
        CI_SERVER_FQDN: url.host,
        CI_SERVER_HOST: url.hostname,
        CI_SERVER_URL: url.origin,
        CI_TEMPLATE_REGISTRY_HOST: "registry.gitlab.com",
    };
}
