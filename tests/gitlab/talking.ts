import { GitLab } from "../../gitlab/client";
import type { GitLabConfig } from "../../gitlab/config";
import { fakeGitLab, type Reply, type Seen } from "../helpers/fake-gitlab";

export const TOKEN = "glpat-topsecret000000000000";
export const config = (more: Partial<GitLabConfig>): GitLabConfig => ({
    baseUrl: "http://127.0.0.1:1/api/v4/",
    token: TOKEN,
    insecure: false,
    headers: {},
    retries: 4,
    earlyAuthCheck: false,
    ...more,
});

/** Clients of GitLabs that answer as a test says, closed after it. */
export function talking() {
    const cleanUp: (() => unknown)[] = [];
    /** How long it waited between attempts, instead of waiting. */
    const waits: number[] = [];
    afterEach(async () => {
        for (const step of cleanUp.splice(0).reverse()) await step();
        waits.length = 0;
    });

    async function talkTo(
        answer: (request: Seen, count: number) => Reply,
        more: Partial<GitLabConfig> = {},
        timeout?: number,
    ) {
        const fake = await fakeGitLab(answer);
        const sleep = async (ms: number) => void waits.push(Math.round(ms));
        const gitlab = new GitLab(config({ baseUrl: fake.url, ...more }), { sleep, timeout });
        cleanUp.push(fake.close, () => gitlab.close());
        return { gitlab, fake };
    }
    return { talkTo, waits, cleanUp };
}
