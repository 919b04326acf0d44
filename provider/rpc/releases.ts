import { error, type Problem } from "../../core/problems";
import type { Value } from "../../core/props";
import { isOlder } from "../../core/versions";
import type { Package } from "../packages";

/** How a program and the plugin become one release again. */
const REMEDY =
    "They come together in the npm package: run `npm ci`, and `npx gitlab-fleet plugins` where Pulumi.yaml names none or another folder. " +
    "An installed one: `pulumi plugin rm resource gitlab-fleet`.";

/**
 * Why a program's SDK and this plugin do not go together: they are released together, and a plugin that does not know a property of
 * the SDK would drop it. Until 1.0 every second number may change what they say to each other, as npm has it. The gitlab package is
 * the published one's, so its version says nothing about ours.
 */
export function problemsOfVersion({ name, version: plugin }: Package, sdk: Value | undefined): Problem[] {
    if (name !== "gitlab-fleet" || typeof sdk !== "string" || line(sdk) === line(plugin)) return [];
    const what = `of the program's gitlab-fleet is ${sdk.slice(0, 40)}, and the plugin that runs is ${plugin}. ${REMEDY}`;
    return [error("version", what)];
}

/** Refuses a state that a newer version wrote: what this one does not know of it, it would undo without a word. */
export function refuseNewerState({ name, version: plugin }: Package, state: Value | undefined): void {
    if (name !== "gitlab-fleet" || typeof state !== "string" || !isOlder(line(plugin), line(state))) return;
    throw new Error(
        `The state of this stack was written by gitlab-fleet ${state.slice(0, 40)}. This is ${plugin}, which would undo what it does not ` +
            "know of it. Update the package here: with git, `git pull`, then `npm ci`. How to go back: docs/install.md#upgrading.",
    );
}

/** Why there is no such resource type or function. */
export function whyUnknown({ name, version }: Package, what: string, token: string, known: readonly string[]): string {
    if (name === "gitlab-fleet")
        return `The plugin that runs, gitlab-fleet ${version}, has no ${what} "${token}": the program, or what wrote the state, is of another release. ${REMEDY}`;
    return (
        `This plugin has no ${what} "${token}". It has ${known.join(", ")}. ` +
        "For the others of the gitlab package use the official plugin: docs/official-plugin.md."
    );
}

/** The first version of those that go together with one. */
function line(version: string): string {
    const [major, minor] = version.replace(/^v/, "").split(".");
    return major === "0" ? `0.${minor}.0` : `${major}.0.0`;
}
