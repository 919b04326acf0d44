import { GitLab } from "../gitlab/client";
import { toGitLabConfig } from "../gitlab/config";
import { UsageError } from "./exit";
import type { Io } from "./io";

/** Options that every subcommand has which asks GitLab. */
export interface GitLabOptions {
    /** GitLab's address. */
    gitlab?: string;
}

/** Runs something with GitLab, by `--gitlab` or GITLAB_BASE_URL and with the token in GITLAB_TOKEN. */
export async function withGitLab<T>(io: Io, options: GitLabOptions, run: (gitlab: GitLab) => Promise<T>): Promise<T> {
    const { config, problems } = toGitLabConfig(
        options.gitlab === undefined ? {} : { baseUrl: options.gitlab },
        io.env,
    );
    if (problems.length > 0) throw new UsageError(problems.map(({ reason }) => reason).join("\n"));
    if (config.token === undefined) {
        throw new UsageError("GITLAB_TOKEN is not set. Put a token of scope read_api or api into it.");
    }
    const gitlab = new GitLab(config, { now: () => io.now() });
    try {
        return await run(gitlab);
    } finally {
        await gitlab.close();
    }
}
