import { type Marker, parseMarker } from "../../core/marker";
import type { AuditedRunner } from "../../gitlab/runner-audit";
import type { KnownRunners } from "../states";

/** What is worth knowing about a runner. The first one that fits is its class; all that fit are its flags. */
export type Flag = "not-in-state" | "duplicate" | "never-contacted" | "stale" | "offline" | "paused" | "many-managers";

/** A runner, judged. Holds no more than a page needs to show: there may be hundreds of thousands. */
export interface AuditRow extends Omit<AuditedRunner, "runnerType" | "belongsTo" | "paused" | "note"> {
    /** `instance`, `group apps`, `project apps/etl`. */
    scope: string;
    /** `<project>/<stack>` of the program that declares it; absent for foreign runners. */
    owner?: string;
    flags: Flag[];
}

/** How many runners there are of which kind. */
export interface AuditTotals {
    runners: number;
    /** With a marker of ours. */
    ours: number;
    oursLive: number;
    /** Ours, but not in the state of their stack, which was given; absent when none was. */
    oursNotInState?: number;
    /** Ours, of stacks whose states were not given; absent when none was. */
    oursOfOtherStacks?: number;
    foreign: number;
    foreignLive: number;
    duplicateDescriptions: number;
    /** Runners with such a description. */
    duplicates: number;
    neverContacted: number;
    stale: number;
    offline: number;
    paused: number;
    manyManagers: number;
}

export interface AuditOptions {
    /** What the states that were given know; absent when none was. */
    known?: KnownRunners;
    /** How many managers a runner is expected to have at most. */
    managers: number;
}

/** An audit under way: runners go in page by page, rows and totals come out at the end. */
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

    /** Everything that was found: rows by id, totals over all of them. */
    finish(): { rows: AuditRow[]; totals: AuditTotals } {
        for (const row of this.rows) {
            if (row.description !== "" && this.perDescription.get(row.description)! > 1) row.flags.unshift("duplicate");
        }
        this.rows.sort((a, b) => a.id - b.id);
        return { rows: this.rows, totals: totalsOf(this.rows, this.options.known) };
    }

    /** One copy of a text that thousands of runners have in common; what JSON.parse gives is a new one each time. */
    private shared(text: string): string {
        const known = this.strings.get(text);
        if (known !== undefined) return known;
        this.strings.set(text, text);
        return text;
    }
}

/** Whether a runner needs somebody's attention. A foreign runner that works does not. */
export function needsAttention({ flags }: AuditRow): boolean {
    return flags.some((flag) => flag !== "paused" && flag !== "offline");
}

/** Whether GitLab heard from it within two hours. */
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
