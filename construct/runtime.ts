import * as pulumi from "@pulumi/pulumi";
import * as config from "@pulumi/pulumi/runtime/config";
import * as settings from "@pulumi/pulumi/runtime/settings";
import * as state from "@pulumi/pulumi/runtime/state";
import { dropDebugMessages } from "../components/common/debug-messages";
import type { ConstructRequest } from "../core/construct";

/** Internals that Pulumi's own component server uses, and that have no public types. */
interface Internals {
    withLocalStorage<T>(run: () => Promise<T>): Promise<T>;
    awaitFeatureSupport(): Promise<void>;
    waitForRPCs(): Promise<void>;
    getLocalStore(): { stackResource: pulumi.Resource };
}

const { withLocalStorage, getLocalStore } = state as unknown as Internals;
const { awaitFeatureSupport, waitForRPCs } = settings as unknown as Internals;

/** Runs with Pulumi's runtime set up for one component: connected to its engine, with the stack's configuration. */
export function withRuntime<T>(request: ConstructRequest, run: () => Promise<T>): Promise<T> {
    return withLocalStorage(async () => {
        const { project, stack, parallel, engine, monitor, dryRun, organization } = request;
        settings.resetOptions(project, stack, parallel, engine, monitor, dryRun, organization);
        await awaitFeatureSupport();
        underStack(stack, project);
        if (process.env.GITLAB_FLEET_DEBUG === undefined) dropDebugMessages();
        config.setAllConfig(request.config, request.secretKeys);
        return run();
    });
}

/**
 * Makes resources without a parent children of the stack, as in a program: a state must not depend on the program's
 * language.
 */
function underStack(stack: string, project: string): void {
    const urn = `urn:pulumi:${stack}::${project}::pulumi:pulumi:Stack::${project}-${stack}`;
    getLocalStore().stackResource = new pulumi.DependencyResource(urn);
}

/** Waits for all resources that are being registered, because the program's next steps may depend on them. */
export const allRegistered = (): Promise<void> => waitForRPCs();

/** Value of an output that is known before anything else. */
export function settled<T>(output: pulumi.Output<T>): Promise<T> {
    return (output as unknown as { promise(): Promise<T> }).promise();
}
