import { error, findUnknownKeys, type Problem } from "../../../core/problems";
import { WANTED_TOKEN, whyNotForApi } from "../../../core/token-kinds";
import { type ENCRYPTED, show } from "../../../core/values";
import type { Kind } from "../../common/shape";
import { fromJson } from "./known";
import { GITLAB_KEYS } from "./schema";

/** Where GitLab's address and token were found. */
export interface GitlabSettings {
    /** Values of the keys below `gitlab:`, as Pulumi passes them; encrypted values are only known to be there. */
    config: Record<string, string | typeof ENCRYPTED>;
    /** The environment variables that replace them, and the token of the CI job that this runs in. */
    env: { GITLAB_TOKEN?: string; GITLAB_BASE_URL?: string; CI_JOB_TOKEN?: string };
}

/** What is wrong with the keys below `gitlab:` or with the environment variables in their place. */
export function findGitlabProblems({ config, env }: GitlabSettings): Problem[] {
    const problems = findUnknownKeys(config, Object.keys(GITLAB_KEYS), "gitlab:");
    // The environment's token wins; the stack's is for users who have none.
    for (const [path, token] of [
        ["GITLAB_TOKEN", env.GITLAB_TOKEN],
        ["gitlab:token", config.token],
    ] as const)
        if (typeof token === "string") problems.push(...findTokenProblems(path, token, env.CI_JOB_TOKEN));
    const [urlPath, url] =
        config.baseUrl === undefined ? ["GITLAB_BASE_URL", env.GITLAB_BASE_URL] : ["gitlab:baseUrl", config.baseUrl];
    if (typeof url === "string" && url !== "") problems.push(...findUrlProblems(urlPath, url));
    problems.push(...findConnectionProblems(config));
    return problems;
}

function findTokenProblems(path: string, token: string, jobToken: string | undefined): Problem[] {
    if (token.trim() === "")
        return path === "gitlab:token" ? [error(path, `must not be empty (got ""). ${WANTED_TOKEN}`)] : [];
    const wrong = whyNotForApi(path === "gitlab:token" ? token : token.trim(), jobToken);
    return wrong === undefined ? [] : [error(path, wrong)];
}

/** Checks numbers and flags, which Pulumi passes as texts, and that client certificate and key are given together. */
function findConnectionProblems(config: GitlabSettings["config"]): Problem[] {
    const alone = [
        ["clientCert", "clientKey"],
        ["clientKey", "clientCert"],
    ].flatMap(([key, other]) =>
        config[key!] && !config[other!]
            ? [error(`gitlab:${other}`, `is missing beside gitlab:${key}. Give the path of its PEM file.`)]
            : [],
    );
    const typed = Object.entries<Kind>(GITLAB_KEYS).flatMap(([key, kind]) => {
        const value = config[key];
        const isTyped = kind.schema?.type === "boolean" || kind.schema?.type === "integer";
        if (!isTyped || typeof value !== "string") return [];
        const known = fromJson(value);
        // JSON allows more spellings than Pulumi.
        return kind(String(known) === value ? known : value, `gitlab:${key}`).problems;
    });
    return [...alone, ...typed];
}

function findUrlProblems(path: string, text: string): Problem[] {
    const remedy = "Write it like https://gitlab.example.org/api/v4/.";
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol)) {
        return [error(path, `is not a web address (got ${show(text)}). ${remedy}`)];
    }
    if (url.username || url.password) return [error(path, `must not hold a user name or password. ${remedy}`)];
    if (/\/api\/v4\/?$/.test(url.pathname)) return [];
    return [error(path, `must end with /api/v4/ (got ${show(text)}). ${remedy}`)];
}
