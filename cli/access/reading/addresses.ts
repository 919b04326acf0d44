import * as path from "node:path";
import type { Variables } from "../shell/variables";

/** An address on this GitLab, found in a text. */
export interface Address {
    /** `api`: a project in GitLab's API; `index`: packages of a group or of the instance; `git`: a repository. */
    kind: "api" | "index" | "git";
    /** Full path or id of the project, as far as it is known. */
    project: string;
    /** The credentials before the `@` or next to the address; `key` if the protocol asks for an SSH key. */
    credentials: "job token" | "others" | "key" | "none";
}

// The two alternatives in the user part are disjoint, and their number is limited, because texts are untrusted.
const URL =
    /(?:(https?|ssh):)?\/\/(?:((?:\$\([^()]*\)|(?!\$\([^()]*\))[^\s"'`@/]){0,1000})@)?([^\s"'`/@:]+)(?::(\d+))?(\/[^\s"'`<>|?#]*)/g;
/** Only job tokens are sent with this header and this parameter. */
const SENDS_TOKEN = /CI_JOB_TOKEN|\bJOB[-_]TOKEN\b/i;
const SENDS_OTHERS = /PRIVATE-TOKEN|DEPLOY-TOKEN|Authorization:\s*Bearer/i;
/** A user name with which GitLab accepts only a job token. */
const JOB_TOKEN = /CI_JOB_TOKEN|^gitlab-ci-token(:|$)/;
/** A module of Terraform's registry, which is found by name in any project of a group. */
const MODULE = /\bsource\s*=\s*"([\w.-]+)\/([\w-]+(?:\/[\w-]+){2})"/g;
const SCP = /(?:^|[\s"'`=])[\w.-]+@([\w.-]+):(?!\/\/)([^\s"'`:]+)/g;

/**
 * Finds addresses of this GitLab's repositories, packages and API in a text whose variables are replaced. `header` says
 * which credentials git was told to send with all of them.
 */
export function findAddresses(text: string, variables: Variables, header?: Address["credentials"]): Address[] {
    // GitLab itself may be installed below a path: `https://host/gitlab/`.
    const base = (variables.CI_SERVER_URL ?? "").replace(/^\w+:\/\/[^/]*/, "");
    const beside = header ?? (SENDS_OTHERS.test(text) ? "others" : SENDS_TOKEN.test(text) ? "job token" : undefined);
    const address = (kind: Address["kind"], project: string, user: Address["credentials"]): Address => {
        // Credentials that are only next to an address are not sent by git itself.
        const byUser = header === undefined && (user === "job token" || (kind === "git" && beside === "job token"));
        return { kind, project, credentials: byUser ? user : (beside ?? user) };
    };
    const urls = [...text.matchAll(URL)].flatMap(([, scheme, user, host, port, whole]): Address[] => {
        if (!isServer(host!, scheme === "ssh" ? undefined : port, variables)) return [];
        const below = whole!.startsWith(`${base}/`) ? whole!.slice(base.length) : "/";
        const by = scheme === "ssh" ? "key" : credentialsOf(user);
        const [, project] = /^\/api\/v4\/projects\/([^/]+)/.exec(below) ?? [];
        if (project !== undefined) return [address("api", project.replace(/%2f/gi, "/"), by)];
        // The other parts of the API accept no job token.
        if (/^\/api\/.*\/packages\//.test(below)) return [address("index", below.slice(1), by)];
        return /^\/(api\/|$)/.test(below) ? [] : [address("git", projectOf(below), by)];
    });
    const named = (form: RegExp, kind: Address["kind"], by: Address["credentials"]) =>
        [...text.matchAll(form)].flatMap(([, host, rest]) =>
            isServer(host!, undefined, variables) ? [address(kind, projectOf(rest!), by)] : [],
        );
    return [...urls, ...named(SCP, "git", "key"), ...named(MODULE, "index", "none")];
}

/**
 * Projects of this GitLab in `.gitmodules` that the variables do not exclude, and the credentials used to read them:
 * gitlab-runner sends the job's token, plain git does not.
 */
export function findSubmodules(gitmodules: string, variables: Variables): Address[] {
    // GitLab: paths, and paths to exclude, as `git submodule` takes them.
    const limits = (variables.GIT_SUBMODULE_PATHS ?? "").split(/[\s,]+/).filter((part) => part !== "");
    const left = limits.flatMap((part) => /^:\(exclude\)(.+)$/.exec(part)?.[1] ?? []);
    const only = limits.filter((part) => !part.startsWith(":("));
    const runner = /^(normal|recursive)$/.test(variables.GIT_SUBMODULE_STRATEGY ?? "");
    return gitmodules.split(/^[ \t]*\[/m).flatMap((section): Address[] => {
        const value = (key: string) => new RegExp(`^[ \\t]*${key}[ \\t]*=[ \\t]*(\\S+)\\s*?$`, "m").exec(section)?.[1];
        const [folder, url] = [value("path") ?? "", value("url")];
        if (url === undefined || left.includes(folder) || (only.length > 0 && !only.includes(folder))) return [];
        if (/^\.\.?\//.test(url)) {
            const project = projectOf(path.posix.join(variables.CI_PROJECT_PATH ?? "", url));
            return [{ kind: "git", project, credentials: "job token" }];
        }
        // SSH addresses need a key, not the token, unless the runner rewrites them.
        const rewrites = variables.GIT_SUBMODULE_FORCE_HTTPS === "true";
        return findAddresses(url, variables).map((one) => {
            const byToken = runner && (one.credentials !== "key" || rewrites);
            return { ...one, credentials: byToken ? "job token" : one.credentials };
        });
    });
}

function credentialsOf(user: string | undefined): Address["credentials"] {
    return !user ? "none" : JOB_TOKEN.test(user) ? "job token" : "others";
}

function isServer(host: string, port: string | undefined, { CI_SERVER_FQDN, CI_SERVER_HOST }: Variables): boolean {
    const bare = host.toLowerCase();
    const usual = port === undefined || port === "443" || port === "80";
    return (usual && bare === CI_SERVER_HOST?.toLowerCase()) || `${bare}:${port}` === CI_SERVER_FQDN?.toLowerCase();
}

/** The path before `.git` or before a page of the project, without punctuation at its end. */
function projectOf(rest: string): string {
    const project = rest.replace(/^\/+|\.git(?![\w-]).*$|\/-\/.*$|@[\w.-]+$/g, "");
    return project.replace(/(\$\{[^{}]*\})[/.,;)\]}]*$|(?<![/.,;)\]}])[/.,;)\]}]+$/, "$1");
}
