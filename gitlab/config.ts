import { attempt } from "../core/attempt";
import { error, type Problem } from "../core/problems";
import { type Props, UNKNOWN, type Value } from "../core/props";
import { toApiUrl } from "../core/runner-url";
import { whyNotForApi } from "../core/token-kinds";
import { isMap } from "../core/values";
import { TOKEN_SET_BY } from "./remedies";

export interface GitLabConfig {
    /** Base of the REST API, ending in `/api/v4/`. */
    baseUrl: string;
    /** Whether no address was configured, so that gitlab.com is used. */
    isDefaultAddress?: boolean;
    /** The user's name for the source of `baseUrl`, for messages: an option, a variable. @default - its key, baseUrl */
    addressName?: string;
    /** Personal, group, project or OAuth access token; without one, requests fail, but not the configuration. */
    token?: string;
    /** Where the token was set, for messages. @default - unknown */
    tokenSetBy?: string;
    insecure: boolean;
    /** File with PEM certificates of additional authorities. */
    cacertFile?: string;
    /** Their text, if they were already read. */
    cacert?: string;
    /** File with the PEM certificate to present to GitLab. */
    clientCert?: string;
    /** File with the PEM key of `clientCert`. */
    clientKey?: string;
    headers: Record<string, string>;
    /** How often an idempotent request is retried. Default: 4. */
    retries: number;
    /**
     * Whether a preview and an `up` compare the state with GitLab. Otherwise only a refresh does, as with Pulumi's
     * other providers. Default: true.
     */
    comparesWithGitLab?: boolean;
    /** Whether to log in when configured, to fail before anything else happens. */
    earlyAuthCheck: boolean;
}

/** Settings of the published package that only the official plugin implements. */
const UNSUPPORTED = ["configFile", "context", "enableAutoCiSupport"];
const DEFAULT_RETRIES = 4;
const DEFAULT_BASE_URL = "https://gitlab.com/api/v4/";

type Fail = (property: string, what: string) => void;

/**
 * The configuration from properties and environment, and everything wrong with it.
 *
 * @param options.isStacks whether the properties are the stack's configuration: then a token in the environment wins.
 * The properties of a provider in a program win over the environment, because they may be for another GitLab.
 */
export function toGitLabConfig(
    props: Props,
    env: NodeJS.ProcessEnv,
    { isStacks = false }: { isStacks?: boolean } = {},
): { config: GitLabConfig; problems: Problem[] } {
    const problems: Problem[] = [];
    const fail: Fail = (property, what) => problems.push(error(property, what));
    const { text, flag } = readerOf(props, fail);
    const { token, tokenSetBy } = tokenOf(props.token === UNKNOWN ? UNKNOWN : text("token"), env, isStacks);
    const tokenProblem = token && whyNotForApi(token, env.CI_JOB_TOKEN);
    if (tokenProblem) fail("token", tokenProblem);
    const given = text("baseUrl") ?? (env.GITLAB_BASE_URL || undefined);
    const baseUrl = given ?? DEFAULT_BASE_URL;
    const api = toApiUrl(baseUrl);
    if (api === undefined) {
        fail("baseUrl", `must be an http(s) URL (got ${shape(baseUrl)}). Write https://<host>/api/v4/.`);
    }
    const unsupported = UNSUPPORTED.filter(
        (key) => ![undefined, null, "", false, "false"].includes(props[key] as never),
    );
    for (const key of unsupported) {
        fail(key, `is not supported by this plugin. Leave it out, or use the official gitlab plugin.`);
    }
    const [clientCert, clientKey] = [text("clientCert"), text("clientKey")];
    if ((clientCert === undefined) !== (clientKey === undefined)) {
        const [missing, other] = clientCert === undefined ? ["clientCert", "clientKey"] : ["clientKey", "clientCert"];
        fail(missing!, `is missing beside ${other}. Give the path of its PEM file.`);
    }
    const config: GitLabConfig = {
        baseUrl: api ?? DEFAULT_BASE_URL,
        isDefaultAddress: given === undefined,
        token,
        tokenSetBy,
        insecure: flag("insecure"),
        cacertFile: text("cacertFile"),
        clientCert,
        clientKey,
        headers: toHeaders(props.headers, fail),
        retries: toRetries(props.retries, fail),
        comparesWithGitLab: props.compareWithGitlab === undefined || flag("compareWithGitlab"),
        earlyAuthCheck: flag("earlyAuthCheck"),
    };
    return { config, problems: isStacks ? [...problems, ...findForeign(api, config.headers, env)] : problems };
}

/** Reads properties as SDKs hand them over: a flag may be a text. */
function readerOf(props: Props, fail: Fail) {
    return {
        text(key: string): string | undefined {
            const value = props[key];
            if (typeof value === "string" && value !== "") return value;
            if (!isAbsent(value)) fail(key, `must be a text (got ${shape(value)}). Correct it.`);
            return undefined;
        },
        flag(key: string): boolean {
            const value = props[key];
            if (!isAbsent(value) && !["true", "false", true, false].includes(value as never)) {
                fail(key, `must be true or false (got ${shape(value)}). Write one of them.`);
            }
            return value === true || value === "true";
        },
    };
}

function tokenOf(
    configured: string | typeof UNKNOWN | undefined,
    env: NodeJS.ProcessEnv,
    isStacks: boolean,
): Pick<GitLabConfig, "token" | "tokenSetBy"> {
    // An empty variable counts as unset.
    const token = env.GITLAB_TOKEN?.trim() || undefined;
    if (token !== undefined && (isStacks || configured === undefined || configured === token)) {
        return { token, tokenSetBy: TOKEN_SET_BY.environment };
    }
    if (configured === undefined || configured === UNKNOWN) return {};
    return { token: configured, tokenSetBy: isStacks ? TOKEN_SET_BY.stack : "token of its provider" };
}

/**
 * If a pipeline restricts its token to certain addresses (`FLEET_GITLAB_ONLY`, which `gitlab-fleet pipeline` sets for
 * its Pulumi), the stack's configuration must not name any other. Checked here, because only here the address is
 * certain: Pulumi knows the key by two names, `gitlab:baseUrl` and `gitlab:config:baseUrl`, and if a file has both, it
 * picks one at random in each run. The header `host`, which selects a server behind an address, is refused for the same
 * reason.
 */
function findForeign(api: string | undefined, headers: Record<string, string>, env: NodeJS.ProcessEnv): Problem[] {
    const only = addressesIn(env.FLEET_GITLAB_ONLY);
    if (only.length === 0 || api === undefined) return [];
    const found: Problem[] = [];
    if (!only.includes(api)) {
        const remedy = "Where that address is meant, name it in the CI/CD variable FLEET_GITLAB of the project.";
        const what = `is not the GitLab that this pipeline's token is for (${only[0]}). ${remedy}`;
        found.push(error("baseUrl", what));
    }
    if (Object.keys(headers).some((name) => name.trim().toLowerCase() === "host")) {
        const what = "must not name host in a pipeline: the token would go to another server. Leave it out.";
        found.push(error("headers", what));
    }
    return found;
}

/** GitLab's addresses in a text, separated by spaces or commas, each in normal form. */
export function addressesIn(text = ""): string[] {
    return text.split(/[\s,]+/).flatMap((one) => toApiUrl(one) ?? []);
}

function toHeaders(value: Value | undefined, fail: Fail): Record<string, string> {
    let headers: unknown = value;
    if (typeof value === "string" && value !== "") {
        // SDKs pass everything but strings as JSON text.
        headers = attempt((): unknown => JSON.parse(value));
        if (headers === undefined)
            fail("headers", `must be a map as JSON (got ${shape(value)}). Write {"name": "value"}.`);
    }
    if (!isMap(headers)) {
        if (!isAbsent(headers))
            fail("headers", `must be a map of texts (got ${shape(headers)}). Write { name: value }.`);
        return {};
    }
    return Object.fromEntries(
        Object.entries(headers)
            .filter(([, item]) => typeof item === "string" || typeof item === "number")
            .map(([key, item]) => [key, String(item)]),
    );
}

function toRetries(value: Value | undefined, fail: Fail): number {
    const retries = isAbsent(value) ? DEFAULT_RETRIES : Number(value);
    if (Number.isInteger(retries) && retries >= 0) return retries;
    fail("retries", `must be a whole number, 0 or more (got ${shape(value)}). Correct it.`);
    return DEFAULT_RETRIES;
}

/** Whether a value is missing or not known yet. */
function isAbsent(value: unknown): boolean {
    return value === undefined || value === null || value === "" || value === UNKNOWN;
}

function shape(value: unknown): string {
    return typeof value === "string" ? `text of ${value.length} characters` : typeof value;
}
