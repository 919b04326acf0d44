import { error, type Problem } from "../../core/problems";
import type { Value } from "../../core/props";
import { isOlder } from "../../core/versions";
import type { Package } from "../packages";

/** How to bring a program and the plugin to the same release. */
const REMEDY =
    "They come together in the npm package: run `npm ci`, and `npx gitlab-fleet plugins` where Pulumi.yaml names none or another folder. " +
    "An installed one: `pulumi plugin rm resource gitlab-fleet`.";

/**
 * Why a program's SDK and this plugin do not match: they are released together, and a plugin would drop a property of
 * the SDK that it does not know. Until 1.0, each minor version may change their interface, as in npm's rules. The
 * version of the gitlab package is the published one's, so it tells nothing about ours.
 */
export function problemsOfVersion({ name, version: plugin }: Package, sdk: Value | undefined): Problem[] {
    if (name !== "gitlab-fleet" || typeof sdk !== "string" || line(sdk) === line(plugin)) return [];
    const what = `of the program's gitlab-fleet is ${sdk.slice(0, 40)}, and the plugin that runs is ${plugin}. ${REMEDY}`;
    return [error("version", what)];
}

/** Refuses a state that a newer version wrote: this version would silently undo what it does not know. */
export function refuseNewerState({ name, version: plugin }: Package, state: Value | undefined): void {
    if (name !== "gitlab-fleet" || typeof state !== "string" || !isOlder(line(plugin), line(state))) return;
    throw new Error(
        `The state of this stack was written by gitlab-fleet ${state.slice(0, 40)}. This is ${plugin}, which would undo what it does not ` +
            "know of it. Update the package here: with git, `git pull`, then `npm ci`. How to go back: docs/install.md#upgrading.",
    );
}

/** The error for an unknown resource type or function. */
export function whyUnknown({ name, version }: Package, what: string, token: string, known: readonly string[]): string {
    if (name === "gitlab-fleet")
        return `The plugin that runs, gitlab-fleet ${version}, has no ${what} "${token}": the program, or what wrote the state, is of another release. ${REMEDY}`;
    return (
        `This plugin has no ${what} "${token}". It has ${known.join(", ")}. ` +
        "For the others of the gitlab package use the official plugin: docs/official-plugin.md."
    );
}

/** The first of the versions that are compatible with one. */
function line(version: string): string {
    const [major, minor] = version.replace(/^v/, "").split(".");
    return major === "0" ? `0.${minor}.0` : `${major}.0.0`;
}
