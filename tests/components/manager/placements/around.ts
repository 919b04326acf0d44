import type { ManagerInput, ManagerPaths } from "../../../../components/manager/placements/kind";

interface Around {
    name?: string;
    placement: unknown;
    global?: unknown;
    workers?: { runner: string; maximumTimeout?: number; config: unknown }[];
    drainTimeout?: string;
}

/** A manager in few words. */
export function around({ name = "ci-01", placement, workers = [], drainTimeout, ...top }: Around): ManagerInput {
    const served = workers.map(({ runner }) => ({ name: runner }));
    const tables = workers.map(({ runner, maximumTimeout, config }) => {
        return { name: runner, config, runner: { maximumTimeout } };
    });
    const global = "global" in top ? top.global : { concurrent: 1 };
    return { name, placement, draft: { global, workers: tables }, served, drainTimeout };
}

export const PATHS: ManagerPaths = { manager: "", name: "name", worker: (index) => `workers[${index}]` };
