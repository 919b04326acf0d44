import * as path from "node:path";
import type { Variables } from "../shell/variables";

/** An address on this GitLab that stands in a text. */
export interface Address {
    /** `api`: of a project in GitLab's API; `index`: of a group's or everybody's packages; `git`: of a repository. */
    kind: "api" | "index" | "git";
    /** Full path or id of the project, as far as it is known. */
    project: string;
    /** What stands before the `@` or beside the address, or the protocol that asks for a key. */
    credentials: "job token" | "others" | "key" | "none";
}

// The two that a user is made of exclude each other, and there are not many: texts are other people's.
const URL =
    /(?:(https?|ssh):)?\/\/(?:((?:\$\([^()]*\)|(?!\$\([^()]*\))[^\s"'`@/]){0,1000})@)?([^\s"'`/@:]+)(?::(\d+))?(\/[^\s"'`<>|?#]*)/g;
/** Nothing but a job token goes by this header and this parameter. */
const SENDS_TOKEN = /CI_JOB_TOKEN|\bJOB[-_]TOKEN\b/i;
const SENDS_OTHERS = /PRIVATE-TOKEN|DEPLOY-TOKEN|Authorization:\s*Bearer/i;
/** GitLab takes nothing but a job token from this user. */
const JOB_TOKEN = /CI_JOB_TOKEN|^gitlab-ci-token(:|$)/;
/** A module of Terraform's registry, which finds it by its name, in whatever project of a group it is. */
const MODULE = /\bsource\s*=\s*"([\w.-]+)\/([\w-]+(?:\/[\w-]+){2})"/g;
const SCP = /(?:^|[\s"'`=])[\w.-]+@([\w.-]+):(?!\/\/)([^\s"'`:]+)/g;

/**
 * Addresses of this GitLab's repositories, packages and API in a text whose variables are replaced. `header`: what git was
 * given to send to them all.
 */
export function findAddresses(text: string, variables: Variables, header?: Address["credentials"]): Address[] {
    // A GitLab may live below a path itself: `https://host/gitlab/`.
    const base = (variables.CI_SERVER_URL ?? "").replace(/^\w+:\/\/[^/]*/, "");
    const beside = header ?? (SENDS_OTHERS.test(text) ? "others" : SENDS_TOKEN.test(text) ? "job token" : undefined);
    const address = (kind: Address["kind"], project: string, user: Address["credentials"]): Address => {
        // What stands beside an address is nothing that git sends by itself.
        const byUser = header === undefined && (user === "job token" || (kind === "git" && beside === "job token"));
        return { kind, project, credentials: byUser ? user : (beside ?? user) };
    };
    const urls = [...text.matchAll(URL)].flatMap(([, scheme, user, host, port, whole]): Address[] => {
        if (!isServer(host!, scheme === "ssh" ? undefined : port, variables)) return [];
        const below = whole!.startsWith(`${base}/`) ? whole!.slice(base.length) : "/";
        const by = scheme === "ssh" ? "key" : credentialsOf(user);
        const [, project] = /^\/api\/v4\/projects\/([^/]+)/.exec(below) ?? [];
        if (project !== undefined) return [address("api", project.replace(/%2f/gi, "/"), by)];
        // What else there is of the API takes no job token.
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
 * Projects of this GitLab that `.gitmodules` names, as far as the variables do not leave them out, and by what they are
 * read: gitlab-runner sends the job's token, git alone does not.
 */
export function findSubmodules(gitmodules: string, variables: Variables): Address[] {
    // GitLab: paths, and paths to leave out, as `git submodule` takes them.
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
        // Addresses of SSH ask for a key, not for the token, unless the runner has them rewritten.
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

/** What stands before `.git`, or before a page of the project, without what ends a sentence, a list or a call. */
function projectOf(rest: string): string {
    const project = rest.replace(/^\/+|\.git(?![\w-]).*$|\/-\/.*$|@[\w.-]+$/g, "");
    return project.replace(/(\$\{[^{}]*\})[/.,;)\]}]*$|(?<![/.,;)\]}])[/.,;)\]}]+$/, "$1");
}
