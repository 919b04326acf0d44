import type { Operation } from "./preview";
import type { Report } from "./summary";

/** Sign of an operation, as Pulumi writes it. */
export const SIGNS: Record<Operation, string> = { create: "+", update: "~", replace: "±", delete: "-", same: " " };

/** `2 to create, 1 to delete`; what one line says of a stack. */
export function headline({ outcome, counts, errors }: Report): string {
    if (outcome === "failed") return errors.length > 1 ? `${errors.length} errors` : "failed";
    if (outcome === "unchanged") return "nothing changes";
    const parts = (["create", "update", "replace", "delete"] as const)
        .filter((operation) => counts[operation] > 0)
        .map((operation) => `${counts[operation].toLocaleString("en-US")} to ${operation}`);
    return parts.join(", ");
}
