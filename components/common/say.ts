import * as pulumi from "@pulumi/pulumi";
import { safeText } from "../../core/safe-text";

/** Prints a warning below a resource, or below the stack. Nobody waits for it, and one that the engine does not take is lost. */
export function warn(text: string, resource?: pulumi.Resource): void {
    pulumi.log.warn(safeText(text), resource).catch(() => {});
}

/** Prints a remark, in the same way. */
export function inform(text: string, resource?: pulumi.Resource): void {
    pulumi.log.info(safeText(text), resource).catch(() => {});
}
