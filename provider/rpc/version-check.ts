import type { CheckFailure, Value } from "../../core/props";
import type { Package } from "../packages";

/**
 * Why a program's SDK and this plugin do not go together: they are released together, and a plugin that does not know a property of
 * the SDK would drop it. Until 1.0 every second number may change what they say to each other, as npm has it. The gitlab package is
 * the published one's, so its version says nothing about ours.
 */
export function problemsOfVersion({ name, version: plugin }: Package, sdk: Value | undefined): CheckFailure[] {
    if (name !== "gitlab-fleet" || typeof sdk !== "string" || line(sdk) === line(plugin)) return [];
    const reason =
        `The program's gitlab-fleet is ${sdk.slice(0, 40)}, and the plugin that runs is ${plugin}. They come together in the npm package: ` +
        "run `npm ci`, and `npx gitlab-fleet plugins` where Pulumi.yaml names another folder. An installed one: " +
        "`pulumi plugin rm resource gitlab-fleet`.";
    return [{ property: "version", reason }];
}

/** The numbers that must be the same. */
function line(version: string): string {
    const [major, minor] = version.replace(/^v/, "").split(".");
    return major === "0" ? `0.${minor}` : String(major);
}
