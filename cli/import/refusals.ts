import { parseStackConfig } from "../../components/fleet/config/parse";
import { UNSET } from "../../components/fleet/config/unset";
import { mapParts } from "../../core/values";
import type { Imported } from "./mapping";

/** Replaces a secret that is yet to be set; also valid as an address. */
const SET_LATER = "https://is-set-later.example";

/** Errors that a preview of the result would report once its secrets are set, found here with the same checks. */
export function refusals(config: Imported["config"]): string[] {
    if (Object.keys(config).length === 0) return [];
    const values = asSet(config) as Imported["config"];
    const { problems } = parseStackConfig({ values, secretKeys: [], env: {}, owner: "fleet/prod" });
    return problems
        .filter(({ severity, path }) => severity === "error" && path !== "gitlab:token")
        .map(({ path, message }) => `A preview will refuse this: ${path} ${message}`);
}

function asSet(value: unknown): unknown {
    return typeof value === "string" ? value.replaceAll(UNSET, SET_LATER) : mapParts(value, asSet);
}
