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

/** Options that every subcommand has which asks GitLab. */
export interface GitLabOptions {
    gitlab?: string;
    /** File with certificates of further authorities. */
    cacert?: string;
    /** Whether any certificate will do. */
    insecure?: boolean;
    /** Stacks, of which a single one gives address and token, each where the environment has none. */
    stack?: string | string[];
    /** Folder of their Pulumi project. @default - the current one */
    stackFolder?: string;
    /** The only GitLabs that a token may be sent to. @default - any */
    only?: string[];
}

export function withLoginOptions(command: Command): Command {
    return command
        .optionsGroup("GitLab:")
        .option("--gitlab <url>", "GitLab's address. Default: GITLAB_BASE_URL")
        .option("--cacert <file>", "PEM certificates to trust in addition to the system's")
        .option("--insecure", "accept any certificate");
}

/** GitLab as options and environment say it, and else the stack; undefined without a token. */
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

/** What the user calls a setting: the option or the variable that gave it, or the key of the stack that did. */
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

/** How long a wait is that nobody wonders about. */
const PATIENCE = 10_000;

/** Waits between two attempts; says once that it does, where it takes long: an error comes minutes later. */
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

/** Runs something with GitLab, which must have a token. */
export async function withGitLab<T>(io: Io, options: GitLabOptions, run: (gitlab: GitLab) => Promise<T>): Promise<T> {
    const gitlab = openGitLab(io, options);
    if (gitlab === undefined) {
        throw new Failed(noToken(options));
    }
    return closing(gitlab, run);
}

/** Runs something with GitLab, if there is one, and closes its connections. */
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
 * What is said here wins over the environment, and that over a stack. A token goes to the GitLab that it is for, and to no other by
 * chance: a stack's to the stack's, and the environment's, where nothing else is said, to that of the stack that is named.
 */
function loginOf(io: Io, options: GitLabOptions): Props {
    const { gitlab, cacert, insecure } = options;
    // It is read where it is needed: that it cannot be is told here, by the option's name.
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
