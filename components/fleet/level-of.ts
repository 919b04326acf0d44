import { runnerSetting, whereInWorker } from "../../core/config-toml/key-places";
import { tableSpec } from "../../core/config-toml/key-table";
import { closest } from "../../core/suggest";
import { memberOf } from "../../core/values";

/** The key of config.toml that resembles a key next to `config`, unless that key resembles one that belongs there. */
function nearKey(section: "runners" | "managers", key: string, beside: readonly string[]): string | undefined {
    const table = tableSpec(section === "runners" ? "WorkerTable" : "GlobalTable");
    if (table.has(key) || whereInWorker(key).length > 0 || runnerSetting(key) !== undefined) return undefined;
    return closest(key, beside) === undefined ? closest(key, table.keys()) : undefined;
}

/**
 * Returns what to do with a key that is next to `config` although gitlab-runner reads it from `config.toml`, or that
 * has another name here. Undefined for any other key. `path` is the runner's or manager's, and `beside` are its own
 * keys.
 */
export function levelOf(
    section: "runners" | "managers",
    key: string,
    path: string,
    beside: readonly string[],
): string | undefined {
    const config = memberOf(path, "config");
    const inWorker = whereInWorker(key);
    const inFile = tableSpec("GlobalTable").has(key);
    const near = nearKey(section, key, beside);
    if (near !== undefined) return `It belongs under config: ${memberOf(config, near)}.`;
    if (section === "runners") {
        const name = runnerSetting(key);
        if (name !== undefined) return `It is called ${name} here.`;
        const places = inWorker.map((tables) => memberOf(config, ...tables, key));
        if (places.length > 0) return `It belongs under config: ${places.join(" or ")}.`;
        return inFile ? "It belongs to the manager that serves the runner, under its config." : undefined;
    }
    if (inFile) return `It belongs under config: ${memberOf(config, key)}.`;
    return inWorker.length > 0 ? "It belongs to the runners that the manager serves, under their config." : undefined;
}
