import * as fleet from "@gitlab-fleet/sdk";
import type * as gitlab from "@pulumi/gitlab";
import * as pulumi from "@pulumi/pulumi";
import { keptFor } from "../../core/kept-for";
import { STACKS_PROVIDER } from "../../core/urn";
import { dropSecretMessages } from "./debug-messages";
import { perProgram } from "./per-program";
import { withFixedMessage } from "./say";

/** Options of a child from package `gitlab-fleet`: its parent, and the provider with GitLab's address and token. */
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

/** Whether a component may have children from package `gitlab-fleet`: not if it was given only `gitlab`'s provider. */
export function hasFleetProvider(component: pulumi.ComponentResource): boolean {
    return (
        givenGitlabProvider(component) === undefined ||
        component.getProvider("gitlab-fleet:index:provider") !== undefined
    );
}

/** The provider that identifies a component's GitLab, as a key for values that are kept per GitLab. */
export function gitlabOf(component: pulumi.ComponentResource): pulumi.ProviderResource {
    return givenGitlabProvider(component) ?? defaultProvider();
}

/** The provider of package `gitlab-fleet` that was handed to a component, if any. */
function givenFleetProvider(component: pulumi.ComponentResource): pulumi.ProviderResource | undefined {
    const [gitlabs, ours] = [givenGitlabProvider(component), component.getProvider("gitlab-fleet:index:provider")];
    if ((gitlabs === undefined) === (ours === undefined)) return ours;
    const [given, missing] = ours === undefined ? ["gitlab", "gitlab-fleet"] : ["gitlab-fleet", "gitlab"];
    // With the stack's GitLab as fallback, paths would be looked up in one instance and their ids used in another.
    throw new pulumi.ResourceError(
        `A provider of package ${given} was given, but none of package ${missing}. ` +
            "Give both: { providers: [gitlabProvider, fleetProvider] }, with the same baseUrl and token.",
        component,
        true,
    );
}

const text = (config: pulumi.Config, key: string) => config.get(key);
const flag = (config: pulumi.Config, key: string) => config.getBoolean(key);

/** Every key that our provider takes; the compiler checks it against the package's schema. */
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
 * Pulumi passes stack configuration to a plugin only under the plugin's own package name, but GitLab's address and
 * token are under `gitlab:`, so this passes them on. The plugin takes what is missing from the environment, where it
 * looks for the token first. The stack's token is passed on all the same: otherwise the provider would change whenever
 * `GITLAB_TOKEN` comes or goes.
 */
const defaultProvider = perProgram(() => {
    const config = new pulumi.Config("gitlab");
    noteWhichToken(config.get("token"), process.env.GITLAB_TOKEN?.trim());
    const args = Object.entries(KEYS).map(([key, read]) => [key, read(config, key)]);
    return new fleet.Provider(STACKS_PROVIDER, Object.fromEntries(args) as fleet.ProviderArgs);
});

/** Mentions which of two tokens is used, only if both are set and differ. */
function noteWhichToken(stacks: string | undefined, environments: string | undefined): void {
    if (!stacks || !environments || stacks === environments) return;
    pulumi.log.info("GitLab is asked with the environment's GITLAB_TOKEN, which wins over the stack's gitlab:token.");
}

const identityOf = perProgram(() => keptFor(declare));

/**
 * The identity of this stack's state, which also proves that GitLab is still the one the state belongs to; every write
 * to that GitLab depends on it. There is one for each GitLab of the program.
 */
export function stackIdentity(component: pulumi.ComponentResource): fleet.StackIdentity {
    return identityOf()(fleetChild(component).provider);
}

/** The resources that every write to GitLab depends on; none if the component has no provider of `gitlab-fleet`. */
export function sameGitlab(component: pulumi.ComponentResource): pulumi.Resource[] {
    return hasFleetProvider(component) ? [stackIdentity(component)] : [];
}

function declare(provider: pulumi.ProviderResource): fleet.StackIdentity {
    const movedFrom = new pulumi.Config("gitlab-fleet").get("movedFrom");
    return new fleet.StackIdentity(nameOf(provider), { movedFrom }, { provider });
}

/** The name is part of the URN, so it must not depend on the order in which a program declares. */
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
    // The gitlab package looks for it in the same places.
    const configured = () => new pulumi.Config("gitlab").get("baseUrl") || process.env.GITLAB_BASE_URL;
    if (given === undefined) return toGitlabUrl(configured());
    if (!("baseUrl" in given)) {
        const text =
            "gitlabUrl is missing. A provider of package gitlab was given, and outside of TypeScript nobody tells its address. Add gitlabUrl.";
        throw withFixedMessage(new pulumi.ResourceError(`${label}: ${text}`, component, true));
    }
    return pulumi.output(given.baseUrl).apply((baseUrl) => toGitlabUrl(baseUrl || process.env.GITLAB_BASE_URL));
}
