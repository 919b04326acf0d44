import type { Problem } from "../common/problems";
import { error } from "../common/rules";
import { show } from "../common/values";
import { isRegistrationToken } from "../manager-rules";
import { gitlabConfig } from "./schema";
import { toUnknownKey } from "./shape-problems";

/** Where GitLab's address and the token were found. */
export interface GitlabSettings {
    /** Values of the keys below `gitlab:`, as Pulumi hands them over. */
    config: Record<string, string>;
    /** The environment variables that stand in for them. */
    env: { GITLAB_TOKEN?: string; GITLAB_BASE_URL?: string };
}

/** What is wrong with the keys below `gitlab:` or with the environment variables in their place. */
export function findGitlabProblems({ config, env }: GitlabSettings): Problem[] {
    const known = Object.keys(gitlabConfig.shape);
    const problems = Object.keys(config)
        .filter((key) => !known.includes(key))
        .map((key) => toUnknownKey(`gitlab:${key}`, key, known));
    const [tokenPath, token] =
        config.token === undefined ? ["GITLAB_TOKEN", env.GITLAB_TOKEN] : ["gitlab:token", config.token];
    if (token !== undefined) problems.push(...findTokenProblems(tokenPath, token));
    const [urlPath, url] =
        config.baseUrl === undefined ? ["GITLAB_BASE_URL", env.GITLAB_BASE_URL] : ["gitlab:baseUrl", config.baseUrl];
    if (url) problems.push(...findUrlProblems(urlPath, url));
    for (const key of ["insecure", "earlyAuthCheck", "enableAutoCiSupport"]) {
        const value = config[key];
        if (value === undefined || value === "true" || value === "false") continue;
        problems.push(error(`gitlab:${key}`, `must be true or false (got ${show(value)}). Correct the value.`));
    }
    return problems;
}

const WANTED = "Give a personal, group or project access token (glpat-…).";

function findTokenProblems(path: string, token: string): Problem[] {
    const got = `(got ${show(token, true)})`;
    if (token.trim() === "")
        return path === "gitlab:token" ? [error(path, `must not be empty (got ""). ${WANTED}`)] : [];
    if (isRegistrationToken(token)) {
        return [
            error(
                path,
                `is a registration token ${got}, which this project never uses and which cannot log in. ${WANTED}`,
            ),
        ];
    }
    if (/^([\w.-]+-)?glrtr?-/.test(token)) {
        return [
            error(path, `is a runner's authentication token ${got}, which cannot log in to GitLab's API. ${WANTED}`),
        ];
    }
    return /\s/.test(token) ? [error(path, `holds a space or line break ${got}. Paste the token alone.`)] : [];
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
