import * as fleet from "@gitlab-fleet/sdk";
import type * as gitlab from "@pulumi/gitlab";
import * as pulumi from "@pulumi/pulumi";
import { keptFor } from "../../core/kept-for";
import { STACKS_PROVIDER } from "../../core/urn";
import { dropSecretMessages } from "./debug-messages";
import { perProgram } from "./per-program";
import { withFixedMessage } from "./say";

/** Options of a child from package `gitlab-fleet`: its parent, and the provider that knows where GitLab is. */
export function fleetChild(component: pulumi.ComponentResource): {
    parent: pulumi.Resource;
    provider: pulumi.ProviderResource;
} {
    dropSecretMessages();
    return {
        parent: component,
        provider: givenFleetProvider(component) ?? defaultProvider(),
    };
}

function givenGitlabProvider(component: pulumi.ComponentResource): gitlab.Provider | undefined {
    return component.getProvider("gitlab:index:provider") as gitlab.Provider | undefined;
}

/** Whether a component may have children from package `gitlab-fleet`: not where `gitlab`'s provider was given without it. */
export function hasFleetProvider(component: pulumi.ComponentResource): boolean {
    return (
        givenGitlabProvider(component) === undefined ||
        component.getProvider("gitlab-fleet:index:provider") !== undefined
    );
}

/** What stands for a component's GitLab where something is kept for each one of a program. */
export function gitlabOf(component: pulumi.ComponentResource): pulumi.ProviderResource {
    return givenGitlabProvider(component) ?? defaultProvider();
}

/** The provider of package `gitlab-fleet` that was handed to a component, if any. */
function givenFleetProvider(component: pulumi.ComponentResource): pulumi.ProviderResource | undefined {
    const [gitlabs, ours] = [givenGitlabProvider(component), component.getProvider("gitlab-fleet:index:provider")];
    if ((gitlabs === undefined) === (ours === undefined)) return ours;
    const [given, missing] = ours === undefined ? ["gitlab", "gitlab-fleet"] : ["gitlab-fleet", "gitlab"];
    // Falling back to the stack's GitLab would look paths up in one instance and use the ids in another.
    throw new pulumi.ResourceError(
        `A provider of package ${given} was given, but none of package ${missing}. ` +
            "Give both: { providers: [gitlabProvider, fleetProvider] }, with the same baseUrl and token.",
        component,
        true,
    );
}

const text = (config: pulumi.Config, key: string) => config.get(key);
const flag = (config: pulumi.Config, key: string) => config.getBoolean(key);

/** Every key that our package takes; the compiler holds it against the package's schema. */
const KEYS: Record<keyof fleet.ProviderArgs, (config: pulumi.Config, key: string) => unknown> = {
    baseUrl: text,
    token: (config, key) => config.getSecret(key),
    insecure: flag,
    cacertFile: text,
    clientCert: text,
    clientKey: text,
    headers: (config, key) => config.getSecretObject<Record<string, string>>(key),
    retries: (config, key) => config.getNumber(key),
    earlyAuthCheck: flag,
    compareWithGitlab: flag,
};

/**
 * Stack configuration reaches a plugin under its own package name only, and GitLab's address and token stand under
 * `gitlab:`. So they are handed over; what is absent there, the plugin takes from the environment. The token it takes from there
 * first. It is handed over all the same: a token that comes and goes with the environment would be a change of the provider.
 */
const defaultProvider = perProgram(() => {
    const config = new pulumi.Config("gitlab");
    noteWhichToken(config.get("token"), process.env.GITLAB_TOKEN?.trim());
    const args = Object.entries(KEYS).map(([key, read]) => [key, read(config, key)]);
    return new fleet.Provider(STACKS_PROVIDER, Object.fromEntries(args) as fleet.ProviderArgs);
});

/** Which of two tokens is used is told only where somebody could be wrong about it. */
function noteWhichToken(stacks: string | undefined, environments: string | undefined): void {
    if (!stacks || !environments || stacks === environments) return;
    pulumi.log.info("GitLab is asked with the environment's GITLAB_TOKEN, which wins over the stack's gitlab:token.");
}

const identityOf = perProgram(() => keptFor(declare));

/**
 * What tells this stack's state from every other one, and proves that GitLab is still the one it belongs to; whatever is
 * written there depends on it. One for each GitLab of the program.
 */
export function stackIdentity(component: pulumi.ComponentResource): fleet.StackIdentity {
    return identityOf()(fleetChild(component).provider);
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

const GITLAB_COM = "https://gitlab.com";

/** GitLab's address as runners use it: the base URL of its API without `/api/v4/`. */
export function toGitlabUrl(baseUrl: string | undefined): string {
    return (baseUrl || GITLAB_COM)
        .replace(/\/+$/, "")
        .replace(/\/api\/v4$/, "")
        .replace(/\/+$/, "");
}

/** The GitLab that a component's runners belong to. */
export function gitlabUrlFor(component: pulumi.ComponentResource, label: string): pulumi.Input<string> {
    const given = givenGitlabProvider(component);
    // As the gitlab package looks for it.
    const configured = () => new pulumi.Config("gitlab").get("baseUrl") || process.env.GITLAB_BASE_URL;
    if (given === undefined) return toGitlabUrl(configured());
    if (!("baseUrl" in given)) {
        const text =
            "gitlabUrl is missing. A provider of package gitlab was given, and outside of TypeScript nobody tells its address. Add gitlabUrl.";
        throw withFixedMessage(new pulumi.ResourceError(`${label}: ${text}`, component, true));
    }
    return pulumi.output(given.baseUrl).apply((baseUrl) => toGitlabUrl(baseUrl || process.env.GITLAB_BASE_URL));
}
