import type { Operation } from "./preview";
import type { Counts, Report } from "./summary";

/** Sign of an operation, as Pulumi writes it. */
export const SIGNS: Record<Operation, string> = {
    create: "+",
    import: "=",
    update: "~",
    replace: "±",
    delete: "-",
    same: " ",
};

/** `1 runner deleted; 2 managers changed`; what one line says of a stack. Pulumi's own counts where it means nothing more. */
export function headline({ outcome, counts, errors, gist }: Report): string {
    if (outcome === "failed") return errors.length > 1 ? `${errors.length} errors` : "failed";
    if (outcome === "unchanged") return "nothing changes";
    return gist === "" ? countsInWords(counts) : gist;
}

/** `2 to create, 1 to delete`: Pulumi's resources, as the plan widget counts them. */
export function countsInWords(counts: Counts): string {
    const parts = (["create", "import", "update", "replace", "delete"] as const)
        .filter((operation) => counts[operation] > 0)
        .map((operation) => `${counts[operation].toLocaleString("en-US")} to ${operation}`);
    return parts.join(", ");
}
