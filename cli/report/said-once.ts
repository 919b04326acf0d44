import { countBy } from "../../core/groups";
import { nameOfUrn } from "../../core/urn";
import { isPlaced } from "./locate";
import type { Said } from "./preview";

/** Everything that asks for a reader's attention. */
export interface Attention {
    errors: Said[];
    warnings: Said[];
    policies: Said[];
}

/** A line of a warning, and the resource's name in the program. */
interface Warned {
    name: string;
    text: string;
}

/** Last sentence of a policy's finding, which no warning has. */
const EXEMPTION = / To exempt it for a time, name .*$/;

/**
 * Policies judge much of what a preview warns of, too. Such a fact is told once: as the error where its policy is mandatory, else as
 * the warning, which names the place in the stack's file.
 */
export function sayOnce({ errors, warnings, policies }: Attention): Attention {
    const lines = warnings.flatMap(linesOf);
    const mandatory = factsOf(
        errors.filter(({ policy }) => policy !== undefined),
        lines,
    );
    const advice = factsOf(policies, lines);
    const texts = new Set(lines.map(({ text }) => text));
    return {
        errors,
        warnings: withoutRepeats(warnings.filter((one) => !linesOf(one).every((line) => mandatory.has(line)))),
        policies: policies.filter((finding) => !texts.has(bodyOf(finding)) && !advice.covers(finding)),
    };
}

/** A warning about a runner, which begins with the stack's key, comes with each manager that serves it. Any other is about its resource. */
function withoutRepeats(said: readonly Said[]): Said[] {
    const keyOf = ({ urn, lines }: Said) => [...(isPlaced(lines[0]!) ? [] : [urn]), ...lines].join("\n");
    return [...new Map(said.map((one) => [keyOf(one), one])).values()];
}

/**
 * Which findings of policies and which lines of warnings are one fact. Either the words say so; or the code by which the warning is
 * silenced is the policy's name, and the policy found no more of that manager than was warned of. It may find more, because a policy does
 * not ask whether a worker's warning is silenced: then all of it is told.
 */
function factsOf(findings: readonly Said[], lines: readonly Warned[]) {
    const found = countBy(findings.map(keyOf));
    const warned = countBy(lines.flatMap(({ name, text }) => codesIn(text).map((code) => `${code} ${name}`)));
    const covered = new Set([...found].filter(([key, number]) => number <= (warned.get(key) ?? 0)).map(([key]) => key));
    const bodies = new Set(findings.map(bodyOf));
    return {
        has: ({ name, text }: Warned) =>
            bodies.has(text) || codesIn(text).some((code) => covered.has(`${code} ${name}`)),
        covers: (finding: Said) => covered.has(keyOf(finding)),
    };
}

/** A policy, and the name of the resource that it judged. */
function keyOf({ policy = "", urn }: Said): string {
    return `${policy} ${nameOfUrn(urn)}`;
}

/** The codes by which a warning is silenced. */
function codesIn(text: string): string[] {
    return text.match(/(?<=To accept it, add )[\w-]+(?= to the manager's silence)/g) ?? [];
}

/** What was found, without the names of the policy and the resource before it, and without how to exempt it. */
function bodyOf({ lines }: Said): string {
    const text = lines.join(" ");
    return text.slice(text.indexOf(": ") + 2).replace(EXEMPTION, "");
}

function linesOf(warning: Said): Warned[] {
    return warning.lines.map((line) => ({ name: nameOfUrn(warning.urn), text: line.trim() }));
}
