import { parse } from "smol-toml";
import { attempt } from "../../../core/attempt";
import type { GitLab } from "../../../gitlab/client";
import { tryToken } from "../../../gitlab/runner-tokens";
import { CONFIG_FILE, type Located, pathsIn, sightOf, textIn } from "../manager-place/sight";

/** A token in a config.toml. Times are milliseconds since 1970. */
export interface WorkerToken {
    /** Id of the runner, if the worker's table has it. */
    id?: number;
    token: string;
    obtainedAt?: number;
    expiresAt?: number;
    /** Whether gitlab-runner rotates it: it does if the token expires, unless a feature flag forbids it. */
    rotates: boolean;
}

/** The tokens of all workers of a config.toml; none if the text is not TOML. */
export function tokensOf(configToml: string): WorkerToken[] {
    const runners = attempt((): unknown => parse(configToml).runners);
    const tables = Array.isArray(runners) ? (runners as Record<string, unknown>[]) : [];
    return tables
        .filter(({ token }) => typeof token === "string" && token !== "")
        .map(({ id, token, token_obtained_at, token_expires_at, feature_flags }) => ({
            id: typeof id === "number" ? id : undefined,
            token: token as string,
            obtainedAt: timeOf(token_obtained_at),
            expiresAt: timeOf(token_expires_at),
            rotates: timeOf(token_expires_at) !== undefined && !forbidsRotation(feature_flags),
        }));
}

/** The token with which gitlab-runner replaced ours in one of its files: the newest one that GitLab accepts. */
export async function readRotated(
    gitlab: GitLab,
    id: number,
    directories: readonly Located[],
): Promise<(WorkerToken & { path: string }) | undefined> {
    const texts = await Promise.all(
        directories.map(async (located) => ({
            path: located.host.at(pathsIn(located).config),
            // Not readable by us, or not a file: then the token is reset like any lost one.
            text: await sightOf(located)
                .then((sight) => textIn(sight, CONFIG_FILE))
                .catch(() => undefined),
        })),
    );
    const found = texts
        .flatMap(({ path, text }) => tokensOf(text ?? "").map((worker) => ({ ...worker, path })))
        .filter((worker) => worker.id === id)
        .sort((a, b) => (b.obtainedAt ?? 0) - (a.obtainedAt ?? 0));
    for (const worker of found) {
        if ((await tryToken(gitlab, worker.token)) === "works") return worker;
    }
    return undefined;
}

function forbidsRotation(flags: unknown): boolean {
    return (flags as Record<string, unknown> | undefined)?.FF_DISABLE_AUTOMATIC_TOKEN_ROTATION === true;
}

/** gitlab-runner writes the year 1 for "never". */
function timeOf(value: unknown): number | undefined {
    const time = value instanceof Date ? value.getTime() : typeof value === "string" ? Date.parse(value) : Number.NaN;
    return Number.isNaN(time) || time <= 0 ? undefined : time;
}
