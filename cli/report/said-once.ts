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
    const all = warnings.flatMap(linesOf);
    const mandatory = errors.filter(({ policy }) => policy !== undefined);
    const isError = (line: Warned) => mandatory.some((finding) => isSame(finding, mandatory, line, all));
    return {
        errors,
        warnings: warnings.filter((warning) => !linesOf(warning).every(isError)),
        policies: policies.filter((finding) => !all.some((line) => isSame(finding, policies, line, all))),
    };
}

/**
 * Whether a policy's finding and a warning are one fact. Either the words say so; or the code by which the warning is silenced is the
 * policy's name, and the policy found no more of that manager than was warned of. It may find more, because a policy does not ask
 * whether a worker's warning is silenced: then all of it is told.
 */
function isSame(finding: Said, findings: readonly Said[], line: Warned, lines: readonly Warned[]): boolean {
    if (line.text === bodyOf(finding)) return true;
    const { policy = "" } = finding;
    const isAlike = ({ name, text }: Warned) => name === nameOf(finding) && hasCode(text, policy);
    if (!isAlike(line)) return false;
    const found = findings.filter((one) => one.policy === policy && nameOf(one) === nameOf(finding));
    return found.length <= lines.filter(isAlike).length;
}

function hasCode(text: string, code: string): boolean {
    return text.includes(`To accept it, add ${code} to the manager's silence`);
}

/** What was found, without the names of the policy and the resource before it, and without how to exempt it. */
function bodyOf({ lines }: Said): string {
    const text = lines.join(" ");
    return text.slice(text.indexOf(": ") + 2).replace(EXEMPTION, "");
}

function linesOf(warning: Said): Warned[] {
    return warning.lines.map((line) => ({ name: nameOf(warning), text: line.trim() }));
}

function nameOf({ urn }: Said): string {
    return urn.split("::").slice(3).join("::");
}
