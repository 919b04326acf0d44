import * as pulumi from "@pulumi/pulumi";
import { givenGitlabProvider } from "./fleet-provider";
import { withFixedMessage } from "./user-error";

const GITLAB_COM = "https://gitlab.com";

/** GitLab's address as runners use it: the base URL of its API without `/api/v4/`. */
export function toGitlabUrl(baseUrl: string | undefined): string {
    return (baseUrl || GITLAB_COM)
        .replace(/\/+$/, "")
        .replace(/\/api\/v4$/, "")
        .replace(/\/+$/, "");
}

/** Base URL of GitLab's API from stack configuration, else the environment, as the gitlab package looks for it. */
export function configuredBaseUrl(): string | undefined {
    return new pulumi.Config("gitlab").get("baseUrl") || process.env.GITLAB_BASE_URL || undefined;
}

/** The GitLab that a component's runners belong to. */
export function gitlabUrlFor(component: pulumi.ComponentResource, label: string): pulumi.Input<string> {
    const given = givenGitlabProvider(component);
    if (given === undefined) return toGitlabUrl(configuredBaseUrl());
    if (!("baseUrl" in given)) {
        const text =
            "gitlabUrl is missing. A provider of package gitlab was given, and outside of TypeScript nobody tells its address. Add gitlabUrl.";
        throw withFixedMessage(new pulumi.ResourceError(`${label}: ${text}`, component, true));
    }
    return pulumi.output(given.baseUrl).apply((baseUrl) => toGitlabUrl(baseUrl || process.env.GITLAB_BASE_URL));
}
