import { setTimeout as delay } from "node:timers/promises";
import type { Command } from "commander";
import { defined, type Props } from "../core/props";
import { isMap } from "../core/values";
import { GitLab } from "../gitlab/client";
import { toGitLabConfig } from "../gitlab/config";
import { Failed } from "./exit";
import { needReadable } from "./files";
import type { Io } from "./io";
import { pulumi } from "./pulumi";

/** Options of every subcommand that uses GitLab. */
export interface GitLabOptions {
    gitlab?: string;
    /** File with additional certificate authorities. */
    cacert?: string;
    /** Whether to accept any certificate. */
    insecure?: boolean;
    /** Stacks. If there is only one, it provides the address and the token that the environment does not have. */
    stack?: string | string[];
    /** Folder of their Pulumi project. @default - the current one */
    stackFolder?: string;
    /** The only GitLabs that may receive a token. @default - any */
    only?: string[];
}

export function withLoginOptions(command: Command): Command {
    return command
        .optionsGroup("GitLab:")
        .option("--gitlab <url>", "GitLab's address. Default: GITLAB_BASE_URL")
        .option("--cacert <file>", "PEM certificates to trust in addition to the system's")
        .option("--insecure", "accept any certificate");
}

/** GitLab as configured by options and environment, otherwise by the stack; undefined without a token. */
export function openGitLab(io: Io, options: GitLabOptions): GitLab | undefined {
    const env = options.only === undefined ? io.env : { ...io.env, FLEET_GITLAB_ONLY: options.only.join(" ") };
    const login = loginOf(io, options);
    const { config, problems } = toGitLabConfig(login, env, { isStacks: true });
    if (config.token === undefined) return undefined;
    const nameOf = namesGiven(io, options, login);
    if (problems.length > 0) {
        throw new Failed(problems.map(({ path, message }) => `${nameOf(path)} ${message}`).join("\n"));
    }
    return new GitLab({ ...config, addressName: nameOf("baseUrl") }, { now: () => io.now(), sleep: sayingSo(io) });
}

/** How the user knows a setting: by the option or variable that set it, or by the stack's key. */
function namesGiven(io: Io, { gitlab, cacert, stack: named }: GitLabOptions, login: Props): (key: string) => string {
    const [stack] = [named ?? []].flat();
    const isStacks = gitlab === undefined && login.baseUrl !== undefined;
    const address = gitlab === undefined && io.env.GITLAB_BASE_URL ? "GITLAB_BASE_URL" : "--gitlab";
    const given: Record<string, string | undefined> = {
        baseUrl: isStacks ? undefined : address,
        token: io.env.GITLAB_TOKEN ? "GITLAB_TOKEN" : undefined,
        cacertFile: cacert === undefined ? undefined : "--cacert",
    };
    return (key) => given[key] ?? (stack === undefined ? `gitlab:${key}` : `gitlab:${key} of stack ${stack}`);
}

/** How long a wait may be without a message, in milliseconds. */
const PATIENCE = 10_000;

/** Waits between two attempts. Says so once if it takes long, because an error may come only minutes later. */
export function sayingSo(io: Io): (milliseconds: number, signal: AbortSignal) => Promise<unknown> {
    const began = io.now();
    let isSaid = false;
    return (milliseconds, signal) => {
        if (!isSaid && (milliseconds >= PATIENCE || io.now() - began >= PATIENCE)) {
            isSaid = true;
            io.err("GitLab does not answer, or asks to wait: it is tried again.\n");
        }
        return delay(milliseconds, undefined, { signal });
    };
}

/** Calls a function with GitLab; fails without a token. */
export async function withGitLab<T>(io: Io, options: GitLabOptions, run: (gitlab: GitLab) => Promise<T>): Promise<T> {
    const gitlab = openGitLab(io, options);
    if (gitlab === undefined) {
        throw new Failed(noToken(options));
    }
    return closing(gitlab, run);
}

/** Calls a function with GitLab, if there is one, and then closes its connections. */
export async function closing<G extends GitLab | undefined, T>(gitlab: G, run: (gitlab: G) => Promise<T>): Promise<T> {
    try {
        return await run(gitlab);
    } finally {
        await gitlab?.close();
    }
}

function noToken(options: GitLabOptions): string {
    const put = "Put a token of scope read_api or api into it";
    const [stack, ...others] = [options.stack ?? []].flat();
    if (others.length > 0) {
        return `GITLAB_TOKEN is not set, and of several stacks none gives its own. ${put}.`;
    }
    if (stack !== undefined) {
        return `GITLAB_TOKEN is not set, and stack ${stack} has no gitlab:token. ${put}, or set that: pulumi config set --secret gitlab:token --stack ${stack}.`;
    }
    return `GITLAB_TOKEN is not set. ${put}, or name the stack whose token shall be used: --stack NAME.`;
}

/**
 * Options override the environment, and the environment overrides a stack. A token is only sent to the GitLab it was
 * meant for: a stack's token to the stack's, and the environment's, without another address, to that of the named
 * stack.
 */
function loginOf(io: Io, options: GitLabOptions): Props {
    const { gitlab, cacert, insecure } = options;
    // The file is read only when it is needed; this check names the option in its error.
    if (cacert !== undefined) needReadable("--cacert", cacert);
    return { ...ofStack(io, options), ...defined({ baseUrl: gitlab, cacertFile: cacert, insecure }) };
}

function ofStack(io: Io, { gitlab, stack: named, stackFolder }: GitLabOptions): Props {
    const [stack, ...others] = [named ?? []].flat();
    if (stack === undefined || others.length > 0) return {};
    if (!io.env.GITLAB_TOKEN) return loginOfStack(io, stack, stackFolder);
    if (gitlab !== undefined || io.env.GITLAB_BASE_URL) return {};
    const { token: _, ...rest } = loginOfStack(io, stack, stackFolder);
    return rest;
}

const LOGIN = /^gitlab:(token|baseUrl|cacertFile|clientCert|clientKey|insecure|headers|retries)$/;

/** The `gitlab:` keys of a stack's configuration, decrypted by Pulumi. */
function loginOfStack(io: Io, stack: string, folder?: string): Props {
    const args = ["config", "--show-secrets", "--json", "--stack", stack];
    const config: unknown = JSON.parse(pulumi(io, args, "Give GITLAB_TOKEN and --gitlab instead.", folder));
    const entries = Object.entries(isMap(config) ? config : {}).flatMap(([key, entry]) => {
        const [, name] = LOGIN.exec(key) ?? [];
        const value = isMap(entry) ? (entry.objectValue ?? entry.value) : undefined;
        return name === undefined || value === undefined ? [] : [[name, value] as const];
    });
    return Object.fromEntries(entries) as Props;
}
