import * as fleet from "@gitlab-fleet/sdk";
import * as pulumi from "@pulumi/pulumi";
import { fleetChild, hasFleetProvider } from "./fleet-provider";
import { perProgram } from "./per-program";

const identities = perProgram(() => new Map<pulumi.ProviderResource, fleet.StackIdentity>());

/**
 * What tells this stack's state from every other one, and proves that GitLab is still the one it belongs to; whatever is
 * written there depends on it. One for each GitLab of the program.
 */
export function stackIdentity(component: pulumi.ComponentResource): fleet.StackIdentity {
    const { provider } = fleetChild(component);
    const known = identities();
    const found = known.get(provider) ?? declare(provider);
    known.set(provider, found);
    return found;
}

/** What each resource waits for that is written to GitLab; nothing where the component has no provider of package gitlab-fleet. */
export function sameGitlab(component: pulumi.ComponentResource): pulumi.Resource[] {
    return hasFleetProvider(component) ? [stackIdentity(component)] : [];
}

function declare(provider: pulumi.ProviderResource): fleet.StackIdentity {
    const movedFrom = new pulumi.Config("gitlab-fleet").get("movedFrom");
    return new fleet.StackIdentity(nameOf(provider), { movedFrom }, { provider });
}

/** The name is an identity, so it must not hang on the order in which a program declares. */
function nameOf(provider: pulumi.ProviderResource): string {
    const { __name } = provider as unknown as { __name?: string };
    return __name === undefined || __name === "gitlab-fleet" ? "stack" : `stack-${__name}`;
}
