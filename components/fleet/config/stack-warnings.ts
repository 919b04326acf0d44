import type { Problem } from "../../../core/problems";
import { findMissingAuthorities } from "./authorities";
import { toKnown } from "./known";
import { findOrigin, type Layer } from "./layers";
import { findOtherStacks } from "./other-stacks";
import { hideSecrets } from "./parse";
import { findPlainSecrets } from "./plain-secrets";
import { readStackFiles, type StackFile } from "./stack-files";

/** What warnings about a stack's configuration as a whole look at. */
export interface StackFacts {
    stack: string;
    /** Values by full key: texts, in which maps and lists are JSON, or the values themselves. */
    values: Record<string, unknown>;
    /** Full keys that hold a secret somewhere. */
    secretKeys: readonly string[];
    /** Folder of Pulumi.yaml. */
    root: string;
    /** Where the values come from. @default - all are the stack's own */
    layers?: readonly Layer[];
    /** What the stacks' files say, where somebody has read them already. @default - they are read */
    files?: ReadonlyMap<string, StackFile>;
}

/** What is unwise in a stack's configuration and in no single value of it: secrets in the open, leftovers of other stacks. */
export function findStackWarnings({ stack, values, secretKeys, root, layers = [], files }: StackFacts): Problem[] {
    const known = toKnown(values);
    let found = files;
    const read = () => {
        found ??= readStackFiles(root);
        return found;
    };
    const own = layers.at(-1)?.file;
    const sharedBy = (path: string) => {
        const file = findOrigin(layers, path)?.file;
        return file === own ? undefined : file;
    };
    return [
        ...findPlainSecrets(known, secretKeys, () => read().get(stack), sharedBy),
        ...findMissingAuthorities(known),
        ...findOtherStacks(stack, known, read()).map((problem) => hideSecrets(problem, secretKeys)),
    ];
}
