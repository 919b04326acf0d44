import { parseMarker } from "../../core/marker";
import { oneLine } from "../../core/one-line";
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
    const told = bearers.slice(0, MOST_TOLD).map((bearer) => oneLine(bearer));
    const rest = bearers.length > told.length ? ` and ${bearers.length - told.length} more` : "";
    return `${none} Markers here are of ${told.join(", ")}${rest}. Is --owner written as in the program, and is it the right scope?`;
}
