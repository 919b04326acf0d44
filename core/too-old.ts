import { version as own } from "../package.json";
import oldest from "./oldest.json";
import { isOlder } from "./versions";

/** Why nothing of this package runs with a version of what it stands on; `undefined` where it does. */
export function whyTooOld(what: keyof typeof oldest, version: string): string | undefined {
    if (!isOlder(version, oldest[what])) return undefined;
    const name = what === "node" ? "Node.js" : what;
    return `gitlab-fleet ${own} needs ${name} ${oldest[what]} or newer (this is ${version}). Install a newer one.`;
}
