import type { ConfigChange } from "./change";

const KEYS: Record<string, string> = { listen_address: "listen_address", session_server: "[session_server]" };
const CHANGED = /^settings\.global\.(\w+)/;
/** A key of a worker that stays, but for policies; a new worker starts its plugin anew. */
const OF_AUTOSCALER = /^settings\.workers(?:\.[^.[]+|\["(?:[^"\\]|\\.)*"\])\.autoscaler(?!\.policy\b)/;

/**
 * What is to be said of changes that a running process does not notice: gitlab-runner binds its ports and tells fleeting plugins
 * what to do when it starts, and reads everything else anew. https://docs.gitlab.com/runner/configuration/advanced-configuration/
 */
export function sayReadAtStart({ changes }: Pick<ConfigChange, "changes">): string | undefined {
    const changed = Object.keys(changes).map((path) =>
        OF_AUTOSCALER.test(path) ? "[runners.autoscaler] (but for policy)" : KEYS[CHANGED.exec(path)?.[1] ?? ""],
    );
    const keys = [...new Set(changed)].filter((key) => key !== undefined);
    if (keys.length === 0) return undefined;
    const [are, them] = keys.length === 1 ? ["is", "it"] : ["are", "them"];
    return (
        `${keys.join(" and ")} ${are} read only when gitlab-runner starts: restart it for ${them} when it suits you. ` +
        "Nothing here restarts it, because its running jobs would be lost."
    );
}
