import { parseMarker } from "../../core/marker";
import { oneLine } from "../../core/one-line";
import { firstOf } from "../../core/values";
import type { RunnerRecord } from "../../gitlab/runners";

const MOST_TOLD = 20;

/** `<project>/<stack>` of every marker that runners bear, in order. */
export function ownersIn(runners: readonly RunnerRecord[]): string[] {
    return [...new Set(runners.flatMap(({ maintenanceNote }) => parseMarker(maintenanceNote)?.owner ?? []))].sort();
}

/** What to say where no runner bears the marker of an owner: a misspelt one would else look as if all were well. */
export function explainStranger(owner: string, bearers: readonly string[]): string {
    const none = `No runner of this scope bears the marker of ${oneLine(owner)}, so none was judged as its orphan.`;
    if (bearers.length === 0) return `${none} None bears any marker. Is it the right scope?`;
    const told = bearers.map((bearer) => oneLine(bearer));
    return `${none} Markers here are of ${firstOf(told, MOST_TOLD)}. Is --owner written as in the program, and is it the right scope?`;
}
