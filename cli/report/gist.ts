import { count } from "../ago";
import { changed, HOSTS } from "./meaning";
import type { Operation, Step } from "./preview";
import type { Section } from "./summary";

/** What happened, after "2 runners"; in the order in which a reader should hear of it. */
const DONE: [Operation, string][] = [
    ["delete", "deleted"],
    ["replace", "made anew"],
    ["create", "made"],
    ["update", "changed"],
];

/**
 * What a preview means, in half a line: runners and managers are what a reviewer knows, and Pulumi's resources are not. Empty where
 * it means nothing to either.
 */
export function gistOf(steps: readonly Step[], sections: readonly Section[]): string {
    const lines = (wanted: string) => sections.find(({ title }) => title === wanted)?.lines ?? [];
    const others = lines("Runners").flatMap(({ subject, text }) => {
        const [, action, number] = /^will (delete|pause) ([\d,]+) runner/i.exec(text) ?? [];
        if (action === undefined || !subject.startsWith("runners of ")) return [];
        return [`${number} undeclared ${action.toLowerCase()}d`];
    });
    const tokens = lines("Tokens").length;
    return [
        tell("runner", worstByName(steps, ["UserRunner"])),
        ...others,
        ...(lines("Who gets in").length > 0 ? ["who gets in changes"] : []),
        ...(tokens > 0 ? [`${count(tokens, "token")} reset`] : []),
        tell("manager", worstByName(steps, Object.keys(HOSTS))),
    ]
        .filter((part) => part !== "")
        .join("; ");
}

/** A manager is several resources: what is said of it is the worst that happens to one of them. */
function worstByName(steps: readonly Step[], types: readonly string[]): Map<string, Operation> {
    const worst = new Map<string, Operation>();
    const rank = (operation: Operation) => DONE.findIndex(([one]) => one === operation);
    for (const { name, operation } of types.flatMap((type) => changed(steps, type))) {
        const before = worst.get(name);
        if (before === undefined || rank(operation) < rank(before)) worst.set(name, operation);
    }
    return worst;
}

/** `2 runners deleted, 1 made` */
function tell(noun: string, operations: ReadonlyMap<string, Operation>): string {
    return DONE.flatMap(([operation, words]) => {
        const number = [...operations.values()].filter((one) => one === operation).length;
        return number === 0 ? [] : [{ number, words }];
    })
        .map(({ number, words }, at) => `${at === 0 ? count(number, noun) : number.toLocaleString("en-US")} ${words}`)
        .join(", ");
}
