import * as smolToml from "smol-toml";

/** The facts of both stories, at one moment. */
export interface Snapshot {
    /** Runners that GitLab lists for group `apps`. */
    runners: { id: number; description: string }[];
    /** Names of the workers (`[[runners]]`) in `config.toml`. */
    workers: string[];
    /** Full paths of the projects whose jobs may pull from `containers/poetry`, without that project itself. */
    allowlist: string[];
}

/** What a snapshot is taken of. */
export interface Site {
    /** GitLab's address, without `/api/v4`. */
    url: string;
    /** A token that may read everything that the demo shows. */
    token: string;
    /** Text of the current `config.toml`. */
    readConfig(): Promise<string>;
}

/** The project with the registry of the second story. */
export const producer = "containers/poetry";

/** Reads GitLab and the file; changes nothing. */
export async function takeSnapshot(site: Site): Promise<Snapshot> {
    const runners = await list<{ id: number; description: string; runner_type: string }>(
        site,
        "groups/apps/runners?type=group_type",
    );
    const allowlist = await list<{ path_with_namespace: string }>(
        site,
        `projects/${encodeURIComponent(producer)}/job_token_scope/allowlist`,
    );
    const config = smolToml.parse(await site.readConfig()) as { runners?: { name: string }[] };
    return {
        runners: runners.map(({ id, description }) => ({ id, description })),
        workers: (config.runners ?? []).map((worker) => worker.name),
        allowlist: allowlist.map((project) => project.path_with_namespace).filter((path) => path !== producer),
    };
}

async function list<T>(site: Site, path: string): Promise<T[]> {
    const answer = await fetch(`${site.url}/api/v4/${path}${path.includes("?") ? "&" : "?"}per_page=100`, {
        headers: { "PRIVATE-TOKEN": site.token },
    });
    if (!answer.ok) throw new Error(`GET ${path} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T[];
}
