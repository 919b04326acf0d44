import * as pulumi from "@pulumi/pulumi";
import { perProgram } from "./per-program";
import { warn } from "./say";

/** Keys of a stack's configuration that declare something, once the program has it read. */
const DECLARING = /^gitlab-fleet:(runners|managers|exclusive|registries|extends)$/;

const reading = perProgram(() => ({ isRead: false, isSaid: false }));

/** Notes that the program reads the stack's configuration. */
export function noteConfigRead(): void {
    reading().isRead = true;
}

/** Warns, once, of what a stack's file declares and the program does not read: editors and `validate` take it for what will be. */
export function warnOfUnreadConfig(resource: pulumi.Resource): void {
    const state = reading();
    if (!pulumi.runtime.isDryRun() || state.isRead || state.isSaid) return;
    const keys = Object.keys(pulumi.runtime.allConfig()).filter((key) => DECLARING.test(key));
    if (keys.length === 0) return;
    state.isSaid = true;
    const text = `The stack's configuration has ${keys.sort().join(", ")}, which this program does not read: it declares what the program itself says.`;
    warn(`${text} Hand readStackConfig() to the Fleet, or remove the keys.`, resource);
}
