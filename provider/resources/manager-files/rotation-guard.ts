import type { GitLab } from "../../../gitlab/client";
import { tryToken } from "../../../gitlab/runner-tokens";
import { tokensOf, type WorkerToken } from "../config-toml/rotated-tokens";

/** Whether a `config.toml` makes gitlab-runner rotate one of its tokens. */
export function makesRotate(configToml: string): boolean {
    return tokensOf(configToml).some(({ rotates }) => rotates);
}

/**
 * The wanted text, with each token that gitlab-runner has rotated since the text was made: tokens in the found file
 * that GitLab accepts replace ours. The clocks of the two machines decide only if GitLab cannot be asked.
 */
export async function withRotated(gitlab: GitLab, wanted: string, found: string | undefined): Promise<string> {
    if (found === undefined || found === wanted) return wanted;
    const theirs = tokensOf(found);
    let text = wanted;
    for (const ours of tokensOf(wanted)) {
        const other = theirs.find(({ id }) => id !== undefined && id === ours.id);
        if (!ours.rotates || other === undefined || other.token === ours.token) continue;
        const verdict = await tryToken(gitlab, other.token);
        const later = (other.obtainedAt ?? 0) > (ours.obtainedAt ?? 0);
        if (verdict === "works" || (verdict === "unknown" && later)) text = replaceToken(text, ours, other);
    }
    return text;
}

function replaceToken(text: string, ours: WorkerToken, theirs: WorkerToken): string {
    const isOurs = (table: string) => tokensOf(table).some(({ id, token }) => id === ours.id && token === ours.token);
    return text
        .split(/^(?=[ \t]*\[\[runners\]\])/m)
        .map((table) => (isOurs(table) ? withToken(table, theirs) : table))
        .join("");
}

function withToken(table: string, { token, obtainedAt, expiresAt }: WorkerToken): string {
    const set = (text: string, key: string, value: string) =>
        text.replace(new RegExp(`^([ \\t]*${key}[ \\t]*=[ \\t]*).*$`, "m"), (_, start: string) => start + value);
    const texts = {
        token: JSON.stringify(token),
        token_obtained_at: iso(obtainedAt),
        token_expires_at: iso(expiresAt),
    };
    return Object.entries(texts).reduce((text, [key, value]) => set(text, key, value), table);
}

/** gitlab-runner writes the year 1 for "never". */
function iso(time: number | undefined): string {
    return time === undefined ? "0001-01-01T00:00:00Z" : new Date(time).toISOString();
}
