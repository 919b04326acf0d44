import { compareCheck, compareFirstApply } from "./gitlabform/compare";
import type { Measurement } from "./main";

export const about =
    "The same job-token allowlists declared here and in gitlabform (PyPI, section `job_token_scope`), against the same sandbox with 20 ms of " +
    "latency, in one run. The first apply is of a smaller site, because gitlabform would take most of an hour for that of 1,000 × 100.";

/** First apply and no-op check beside gitlabform's. */
export async function run(): Promise<Measurement[]> {
    return [...(await compareCheck(1000, 100)), ...(await compareFirstApply(400, 10))];
}
