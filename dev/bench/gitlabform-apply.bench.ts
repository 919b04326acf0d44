import { compareFirstApply } from "./gitlabform/compare";
import type { Measurement } from "./main";

export const about =
    "Job-token allowlists brought from nothing to what is declared, here and by gitlabform (PyPI, section `job_token_scope`), in the same sandbox " +
    "with 20 ms of latency. 1,000 × 100, which takes gitlabform about an hour, is `PRODUCERS=1000 make bench ONLY=gitlabform-apply`; " +
    "without `PRODUCERS` it is 400 × 10.";

/** Our first apply, compared with gitlabform's. */
export function run(): Promise<Measurement[]> {
    const producers = Number(process.env.PRODUCERS);
    return producers ? compareFirstApply(producers, 100) : compareFirstApply(400, 10);
}
