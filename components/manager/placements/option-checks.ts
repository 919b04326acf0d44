import { variablesIn } from "../../../core/config-toml/variables";
import { isEventual, isKnownLater } from "../../../core/later";
import { error, type Problem } from "../../../core/problems";
import { didYouMean } from "../../../core/suggest";
import { isMap, memberOf, show } from "../../../core/values";
import { TO_ACCEPT } from "./drain";

/** What is wrong in a value: where in it, and a sentence that follows the path. */
export interface Wrong {
    at: (string | number)[];
    message: string;
}

/** What a value must be, said after "must be", with an example; or what is wrong with parts of it. Undefined or nothing when it is that. */
export type Check = (value: unknown) => string | undefined | Wrong[];

const CERTIFICATE = /-----BEGIN CERTIFICATE-----/;
/** A name of a variable, as Kubernetes has always taken it: apimachinery, `IsEnvVarName`. */
const VARIABLE = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;
const HOST = /^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$/;
/** A proxy as Go and curl take it. */
const PROXY = /^((https?|socks5h?):\/\/[^\s/]\S*|[^\s/:]+:\d+\/?)$/;

/** A text that says something. */
export function isText(value: unknown): value is string {
    return typeof value === "string" && value.trim() !== "";
}

/** A text, or one that comes later. */
export function isGiven(value: unknown): boolean {
    return isEventual(value) || isText(value);
}

/** Problems of a value at a path. */
export function findWrong(check: Check, value: unknown, path: string, secret = false): Problem[] {
    return wrongsOf(check, value, secret).map(({ at, message }) => error(at.reduce<string>(memberOf, path), message));
}

function wrongsOf(check: Check, value: unknown, secret = false): Wrong[] {
    const wanted = check(value);
    if (typeof wanted !== "string") return wanted ?? [];
    // YAML makes a number of 5 and a truth of yes.
    const isBare = wanted.startsWith("a text") && ["number", "boolean"].includes(typeof value);
    const remedy = isBare ? "Put it in quotes." : "Correct it.";
    return [{ at: [], message: `must be ${wanted} (got ${show(value, secret)}). ${remedy}` }];
}

function below(key: string | number, wrongs: readonly Wrong[]): Wrong[] {
    return wrongs.map(({ at, message }) => ({ at: [key, ...at], message }));
}

/** A check that does not show what came in where it may be a secret. */
export function hiding(check: Check, isSecret: (value: unknown) => boolean): Check {
    return (value) => wrongsOf(check, value, isSecret(value));
}

export function text(wanted: string): Check {
    return (value) => (isText(value) ? undefined : wanted);
}

/** A text of a pattern. */
export function textLike(pattern: RegExp, wanted: string): Check {
    return (value) => (typeof value === "string" && pattern.test(value) ? undefined : wanted);
}

export function oneOf(words: readonly string[]): Check {
    return (value) => (words.includes(value as string) ? undefined : words.join(" or "));
}

/** A list; `item` is looked at one by one. */
export function listOf(item: Check, wanted: string): Check {
    return (value) =>
        Array.isArray(value) ? value.flatMap((one, index) => below(index, wrongsOf(item, one))) : wanted;
}

/** A map; each value is looked at, and each key: what is wrong with it is said in a sentence. */
export function mapOf(
    item: Check,
    wanted: string,
    whyNotKey: (key: string) => string | undefined = () => undefined,
): Check {
    return (value) => {
        if (!isMap(value) || isKnownLater(value)) return wanted;
        return Object.entries(value).flatMap(([key, one]) => {
            const message = whyNotKey(key);
            return below(key, message === undefined ? wrongsOf(item, one) : [{ at: [], message }]);
        });
    };
}

/** A map with keys of its own; those in `needed` must be there. */
export function shapeOf(
    checks: Readonly<Record<string, Check>>,
    wanted: string,
    needed: readonly string[] = [],
): Check {
    const known = Object.keys(checks);
    return (value) => {
        if (!isMap(value) || isKnownLater(value)) return wanted;
        const missing = needed
            .filter((key) => value[key] === undefined)
            .map((key) => ({ at: [key], message: `is missing. Write ${wanted}.` }));
        const wrong = Object.entries(value).flatMap(([key, one]) => {
            if (one === undefined) return [];
            if (Object.hasOwn(checks, key)) return below(key, wrongsOf(checks[key]!, one));
            const remedy = didYouMean(key, known) || ` Remove it, or use one of ${known.join(", ")}.`;
            return [{ at: [key], message: `is not a known key.${remedy}` }];
        });
        return [...missing, ...wrong];
    };
}

export function countUpTo(most: number): Check {
    return (value) =>
        Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most
            ? undefined
            : `a whole number from 1 to ${most}`;
}

export const flag: Check = (value) => (typeof value === "boolean" ? undefined : "true or false");

const given: Check = (value) => (isGiven(value) ? undefined : "a text that says something");

export const environment: Check = mapOf(given, "variables by name", (name) =>
    VARIABLE.test(name)
        ? undefined
        : `is no name of a variable (got ${show(name)}). Use letters, digits and _, and no digit first.`,
);

// What is a variable, another rule speaks of.
const proxyAddress: Check = hiding(
    (value) =>
        value === "" || isEventual(value) || (isText(value) && (PROXY.test(value) || /\$[({]/.test(value)))
            ? undefined
            : "a text with a URL, such as http://proxy.example.org:3128",
    (value) => typeof value === "string" && value.includes("@"),
);

export const proxy: Check = shapeOf(
    {
        http: proxyAddress,
        https: proxyAddress,
        no: (value) =>
            typeof value === "string" || isEventual(value) ? undefined : "a text with hosts, separated by commas",
    },
    "{ http, https, no }",
);

/**
 * gitlab-runner looks for `<host>.crt`, with the host of the GitLab URL and without its port: network/client.go, `newClient`.
 */
export const certificates: Check = mapOf(
    hiding(
        (pem) =>
            isEventual(pem) || (isText(pem) && CERTIFICATE.test(pem))
                ? undefined
                : "a text in PEM: -----BEGIN CERTIFICATE----- …",
        // A path was meant to be read; anything else may be a key.
        (pem) => typeof pem === "string" && !/^[./~]\S*$/.test(pem),
    ),
    "PEM text by host, such as { gitlab.example.org: -----BEGIN CERTIFICATE----- … }",
    (host) => {
        if (HOST.test(host)) return undefined;
        const inside = host.replace(/^[a-z][a-z0-9+.-]*:\/\//i, "").replace(/[:/].*$/s, "");
        const example = HOST.test(inside) ? inside : "gitlab.example.org";
        return `is no name of a host (got ${show(host)}): gitlab-runner looks for one without scheme, port and path. Write ${example}.`;
    },
);

/** A process gets its `environment` and `proxy` as they stand: nobody puts a value in place of `${NAME}`, neither Pulumi nor `runtime`. */
export function findUnexpanded(options: Record<string, unknown>, path: string, runtime: string): Problem[] {
    const entries = (["environment", "proxy"] as const).flatMap((key) => {
        const values = options[key];
        if (!isMap(values) || isEventual(values)) return [];
        return Object.entries(values).map(([name, value]) => [memberOf(memberOf(path, key), name), value] as const);
    });
    return entries.flatMap(([where, value]) => {
        const found = typeof value === "string" ? variablesIn(value).filter((text) => text.startsWith("${")) : [];
        return found.map((text) => ({
            path: where,
            message: `holds ${text}, but nothing puts a value in its place, neither Pulumi nor ${runtime}. Write the value itself. ${TO_ACCEPT("unexpanded-environment")}`,
            severity: "warning" as const,
            code: "unexpanded-environment",
        }));
    });
}
