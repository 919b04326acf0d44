import { posix } from "node:path";
import { safe } from "../../../core/service/journal";
import type { Log } from "../../handler";
import { nameOf, type Service } from "./process";

/** How long plugins may take to be fetched: some tens of megabytes each. */
const INSTALL_MS = 5 * 60_000;
const MOST_SAID = 600;

/**
 * Has gitlab-runner on a host fetch the fleeting plugins that its `config.toml` names. One that is there already stays, without
 * asking a registry. https://docs.gitlab.com/runner/fleet_scaling/fleeting/
 */
export async function installPlugins(log: Log, { host }: Service, directory: string): Promise<void> {
    const config = posix.join(directory, "config.toml");
    log.status(`Waiting for gitlab-runner on ${nameOf(host)} to fetch fleeting plugins`);
    const words = ["gitlab-runner", "fleeting", "--config", config, "install"];
    const [answer] = await host.run([{ words, ms: INSTALL_MS }]);
    const { code, text } = answer!;
    if (code === 0) return;
    if (code === 127) {
        throw new Error(
            `${nameOf(host)} has no gitlab-runner to fetch plugins with. Install it, or leave fleetingInstall out.`,
        );
    }
    const said = safe(text).slice(-MOST_SAID) || `exit code ${code}`;
    throw new Error(
        `gitlab-runner on ${nameOf(host)} could not fetch the fleeting plugins that ${config} names (${said}). ` +
            "Can it reach the registry that plugin names, registry.gitlab.com by default? Correct it and run up again.",
    );
}
