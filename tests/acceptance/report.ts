import * as fs from "node:fs";
import * as path from "node:path";
import { reasons } from "./lab";

/** One test's end. */
export interface Outcome {
    title: string;
    state: "passed" | "failed" | "not tried";
    /** Why it failed or was not tried. */
    why?: string;
}

const facts = { version: "unknown", edition: "unknown" };

/** What is known of the GitLab once the run has begun. */
export function setFacts(known: typeof facts): void {
    Object.assign(facts, known);
}

/** Where reports are written. */
const FOLDER = path.resolve(__dirname, "../../acceptance");

/** Writes `acceptance/<version>-<date>.md`, and answers its path. */
export function writeReport(outcomes: readonly Outcome[], { by = "", day }: { by?: string; day: string }): string {
    const folder = process.env.REPORTS ?? FOLDER;
    const file = path.join(folder, `${facts.version}-${day}.md`);
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(file, renderReport(outcomes, { ...facts, by, day }));
    return file;
}

/** The report's text. Holds neither addresses nor names of the GitLab: it is made to be committed. */
export function renderReport(
    outcomes: readonly Outcome[],
    { version, edition, by, day }: typeof facts & { by: string; day: string },
): string {
    const count = (state: Outcome["state"]) => outcomes.filter((one) => one.state === state).length;
    const section = (title: string, state: Outcome["state"]) => {
        const lines = outcomes.filter((one) => one.state === state);
        if (lines.length === 0) return [];
        return [`## ${title}`, "", ...lines.map(({ title: name, why }) => `- ${name}${why ? `: ${why}` : ""}`), ""];
    };
    return [
        `# GitLab ${version} (${edition}), ${day}`,
        "",
        `Seen by: ${by || "not said (BY=…)"}. ${count("passed")} passed, ${count("failed")} failed, ${count("not tried")} not tried.`,
        "",
        ...section("Failed", "failed"),
        ...section("Not tried, and why", "not tried"),
        ...section("Passed", "passed"),
    ].join("\n");
}

/** Why a test was not tried. */
export function reasonFor(title: string): string {
    return reasons.get(title) ?? "what it needs failed before";
}
