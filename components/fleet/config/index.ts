import * as pulumi from "@pulumi/pulumi";
import { ownerOf } from "../../../core/marker";
import { stoppingErrors } from "../../../core/problems";
import { safeText } from "../../../core/safe-text";
import { noteSecrets } from "../../common/known-secrets";
import { noteProjectFolder, projectFolder } from "../../common/project-folder";
import { warn } from "../../common/say";
import type { FleetArgs } from "../args";
import { noteConfigRead } from "../unread-config";
import { OURS, toKnown } from "./known";
import { findLostFile } from "./lost-file";
import { checkStack } from "./parse";
import { findEncrypted } from "./secure";
import { readStackFiles, stackFolder } from "./stack-files";
import { findStackWarnings } from "./stack-warnings";

/** Whether part of a key's value is encrypted in this run. The environment variable is per process, not per program. */
const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret(key: string): boolean };

/**
 * Returns the fleet that the current stack's configuration declares. Throws a single error that lists all mistakes in
 * it.
 */
export function readStackConfig(): FleetArgs {
    noteProjectFolder(pulumi.getRootDirectory());
    noteConfigRead();
    const stack = pulumi.getStack();
    const own = pulumi.runtime.allConfig();
    const lost = findLostFile(stack, own, projectFolder());
    if (lost !== undefined) throw new pulumi.RunError(safeText(lost));
    const secretKeys = Object.keys(own).filter(isConfigSecret);
    const { fleet, problems, values, layers, present } = checkStack({
        own: { config: own },
        folder: () => stackFolder(projectFolder()),
        secretKeys,
        env: process.env,
        owner: ownerOf(pulumi.getProject(), stack),
    });
    const errors = stoppingErrors(problems);
    if (errors.length > 0) {
        const count = errors.length === 1 ? "one mistake" : `${errors.length} mistakes`;
        const lines = errors.map((problem) => `  ${present(problem)}`);
        // A RunError is printed without a stack trace: the mistake is in the configuration, not in a program.
        throw new pulumi.RunError(
            safeText([`The configuration of stack "${stack}" has ${count}:`, ...lines].join("\n")),
        );
    }
    // Only in a preview: repeating it in the update that follows would bury the rest.
    if (pulumi.runtime.isDryRun()) {
        const warnings = findStackWarnings({ stack, values, secretKeys, root: projectFolder(), layers });
        const isEmpty = !Object.keys(values).some((key) => key.startsWith(OURS));
        const text = `The configuration of stack "${stack}" declares nothing: it has no key below gitlab-fleet:. Whatever it has declared before is deleted by up.`;
        for (const line of [...(isEmpty ? [text] : []), ...warnings.map(present)]) warn(line);
    }
    noteSecrets(findEncrypted(toKnown(own), secretKeys, () => readStackFiles(projectFolder()).get(stack)));
    return fleet;
}
