import { countBy } from "../../core/groups";
import { nameOfUrn } from "../../core/urn";
import { isPlaced } from "./locate";
import type { Said } from "./preview";

/** Everything that needs a reader's attention. */
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

/** Last sentence of a policy's finding, which warnings do not have. */
const EXEMPTION = / To exempt it for a time, name .*$/;

/**
 * Policies also find much of what a preview warns about. Such a fact is reported once: as the error if its policy is
 * mandatory, otherwise as the warning, which names the place in the stack's file.
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

/** A warning about a runner begins with the stack's key, and every manager that serves the runner repeats it. */
function withoutRepeats(said: readonly Said[]): Said[] {
    const keyOf = ({ urn, lines }: Said) => [...(isPlaced(lines[0]!) ? [] : [urn]), ...lines].join("\n");
    return [...new Map(said.map((one) => [keyOf(one), one])).values()];
}

/**
 * Which findings of policies and which lines of warnings are the same fact. Either the texts are equal, or the code
 * that silences the warning is the policy's name, and the policy found no more in that manager than the warnings did.
 * It may find more, because policies ignore that a worker's warning is silenced: then all findings are reported.
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

/** Key of a policy and the resource that it judged. */
function keyOf({ policy = "", urn }: Said): string {
    return `${policy} ${nameOfUrn(urn)}`;
}

/** The codes that silence a warning. */
function codesIn(text: string): string[] {
    return text.match(/(?<=To accept it, add )[\w-]+(?= to the manager's silence)/g) ?? [];
}

/** A finding without the names of the policy and the resource, and without how to exempt it. */
function bodyOf({ lines }: Said): string {
    const text = lines.join(" ");
    return text.slice(text.indexOf(": ") + 2).replace(EXEMPTION, "");
}

function linesOf(warning: Said): Warned[] {
    return warning.lines.map((line) => ({ name: nameOfUrn(warning.urn), text: line.trim() }));
}
