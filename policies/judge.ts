import { oneLine } from "../core/one-line";
import { type Exemption, whyNotExempt } from "./exemptions";
import type { Facts, Finding, Rule } from "./rules/rule";

/** The findings of a policy that are not exempted: sentences that name the place and the fix. */
export function judge<K extends keyof Facts>(
    rule: Rule<K>,
    facts: Facts[K],
    exemptions: readonly Exemption[],
    today: string,
): string[] {
    return rule.find(facts).flatMap((finding) => {
        const named = exemptions.filter(({ name }) => finding.names.includes(name));
        const refusals = named.map((one) => whyNotExempt(one, today));
        if (refusals.includes(undefined)) return [];
        return [oneLine(explain(rule, finding, refusals as string[], named))];
    });
}

function explain(
    { fix }: Rule,
    { names, path, message, saysHow }: Finding,
    refusals: string[],
    named: Exemption[],
): string {
    const ended = refusals.map((why, index) => ` The exemption of ${show(named[index]!.name)} does not hold: ${why}.`);
    const ways = [...new Set(names)].map(show).join(" or ");
    return `${path} ${message}${saysHow ? "" : ` ${fix}`}${ended.join("")} To exempt it for a time, name ${ways}.`;
}

function show(name: string): string {
    return JSON.stringify(name);
}
