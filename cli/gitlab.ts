import { GitLab } from "../gitlab/client";
import { toGitLabConfig } from "../gitlab/config";
import { UsageError } from "./exit";
import type { Io } from "./io";

/** Options that every subcommand has which asks GitLab. */
export interface GitLabOptions {
    /** GitLab's address. */
    gitlab?: string;
}

/** GitLab by `--gitlab` or GITLAB_BASE_URL, with the token in GITLAB_TOKEN; undefined without a token. */
export function openGitLab(io: Io, { gitlab }: GitLabOptions): GitLab | undefined {
    const { config, problems } = toGitLabConfig(gitlab === undefined ? {} : { baseUrl: gitlab }, io.env);
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
