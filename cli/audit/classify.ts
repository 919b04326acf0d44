import { type Marker, parseMarker } from "../../core/marker";
import type { AuditedRunner } from "../../gitlab/runner-audit";
import type { KnownRunners } from "../states";

/** What is notable about a runner. All flags that apply are listed; the first one is its class. */
export type Flag = "not-in-state" | "duplicate" | "never-contacted" | "stale" | "offline" | "paused" | "many-managers";

/** A classified runner. Holds only what a page shows, because there may be hundreds of thousands. */
export interface AuditRow extends Omit<AuditedRunner, "runnerType" | "belongsTo" | "paused" | "note"> {
    /** `instance`, `group apps`, `project apps/etl`. */
    scope: string;
    /** `<project>/<stack>` that declares it; absent for foreign runners. */
    owner?: string;
    flags: Flag[];
}

/** Numbers of runners by kind. */
export interface AuditTotals {
    runners: number;
    /** Runners with a marker of ours. */
    ours: number;
    oursLive: number;
    /** Ours, but not in the given state of their stack; absent if no state was given. */
    oursNotInState?: number;
    /** Ours, of stacks whose states were not given; absent if no state was given. */
    oursOfOtherStacks?: number;
    foreign: number;
    foreignLive: number;
    duplicateDescriptions: number;
    /** Runners whose description is a duplicate. */
    duplicates: number;
    neverContacted: number;
    stale: number;
    offline: number;
    paused: number;
    manyManagers: number;
}

export interface AuditOptions {
    /** What the given states know; absent if none was given. */
    known?: KnownRunners;
    /** The most managers that a runner is expected to have. */
    managers: number;
}

/** An audit in progress: runners are added page by page, and rows and totals come out at the end. */
export class Audit {
    private readonly rows: AuditRow[] = [];
    private readonly perDescription = new Map<string, number>();
    private readonly strings = new Map<string, string>();

    constructor(private readonly options: AuditOptions) {}

    add(runners: readonly AuditedRunner[]): void {
        for (const runner of runners) {
            const description = this.shared(runner.description);
            this.perDescription.set(description, (this.perDescription.get(description) ?? 0) + 1);
            const marker = parseMarker(runner.note);
            this.rows.push({
                id: runner.id,
                description,
                scope: this.shared(scopeTextOf(runner)),
                status: this.shared(runner.status),
                owner: marker && this.shared(marker.owner),
                contactedAt: runner.contactedAt,
                createdAt: runner.createdAt,
                creator: runner.creator && this.shared(runner.creator),
                tags: runner.tags.map((tag) => this.shared(tag)),
                managers: runner.managers,
                flags: flagsOf(runner, marker, this.options),
            });
        }
    }

    get size(): number {
        return this.rows.length;
    }

    /** Returns the rows by id, and totals over all of them. */
    finish(): { rows: AuditRow[]; totals: AuditTotals } {
        for (const row of this.rows) {
            if (row.description !== "" && this.perDescription.get(row.description)! > 1) row.flags.unshift("duplicate");
        }
        this.rows.sort((a, b) => a.id - b.id);
        return { rows: this.rows, totals: totalsOf(this.rows, this.options.known) };
    }

    /** Returns one shared copy of a text that thousands of runners have; JSON.parse creates a new one each time. */
    private shared(text: string): string {
        const known = this.strings.get(text);
        if (known !== undefined) return known;
        this.strings.set(text, text);
        return text;
    }
}

/** Whether a runner needs attention. A foreign runner that works does not. */
export function needsAttention({ flags }: AuditRow): boolean {
    return flags.some((flag) => flag !== "paused" && flag !== "offline");
}

/** Whether GitLab has heard from it within two hours. */
export function isLive({ status }: AuditRow): boolean {
    return status === "online";
}

function flagsOf(runner: AuditedRunner, marker: Marker | undefined, { known, managers }: AuditOptions): Flag[] {
    const flags: Flag[] = [];
    if (marker !== undefined && known?.covers(marker.owner) && !known.ids.has(runner.id)) flags.push("not-in-state");
    if (runner.contactedAt === undefined) flags.push("never-contacted");
    if (runner.status === "stale") flags.push("stale");
    if (runner.status === "offline") flags.push("offline");
    if (runner.paused) flags.push("paused");
    if (runner.managers > managers) flags.push("many-managers");
    return flags;
}

function scopeTextOf({ runnerType, belongsTo }: AuditedRunner): string {
    const type = runnerType.replace(/_type$/, "");
    return belongsTo === undefined ? type : `${type} ${belongsTo}`;
}

function totalsOf(rows: readonly AuditRow[], known: KnownRunners | undefined): AuditTotals {
    const having = (flag: Flag) => rows.filter((row) => row.flags.includes(flag)).length;
    const ours = rows.filter((row) => row.owner !== undefined);
    const duplicates = rows.filter((row) => row.flags.includes("duplicate"));
    return {
        runners: rows.length,
        ours: ours.length,
        oursLive: ours.filter(isLive).length,
        ...(known === undefined
            ? {}
            : {
                  oursNotInState: having("not-in-state"),
                  oursOfOtherStacks: ours.filter(({ id, owner }) => !known.ids.has(id) && !known.covers(owner!)).length,
              }),
        foreign: rows.length - ours.length,
        foreignLive: rows.filter((row) => row.owner === undefined && isLive(row)).length,
        duplicateDescriptions: new Set(duplicates.map((row) => row.description)).size,
        duplicates: duplicates.length,
        neverContacted: having("never-contacted"),
        stale: having("stale"),
        offline: having("offline"),
        paused: having("paused"),
        manyManagers: having("many-managers"),
    };
}
