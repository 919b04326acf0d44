import { type Problem, warning } from "../../../core/problems";
import { type Reference, referenceKey } from "../../../core/reference";
import { firstOf, isMap, memberOf, show } from "../../../core/values";

type Registries = readonly (readonly [producer: string, access: Record<string, unknown>])[];

/**
 * Finds lists that another stack also declares, if one of the two uses `mode: additive`. An entry that both add belongs
 * to the stack that added it first; a stack that declares the whole list removes the other's entries. (Other checks
 * report two stacks that both declare the whole list.)
 */
export function findSharedLists(own: Registries, others: readonly (readonly [stack: string, Registries])[]): Problem[] {
    const all = others.map(
        ([stack, theirs]) => [stack, new Map(theirs.map(([name, access]) => [keyOf(name), access]))] as const,
    );
    return own.flatMap(([producer, access]) =>
        all.flatMap(([stack, theirs]) => {
            const other = theirs.get(keyOf(producer));
            const message = other && explain(access, other, show(stack));
            return message === undefined ? [] : [warning(memberOf("gitlab-fleet:registries", producer), message)];
        }),
    );
}

function explain(own: Record<string, unknown>, other: Record<string, unknown>, stack: string): string | undefined {
    const [isAdded, isOtherAdded] = [own, other].map(({ mode }) => mode === "additive");
    if (!isAdded && !isOtherAdded) return undefined;
    const [mine, theirs] = [entriesOf(own), entriesOf(other)];
    if (isAdded !== isOtherAdded) {
        const [parts, whole] = isAdded ? [mine, theirs] : [theirs, mine];
        const lost = [...parts].filter((entry) => !whole.has(entry));
        if (lost.length === 0) return undefined;
        const who = isAdded ? `stack ${stack} has it as a whole` : `stack ${stack} adds to it`;
        return (
            `is a list in which another stack has a hand: ${who}, and of ${firstOf(lost, 5)} one knows nothing: each up undoes what ` +
            "the other did. Set mode: additive in both, or declare them in one place."
        );
    }
    const both = [...mine].filter((entry) => theirs.has(entry));
    if (both.length === 0) return undefined;
    return (
        `lets in ${firstOf(both, 5)}, and so does stack ${stack}: an entry belongs to the stack that added it. When that one no longer ` +
        "declares it, it is taken off, until the next up of the other puts it back. Leave it to one of them."
    );
}

/** `project apps/etl`, `group ops` */
function entriesOf({ consumers }: Record<string, unknown>): Set<string> {
    const { projects, groups } = isMap(consumers) ? consumers : {};
    const named = (kind: string, list: unknown) =>
        (Array.isArray(list) ? list : []).filter(isReference).map((reference) => `${kind} ${keyOf(reference)}`);
    return new Set([...named("project", projects), ...named("group", groups)]);
}

/** An encrypted value, or one that is no reference, equals nothing else. */
export function isReference(value: unknown): value is Reference {
    return typeof value === "string" || typeof value === "number";
}

export function keyOf(reference: Reference): string {
    return referenceKey(reference).replace(/^#/, "");
}
