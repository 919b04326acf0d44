import { parseMarker, sameMarker } from "../../../core/marker";
import { oneLine } from "../../../core/one-line";
import { type Props, textOf } from "../../../core/props";
import { readRunner } from "../../../gitlab/runner-reads";
import { toTime } from "../../../gitlab/runner-tokens";
import type { RunnerRecord, RunnerScope } from "../../../gitlab/runners";
import type { Call, Standing } from "../../handler";
import { sameSecond } from "../runner-token/token-life";

/** When the state's runner was created, in ISO 8601, according to GitLab. */
export const CREATED_AT = "__runnerCreatedAt";

/** When GitLab answered that it has made the runner, by its clock. It may be off, so it only speaks for a runner, never against one. */
export const CREATED_AROUND = "__runnerCreatedAround";

/** How far that may be from the date that GitLab tells later: no id comes back so soon. */
const AROUND = 10 * 60_000;

/** What identifies a runner besides its id, which GitLab may reassign after a restore from a backup. */
export interface KnownBy {
    /** When it was created. It never changes, so it decides if both sides have it. */
    createdAt?: string;
    /** About when it was made, where the moment is not known. */
    createdAround?: string;
    /** The maintenance note that was last written; its marker decides if no creation date is known. */
    maintenanceNote?: string;
    /** Decides only if neither of the others can be compared. */
    description?: string;
}

/** Whether the runner that has an id now is the known one. */
export function isKnownRunner(record: RunnerRecord, known: KnownBy): boolean {
    const ours = parseMarker(known.maintenanceNote ?? "");
    const found = parseMarker(record.maintenanceNote);
    // Another stack has put its marker on it by adoption: it belongs to that stack now.
    if (ours !== undefined && found !== undefined && !sameMarker(ours, found)) return false;
    const [then, now] = [toTime(known.createdAt), toTime(record.createdAt)];
    if (then !== undefined && now !== undefined) return sameSecond(then, now);
    if (ours !== undefined && found !== undefined) return true;
    const around = toTime(known.createdAround);
    if (around !== undefined && now !== undefined && Math.abs(now - around) < AROUND) return true;
    // A program without markers, or a note that was edited or is not visible.
    if (ours === undefined && known.description === undefined) return true;
    return record.description === known.description;
}

/** What GitLab says about the runner of a state. */
export async function standingOfRunner(
    { gitlab }: Call,
    id: string,
    state: Props,
    scope: RunnerScope | undefined,
): Promise<Standing<RunnerRecord>> {
    const record = await readRunner(gitlab, Number(id), scope);
    if (record === undefined) return { is: "gone", why: `Runner ${id} is gone from GitLab.` };
    const { description, maintenanceNote } = state;
    const known = {
        createdAt: textOf(state[CREATED_AT]),
        createdAround: textOf(state[CREATED_AROUND]),
        maintenanceNote: textOf(maintenanceNote),
    };
    if (isKnownRunner(record, { ...known, description: textOf(description) })) return { is: "ours", seen: record };
    const theirs = parseMarker(record.maintenanceNote);
    const what = theirs === undefined ? "another one" : `declared by ${nameOf(theirs)}`;
    return { is: "another", why: `Runner ${id} in GitLab is ${what} now: ${describeOther(record, known)}.` };
}

/** A stack's name for people, with the identity that distinguishes it from its namesakes. */
export function nameOf({ owner, identity }: { owner: string; identity?: string }): string {
    return identity === undefined ? owner : `${owner} (state ${identity})`;
}

function describeOther(record: RunnerRecord, known: KnownBy): string {
    const made = record.createdAt === undefined ? "" : `, made ${record.createdAt}`;
    const [then, now] = [toTime(known.createdAt), toTime(record.createdAt)];
    // The same runner, adopted elsewhere: repeating its date would look like a difference.
    const isOld = then !== undefined && (now === undefined || !sameSecond(then, now));
    const before = isOld ? `; the one in the state was made ${known.createdAt}` : "";
    return `"${oneLine(record.description, 200)}"${made}${before}`;
}
