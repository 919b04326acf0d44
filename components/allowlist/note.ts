import * as fleet from "@gitlab-fleet/sdk";
import * as pulumi from "@pulumi/pulumi";
import { fleetChild, hasFleetProvider } from "../common/fleet-provider";
import { perProgram } from "../common/per-program";

const notesByProvider = perProgram(() => new Map<pulumi.ProviderResource, number[]>());

/**
 * Tells the plugin that the program has a project's allowlist: only in `up`, where something may be deleted, and for all lists that
 * are known in one turn together.
 */
export function noteAllowlist(component: pulumi.ComponentResource, project: pulumi.Output<number>): void {
    // Whoever gives a provider of package gitlab alone cannot have an AllowlistBackup.
    if (!hasFleetProvider(component)) return;
    const { provider } = fleetChild(component);
    if (pulumi.runtime.isDryRun()) return;
    project.apply(async (id) => {
        const waiting = notesByProvider().get(provider);
        if (waiting !== undefined) {
            waiting.push(id);
            return;
        }
        const projects = [id];
        notesByProvider().set(provider, projects);
        await new Promise((resolve) => setImmediate(resolve));
        notesByProvider().delete(provider);
        await fleet.noteAllowlists({ projects }, { provider });
    });
}
