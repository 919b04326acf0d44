import * as pulumi from "@pulumi/pulumi";
import { ownerOf } from "../../../core/marker";
import { stoppingErrors } from "../../../core/problems";
import { safeText } from "../../../core/safe-text";
import { noteSecrets } from "../../common/known-secrets";
import { noteWritten } from "../../common/path-resolver";
import { noteProjectFolder, projectFolder } from "../../common/project-folder";
import { warn } from "../../common/say";
import type { FleetArgs } from "../args";
import { findWrittenReferences } from "../references";
import { noteConfigRead } from "../unread-config";
import { checkStack } from "./check";
import { findEncrypted } from "./encrypted";
import { OURS, toKnown } from "./known";
import { readStackFiles, stackFolder } from "./stack-files";
import { findStackWarnings } from "./stack-warnings";

/** The fleet that the current stack's configuration declares. Throws one error with every mistake in it. */
export function readStackConfig(): FleetArgs {
    noteProjectFolder(pulumi.getRootDirectory());
    noteConfigRead();
    const stack = pulumi.getStack();
    const own = pulumi.runtime.allConfig();
    const secretKeys: string[] = JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS || "[]");
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
        // A RunError is printed without a stack: the mistake is in the configuration and not in a program.
        throw new pulumi.RunError(
            safeText([`The configuration of stack "${stack}" has ${count}:`, ...lines].join("\n")),
        );
    }
    // An update follows a preview; saying it there again would only bury the rest.
    if (pulumi.runtime.isDryRun()) {
        const warnings = findStackWarnings({ stack, values, secretKeys, root: projectFolder(), layers });
        const isEmpty = !Object.keys(values).some((key) => key.startsWith(OURS));
        const text = `The configuration of stack "${stack}" declares nothing: it has no key below gitlab-fleet:.`;
        const lines = [...(isEmpty ? [safeText(text)] : []), ...warnings.map(present)];
        if (lines.length > 0) warn(lines.join("\n"));
    }
    noteSecrets(findEncrypted(toKnown(own), secretKeys, () => readStackFiles(projectFolder()).get(stack)));
    noteWritten(findWrittenReferences(fleet, OURS), { inConfig: true });
    return fleet;
}
