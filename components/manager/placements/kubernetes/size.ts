import { error, type Problem } from "../../../../core/problems";
import { isKnownLater, isMap, memberOf } from "../../../../core/values";
import type { ManagerInput, ManagerPaths } from "../kind";

/** The largest Secret: `MaxSecretSize` of the API. https://kubernetes.io/docs/concepts/configuration/secret/ */
export const LARGEST_SECRET = 1024 * 1024;

/** Finds what does not fit into a Secret. Outputs do not count here; the whole text is measured once it is known. */
export function findSizeProblems(
    { draft: { global, workers } }: ManagerInput,
    { certificates }: Record<string, unknown>,
    { manager }: ManagerPaths,
): Problem[] {
    const config = textLength(global) + workers.reduce((sum, worker) => sum + textLength(worker.config), 0);
    const trusted = isMap(certificates) ? textLength(certificates) : 0;
    return [
        ...(config > LARGEST_SECRET ? [error(memberOf(manager, "config"), tooLarge("config.toml", config))] : []),
        ...(trusted > LARGEST_SECRET
            ? [error(memberOf(manager, "placement", "kubernetes", "certificates"), tooLarge("all of them", trusted))]
            : []),
    ];
}

export function tooLarge(file: string, bytes: number): string {
    return (
        `makes a Secret that Kubernetes does not take: ${file} has ${bytes.toLocaleString("en")} bytes, and a Secret at most ` +
        `${LARGEST_SECRET.toLocaleString("en")}. Serve some of the runners by another manager.`
    );
}

/** Length of the texts in a value, which is less than the length of the file. */
function textLength(value: unknown): number {
    if (typeof value === "string") return Buffer.byteLength(value);
    if (typeof value !== "object" || value === null || isKnownLater(value)) return 0;
    return Object.entries(value).reduce((sum, [key, item]) => sum + key.length + textLength(item), 0);
}
