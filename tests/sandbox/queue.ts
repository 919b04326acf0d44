import { addRunner, type NewJob, type Runner } from "../../sandbox";
import { client, sandboxFor } from "./client";

/** A sandbox whose jobs runners ask for. */
export function jobQueue() {
    const sandbox = sandboxFor();
    const as = (token?: string) => client(sandbox(), token);
    const groupRunner = (extra: Partial<Runner> = {}) =>
        addRunner(sandbox().db, { runnerType: "group_type", groupId: 1, ...extra });
    const enqueue = (extra: Partial<NewJob> = {}) =>
        sandbox().db.jobs.enqueue({ project: "apps/etl", script: "true", ...extra });
    const ask = (runner: Runner, extra: object = {}) =>
        as().post("/jobs/request", { token: runner.token, system_id: "s_1", ...extra });
    const gracious = { info: { features: { cancel_gracefully: true } } };
    return { sandbox, as, groupRunner, enqueue, ask, gracious };
}
