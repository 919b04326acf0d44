import { error, type Problem } from "../../../core/problems";
import { shellQuote } from "../../../core/shell-quote";
import { isMap, memberOf } from "../../../core/values";
import { OURS } from "./known";

/** Stands in a stack's file where a secret belongs that is yet to be set: `gitlab-fleet import` leaves it there. */
export const UNSET = "to-be-set-with-pulumi-config-set";

/** The places of secrets that nobody has set yet. Without them a worker would run, and its jobs would fail. */
export function findUnset(fleet: Readonly<Record<string, unknown>>): Problem[] {
    const walk = (value: unknown, path: string): Problem[] => {
        if (typeof value === "string") return value.includes(UNSET) ? [explain(value, path)] : [];
        if (Array.isArray(value)) return value.flatMap((item, index) => walk(item, memberOf(path, index)));
        return isMap(value) ? Object.entries(value).flatMap(([key, item]) => walk(item, memberOf(path, key))) : [];
    };
    return Object.entries(fleet).flatMap(([section, value]) => walk(value, `${OURS}${section}`));
}

/** What import leaves before the word: the name of a variable. Anything else may be a part of the secret, put there by hand. */
const NAME = /^[A-Za-z_][\w.-]{0,99}=$/;

function explain(value: string, path: string): Problem {
    const begins = value.slice(0, value.indexOf(UNSET));
    const whole = NAME.test(begins) ? `the whole of ${begins}…` : "the value";
    return error(
        path,
        `is yet to be set: import left a secret out here. \`pulumi config set --secret --path ${shellQuote(path)}\` asks for ${whole}.`,
    );
}
