import type { Problem } from "../../../core/problems";
import { findOtherStacks } from "./other-stacks";
import { fromJson, hideSecrets } from "./parse";
import { findPlainSecrets } from "./plain-secrets";
import { readStackFiles, type StackFile } from "./stack-files";

/** What warnings about a stack's configuration as a whole look at. */
export interface StackFacts {
    stack: string;
    /** Texts by full key; maps and lists are JSON. */
    values: Record<string, string>;
    /** Full keys that hold a secret somewhere. */
    secretKeys: readonly string[];
    /** Folder of Pulumi.yaml. */
    root: string;
}

/** What is unwise in a stack's configuration and in no single value of it: secrets in the open, leftovers of other stacks. */
export function findStackWarnings({ stack, values, secretKeys, root }: StackFacts): Problem[] {
    const known = Object.fromEntries(Object.entries(values).map(([key, text]) => [key, fromJson(text)]));
    let files: Map<string, StackFile> | undefined;
    const read = () => {
        files ??= readStackFiles(root);
        return files;
    };
    return [
        ...findPlainSecrets(known, secretKeys, () => read().get(stack)),
        ...findOtherStacks(stack, known, read()).map((problem) => hideSecrets(problem, secretKeys)),
    ];
}
