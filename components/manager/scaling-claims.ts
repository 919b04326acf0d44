import * as pulumi from "@pulumi/pulumi";
import { groupPath, scalingGroupOf, sharedGroup } from "../../core/config-toml/scaling-groups";
import type { UncheckedConfig } from "../../core/config-toml/types";
import { isEventual } from "../../core/later";
import { claim } from "../common/claims";

/**
 * Reserves the groups of instances that a manager's workers scale, of which each needs one of its own in the whole program. A group
 * that a resource names is reserved once its name is known: what is returned waits for that.
 */
export function claimScalingGroups(
    manager: pulumi.Resource,
    label: string,
    draft: UncheckedConfig,
): pulumi.Input<UncheckedConfig> {
    const isLater = draft.workers.map(({ config }) => isEventual(config));
    const claimThose = (workers: UncheckedConfig["workers"], later: boolean) => {
        for (const [index, { config }] of workers.entries()) {
            const group = isLater[index] === later ? scalingGroupOf(config) : undefined;
            if (group === undefined) continue;
            const where = groupPath(`workers[${index}].config`);
            claim(manager, label, `scaling group ${group.key}`, (other) => `${where} ${sharedGroup(group, other)}`);
        }
    };
    claimThose(draft.workers, false);
    if (!isLater.includes(true)) return draft;
    return pulumi.all([draft as pulumi.Input<unknown>]).apply(([resolved]) => {
        const known = resolved as unknown as UncheckedConfig;
        claimThose(known.workers, true);
        return known;
    });
}
