import { compareCheck, compareFirstApply } from "./gitlabform/compare";
import type { Measurement } from "./main";

export const about =
    "The same job-token allowlists declared here and in gitlabform (PyPI, section `job_token_scope`), against the same sandbox with 20 ms of " +
    "latency, in one run. `PRODUCERS=1000 make bench ONLY=gitlabform` measures 1,000 × 100, which takes gitlabform more than an hour; " +
    "without `PRODUCERS` the first apply is 400 × 10 and the check 200 × 100.";

/** First apply and no-op check beside gitlabform's. */
export async function run(): Promise<Measurement[]> {
    const producers = Number(process.env.PRODUCERS);
    if (producers) return [...(await compareFirstApply(producers, 100)), ...(await compareCheck(producers, 100))];
    return [...(await compareFirstApply(400, 10)), ...(await compareCheck(200, 100))];
}
