import { compareCheck } from "./gitlabform/compare";
import type { Measurement } from "./main";

export const about =
    "Job-token allowlists that are as declared, looked at here and by gitlabform (PyPI, section `job_token_scope`), in the same sandbox with " +
    "20 ms of latency. 1,000 × 100, which takes gitlabform 20 minutes, is `PRODUCERS=1000 make bench ONLY=gitlabform-check`; " +
    "without `PRODUCERS` it is 200 × 100.";

/** Our no-op check, compared with gitlabform's. */
export function run(): Promise<Measurement[]> {
    return compareCheck(Number(process.env.PRODUCERS ?? 200), 100);
}
