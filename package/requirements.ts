/** The plugins of a project and a machine. */
export interface PluginFacts {
    /** Packages for which `Pulumi.yaml` names a plugin. */
    declared: readonly string[];
    /** Plugins on this machine: `<package>` on PATH, `<package>-v<version>` in Pulumi's folder. */
    installed: readonly string[];
    /** Version of this package. */
    version: string;
    /** Whether this package names a URL from which Pulumi can download its plugin. */
    canBeDownloaded: boolean;
}

const REMEDY = "Run `npx gitlab-fleet plugins`, which writes the entries into Pulumi.yaml.";

/** Why Pulumi would not find a plugin for this package's own resources; `undefined` if it will. */
export function whyNotReady({ declared, installed, version, canBeDownloaded }: PluginFacts): string | undefined {
    const found = [`gitlab-fleet-v${version}`, "gitlab-fleet"].some((name) => installed.includes(name));
    if (declared.includes("gitlab-fleet") || found || canBeDownloaded) return undefined;
    const others = installed.filter((name) => name.startsWith("gitlab-fleet-v"));
    const other = others.length === 0 ? "" : ` Installed is ${others.join(", ")}, of another version.`;
    return `gitlab-fleet ${version}: Pulumi.yaml names no plugin for package gitlab-fleet.${other} ${REMEDY}`;
}

/** The consequence if this package's plugin does not serve package `gitlab`; `undefined` if it does. */
export function whyNotOurs({ declared }: PluginFacts): string | undefined {
    if (declared.includes("gitlab")) return undefined;
    return (
        "Package gitlab is served by the official plugin, because Pulumi.yaml names none for it: changes made in GitLab are " +
        `found by a refresh only, and every runner is read by a request of its own. ${REMEDY}`
    );
}
