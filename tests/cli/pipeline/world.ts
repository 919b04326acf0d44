import { GitLab } from "../../../gitlab/client";
import { toGitLabConfig } from "../../../gitlab/config";
import { type Sandbox, startSandbox } from "../../../sandbox";

/** A project with an open merge request, somebody who reviews, and a bot that may write notes. */
export interface Review {
    sandbox: Sandbox;
    project: number;
    /** As the bot, or with another of the seeded tokens. */
    as(token?: string): GitLab;
    mergeRequest(changes?: object): number;
    close(): Promise<void>;
}

export async function startReview(): Promise<Review> {
    const sandbox = await startSandbox({
        seed: {
            users: [{ username: "olga" }, { username: "bot" }, { username: "eve" }],
            groups: [{ path: "ops", members: { olga: "owner", bot: "reporter", eve: "developer" } }],
            projects: [{ path: "ops/fleet", protectedRefs: ["main"] }],
            tokens: [
                { name: "bot", user: "bot", scopes: ["api"] },
                { name: "reader", user: "bot", scopes: ["read_api"] },
                { name: "expired", user: "bot", scopes: ["api"], expiresAt: "2020-01-01" },
                { name: "eve", user: "eve", scopes: ["api"] },
                { name: "olga", user: "olga", scopes: ["read_api"] },
            ],
        },
    });
    const { db } = sandbox;
    const project = db.projects.first("path", "ops/fleet")!.id;
    const opened: GitLab[] = [];
    return {
        sandbox,
        project,
        as: (token = "bot") => {
            const { config } = toGitLabConfig({ baseUrl: `${sandbox.url}/api/v4/`, token: sandbox.tokens[token]! }, {});
            const gitlab = new GitLab(config);
            opened.push(gitlab);
            return gitlab;
        },
        mergeRequest: (changes = {}) =>
            db.mergeRequests.insert({
                projectId: project,
                iid: db.mergeRequests.size + 1,
                title: "More runners",
                sourceBranch: "more",
                targetBranch: "main",
                state: "opened",
                sha: "1".repeat(40),
                mergeCommitSha: null,
                authorId: db.users.first("username", "eve")!.id,
                mergedAt: null,
                createdAt: db.now(),
                ...changes,
            }).iid,
        close: async () => {
            for (const gitlab of opened) await gitlab.close();
            await sandbox.close();
        },
    };
}
