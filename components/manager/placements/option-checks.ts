import { variablesIn } from "../../../core/config-toml/variables";
import { isEventual } from "../../../core/later";
import type { Problem } from "../../../core/problems";
import { isMap, memberOf } from "../../../core/values";
import { TO_ACCEPT } from "./drain";

/** What a value must be, said after "must be", with an example; undefined when it is that. */
export type Check = (value: unknown) => string | undefined;

const CERTIFICATE = /-----BEGIN CERTIFICATE-----/;

/** A text that says something. */
export function isText(value: unknown): value is string {
    return typeof value === "string" && value.trim() !== "";
}

/** A text, or one that comes later. */
export function isGiven(value: unknown): boolean {
    return isEventual(value) || isText(value);
}

export function text(wanted: string): Check {
    return (value) => (isText(value) ? undefined : wanted);
}

export function listOf(isItem: (item: unknown) => boolean, wanted: string): Check {
    return (value) => (Array.isArray(value) && value.every(isItem) ? undefined : wanted);
}

export function mapOf(isItem: (item: unknown) => boolean, wanted: string): Check {
    return (value) => (isMap(value) && Object.values(value).every(isItem) ? undefined : wanted);
}

export function countUpTo(most: number): Check {
    return (value) =>
        Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most
            ? undefined
            : `a whole number from 1 to ${most}`;
}

export const flag: Check = (value) => (typeof value === "boolean" ? undefined : "true or false");

export const environment: Check = mapOf(isGiven, "variables by name");

export const proxy: Check = (value) =>
    isMap(value) && Object.keys(value).every((key) => ["http", "https", "no"].includes(key))
        ? undefined
        : "{ http, https, no }";

export const certificates: Check = mapOf(
    (pem) => isEventual(pem) || (isText(pem) && CERTIFICATE.test(pem)),
    "PEM text by host, such as { gitlab.example.org: -----BEGIN CERTIFICATE----- … }",
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
