import * as pulumi from "@pulumi/pulumi";
import { ownerOf } from "../../../core/marker";
import { stoppingErrors } from "../../../core/problems";
import type { Reference, ReferenceKind } from "../../../core/reference";
import { safeText } from "../../../core/safe-text";
import { isEventual, isMap, memberOf } from "../../../core/values";
import { findConsumers } from "../../allowlist/registry-problems";
import { noteSecrets } from "../../common/known-secrets";
import { noteWritten, type WrittenReference } from "../../common/path-resolver";
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

/** The fleet that the current stack's configuration declares. Throws one error with every mistake in it. */
export function readStackConfig(): FleetArgs {
    noteProjectFolder(pulumi.getRootDirectory());
    noteConfigRead();
    const stack = pulumi.getStack();
    const own = pulumi.runtime.allConfig();
    const lost = findLostFile(stack, own, projectFolder());
    if (lost !== undefined) throw new pulumi.RunError(safeText(lost));
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
        const text = `The configuration of stack "${stack}" declares nothing: it has no key below gitlab-fleet:. Whatever it has declared before is deleted by up.`;
        for (const line of [...(isEmpty ? [text] : []), ...warnings.map(present)]) warn(line);
    }
    noteSecrets(findEncrypted(toKnown(own), secretKeys, () => readStackFiles(projectFolder()).get(stack)));
    noteWritten(findWrittenReferences(fleet, OURS), { inConfig: true });
    return fleet;
}

/** Every project and group that a fleet names. `root` is the path of the fleet's arguments. */
function findWrittenReferences({ runners, exclusive, registries }: FleetArgs, root: string): WrittenReference[] {
    const scopes = Object.entries({ runners, exclusive }).flatMap(([section, entries]) =>
        Object.entries(entries ?? {}).flatMap(([name, { scope }]) =>
            inScope(scope, memberOf(memberOf(memberOf(root, section), name), "scope")),
        ),
    );
    const consumers = Object.entries(registries ?? {}).flatMap(([producer, access]) => {
        const path = memberOf(memberOf(root, "registries"), producer);
        return [{ kind: "project" as const, reference: producer, path }, ...findConsumers(access, path)];
    });
    return [...scopes, ...consumers];
}

const KEYS: [key: string, kind: ReferenceKind][] = [
    ["project", "project"],
    ["group", "group"],
    ["projectsBelow", "group"],
];

function inScope(scope: unknown, path: string): WrittenReference[] {
    if (!isMap(scope)) return [];
    return KEYS.filter(([key]) => scope[key] !== undefined && !isEventual(scope[key])).map(([key, kind]) => ({
        kind,
        reference: scope[key] as Reference,
        path: memberOf(path, key),
    }));
}
