import { parseMarker } from "../../core/marker";
import { firstOf } from "../../core/values";
import type { RunnerRecord } from "../../gitlab/runners";
import { Failed } from "../exit";
import type { Io } from "../io";
import { identitiesInState, ownersInState, readStates, runnersInState, type StateOptions } from "../states";
import { oneLine } from "../style";

export interface Ours {
    /** `<project>/<stack>`; absent if only claimed runners are considered. */
    owner?: string;
    /** Runners that a state knows, which are left alone. */
    ids: ReadonlySet<number>;
    /** Identity of the stack, which distinguishes its markers from those of a clone with the same names. */
    identity?: string;
    /** Whether the user says that the state of `owner` is lost, so that its runners in no given state are orphans. */
    stateLost: boolean;
}

const LOST =
    "If there is none any more, say so with --state-lost: then every runner with the owner's marker is an orphan.";

/** Reads the given states, and refuses states with which living runners would look like orphans. */
export async function readOurs(io: Io, options: StateOptions & { owner?: string; stateLost?: boolean }): Promise<Ours> {
    const { owner, stateLost = false } = options;
    const states = await readStates(io, options);
    if (stateLost && owner === undefined) {
        throw new Failed("--state-lost needs to know whose state. Give --owner PROJECT/STACK.");
    }
    if (owner !== undefined && states === undefined && !stateLost) {
        throw new Failed(`--owner needs the state of that stack. Give --state FILE or --stack NAME. ${LOST}`);
    }
    const orElse = stateLost ? "Or give none: --state-lost needs none." : LOST;
    for (const state of states ?? []) {
        const owners = ownersInState(state);
        // Without an owner, a state only protects its runners, and an empty state protects none.
        if (owner === undefined) continue;
        if (owners.length === 0) {
            throw new Failed(`${state.source} is empty: it knows no runner. Give the stack's own state. ${orElse}`);
        }
        const other = owners.find((each) => each !== owner);
        if (other !== undefined) {
            throw new Failed(
                `${state.source} is the state of ${oneLine(other)}, not of ${oneLine(owner)}, whose runners it does not know. ` +
                    `Give the state of ${oneLine(owner)}. ${orElse}`,
            );
        }
    }
    const identities = [...new Set(states?.flatMap(identitiesInState))];
    if (owner !== undefined && identities.length > 1) {
        throw new Failed(
            `The given states are of ${identities.length} stacks that are called ${oneLine(owner)}, such as two clones have. Give those of one.`,
        );
    }
    return {
        owner,
        ids: new Set(states?.flatMap(runnersInState)),
        identity: identities[0],
        stateLost,
    };
}

const MOST_TOLD = 20;

/** `<project>/<stack>` of all markers on runners, sorted. */
export function ownersIn(runners: readonly RunnerRecord[]): string[] {
    return [...new Set(runners.flatMap(({ maintenanceNote }) => parseMarker(maintenanceNote)?.owner ?? []))].sort();
}

/** The message if no runner has the marker of an owner: a misspelt owner would otherwise look as if all were well. */
export function explainStranger(owner: string | undefined, bearers: readonly string[]): string | undefined {
    if (owner === undefined || bearers.includes(owner)) return undefined;
    const none = `No runner of this scope bears the marker of ${oneLine(owner)}, so none was judged as its orphan.`;
    if (bearers.length === 0) return `${none} None bears any marker. Is it the right scope?`;
    const told = bearers.map((bearer) => oneLine(bearer));
    return `${none} Markers here are of ${firstOf(told, MOST_TOLD)}. Is --owner written as in the program, and is it the right scope?`;
}
