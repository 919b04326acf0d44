import { type KeySpec, pluginTables, tableSpec } from "./key-table";

/** The name in a plugin's binary from before GitLab renamed the plugin. */
const FORMER_NAMES: Record<string, string> = { googlecloud: "googlecompute" };

/**
 * Matches the ways to name one of GitLab's fleeting plugins: the plain name, with a version, in GitLab's repository of
 * any registry, or as a binary in PATH. https://docs.gitlab.com/runner/fleet_scaling/fleeting/#plugin-formats
 */
export function pluginPattern(name: string): string {
    const binary = [name, FORMER_NAMES[name]].filter((one) => one !== undefined).join("|");
    return `^(?:(?:(?:\\S+/)?gitlab-org/fleeting/plugins/)?${name}(?::[^/]*)?|fleeting-plugin-(?:${binary}))$`;
}

/** Which of GitLab's fleeting plugins a text names; undefined for any other. */
export function gitlabPlugin(plugin: unknown): string | undefined {
    if (typeof plugin !== "string") return undefined;
    return Object.keys(pluginTables()).find((name) => new RegExp(pluginPattern(name)).test(plugin));
}

/**
 * Whether `gitlab-runner fleeting install` fetches a plugin. A plugin that is named as a binary is only looked for in
 * PATH.
 */
export function isInstallable(plugin: string): boolean {
    return plugin !== "" && !/^fleeting-plugin-[^/:]*$/.test(plugin) && !/^[./\\~]/.test(plugin);
}

/**
 * What is known of a key, given the rest of its table: `plugin_config` is a known table if the plugin is one of
 * GitLab's.
 */
export function specBeside(spec: KeySpec, table: Record<string, unknown>): KeySpec {
    if (spec.byPlugin !== true) return spec;
    const plugin = gitlabPlugin(table.plugin);
    return plugin === undefined ? spec : { ...spec, base: "table", shape: "one", table: pluginTables()[plugin]! };
}

/** Keys without which a plugin finds no group. */
export function neededKeys(plugin: string): string[] {
    return [...tableSpec(pluginTables()[plugin]!)].filter(([, { needed }]) => needed === true).map(([key]) => key);
}
