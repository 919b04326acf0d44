import type { Command } from "commander";
import type { Props } from "../core/props";
import { isMap } from "../core/values";
import { GitLab } from "../gitlab/client";
import { toGitLabConfig } from "../gitlab/config";
import { UsageError } from "./exit";
import type { Io } from "./io";
import { pulumi } from "./pulumi";

/** Options that every subcommand has which asks GitLab. */
export interface GitLabOptions {
    /** GitLab's address. */
    gitlab?: string;
    /** File with certificates of further authorities. */
    cacert?: string;
    /** Whether any certificate will do. */
    insecure?: boolean;
    /** Stacks, of which a single one gives address and token where the environment has none. */
    login?: string | string[];
}

/** Adds the options by which GitLab is reached. */
export function withLoginOptions(command: Command): Command {
    return command
        .option("--gitlab <url>", "GitLab's address. Default: GITLAB_BASE_URL")
        .option("--cacert <file>", "PEM certificates of the authorities to trust besides the system's")
        .option("--insecure", "trust any certificate");
}

/** GitLab as options and environment say it, and else the stack; undefined without a token. */
export function openGitLab(io: Io, options: GitLabOptions): GitLab | undefined {
    const { config, problems } = toGitLabConfig(loginOf(io, options), io.env);
    if (config.token === undefined) return undefined;
    if (problems.length > 0) throw new UsageError(problems.map(({ reason }) => reason).join("\n"));
    return new GitLab(config, { now: () => io.now() });
}

/** Runs something with GitLab, which must have a token. */
export async function withGitLab<T>(io: Io, options: GitLabOptions, run: (gitlab: GitLab) => Promise<T>): Promise<T> {
    const gitlab = openGitLab(io, options);
    if (gitlab === undefined) {
        throw new UsageError("GITLAB_TOKEN is not set. Put a token of scope read_api or api into it.");
    }
    try {
        return await run(gitlab);
    } finally {
        await gitlab.close();
    }
}

/** What is said here wins over the environment, and that over a stack. A stack's token goes to the stack's GitLab, and to no other by chance. */
function loginOf(io: Io, { gitlab, cacert, insecure, login }: GitLabOptions): Props {
    const stacks = [login ?? []].flat();
    const { token, baseUrl, ...rest }: Props =
        stacks.length === 1 && !io.env.GITLAB_TOKEN ? loginOfStack(io, stacks[0]!) : {};
    return {
        ...rest,
        ...(token === undefined ? {} : { token }),
        ...(baseUrl === undefined ? {} : { baseUrl }),
        ...(gitlab === undefined ? {} : { baseUrl: gitlab }),
        ...(cacert === undefined ? {} : { cacertFile: cacert }),
        ...(insecure === undefined ? {} : { insecure }),
    };
}

const LOGIN = /^gitlab:(token|baseUrl|cacertFile|clientCert|clientKey|insecure|headers|retries)$/;

/** The `gitlab:` keys of a stack's configuration, decrypted by Pulumi. */
function loginOfStack(io: Io, stack: string): Props {
    const args = ["config", "--show-secrets", "--json", "--stack", stack];
    const config: unknown = JSON.parse(pulumi(io, args, "Give GITLAB_TOKEN and --gitlab instead."));
    const entries = Object.entries(isMap(config) ? config : {}).flatMap(([key, entry]) => {
        const [, name] = LOGIN.exec(key) ?? [];
        const value = isMap(entry) ? (entry.objectValue ?? entry.value) : undefined;
        return name === undefined || value === undefined ? [] : [[name, value] as const];
    });
    return Object.fromEntries(entries) as Props;
}
