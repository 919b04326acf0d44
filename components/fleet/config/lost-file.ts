import { OURS } from "./known";
import { findUnreadFiles, readStackFiles, shortName, stackFileName } from "./stack-files";

/**
 * Returns an error if a stack has no configuration while other stacks of the project declare fleets: its file was
 * renamed or removed, or holds only what Pulumi itself writes if a file is missing. `up` would delete everything the
 * stack has declared.
 */
export function findLostFile(stack: string, own: Readonly<Record<string, unknown>>, root: string): string | undefined {
    const isOurs = (key: string) => key.startsWith(OURS) || key.startsWith("gitlab:");
    if (Object.keys(own).some(isOurs)) return undefined;
    const files = readStackFiles(root);
    if (files.has(shortName(stack))) return undefined;
    const others = [...files].flatMap(([name, values]) =>
        Object.keys(values).some((key) => key.startsWith(OURS)) ? [name] : [],
    );
    if (others.length === 0) return undefined;
    const unread = findUnreadFiles(root).get(shortName(stack))?.message;
    const lost = `Was ${stackFileName(root, stack)} renamed or removed by mistake? Get it back first.`;
    return (
        `Stack "${stack}" has no configuration, and ${others.join(", ")} beside it ${others.length === 1 ? "has" : "have"}: ` +
        "whatever it has declared would be deleted. " +
        `${unread ?? lost} A stack that is to declare nothing says so in its file: ${OURS}runners: {}. To take a stack down: pulumi destroy.`
    );
}
