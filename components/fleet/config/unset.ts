import { error, type Problem } from "../../../core/problems";
import { findUnsafe } from "../../../core/safe-text";
import { shellQuote } from "../../../core/shell-quote";
import { isMap, memberOf } from "../../../core/values";
import { OURS } from "./known";

/** Placeholder for a secret that is yet to be set in a stack's file: `gitlab-fleet import` writes it. */
export const UNSET = "to-be-set-with-pulumi-config-set";

/** The path of a secret that is not set yet, and the text before the placeholder. */
export interface Unset {
    path: string;
    begins: string;
}

/** All placeholders in the value at a path. */
export function unsetIn(value: unknown, path: string): Unset[] {
    if (typeof value === "string") {
        const at = value.indexOf(UNSET);
        return at < 0 ? [] : [{ path, begins: value.slice(0, at) }];
    }
    if (Array.isArray(value)) return value.flatMap((item, index) => unsetIn(item, memberOf(path, index)));
    return isMap(value) ? Object.entries(value).flatMap(([key, item]) => unsetIn(item, memberOf(path, key))) : [];
}

/** Placeholders are errors in a preview: without its secrets a worker would run, but its jobs would fail. */
export function findUnset(fleet: Readonly<Record<string, unknown>>): Problem[] {
    return unsetIn(fleet, OURS).map(explain);
}

/** What import writes before the placeholder: a variable's name. Other text may be part of a secret, set by hand. */
const NAME = /^[A-Za-z_][\w.-]{0,99}=$/;

function explain({ path, begins }: Unset): Problem {
    const command = commandToSet(path);
    const whole = NAME.test(begins) ? `the whole of ${begins}…` : "the value";
    const how = command === undefined ? RENAME : `\`${command}\` asks for ${whole}.`;
    return error(path, `is yet to be set: import left a secret out here. ${how}`);
}

/** What to do about a path that cannot be written down. */
export const RENAME = "Its path holds invisible characters. Write that key again, then set it.";

/** The command that sets a secret; undefined if its path cannot be pasted. */
export function commandToSet(path: string): string | undefined {
    return findUnsafe(path) === undefined ? `pulumi config set --secret --path ${shellQuote(path)}` : undefined;
}
