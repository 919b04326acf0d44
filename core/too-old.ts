import { version as own } from "../package.json";
import oldest from "./oldest.json";
import { isOlder } from "./versions";

/** Why this package cannot run with a version of something that it needs; `undefined` if it can. */
export function whyTooOld(what: keyof typeof oldest, version: string): string | undefined {
    if (!isOlder(version, oldest[what])) return undefined;
    const name = what === "node" ? "Node.js" : what;
    return `gitlab-fleet ${own} needs ${name} ${oldest[what]} or newer (this is ${version}). Install a newer one.`;
}
