import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { isUnknownText, OUTPUT, SECRET, SIGNATURE } from "../../core/wire-values";

/** Stands for a secret, which no policy looks into. */
const HIDDEN_VALUE: unique symbol = Symbol("secret");
const UNKNOWN_VALUE: unique symbol = Symbol("unknown");

/** Properties of any resource of any package: secrets and what is not known yet as symbols, assets left out. */
export function openProperties(message: Struct | undefined): Record<string, unknown> {
    return opened(message?.toJavaScript() ?? {}) as Record<string, unknown>;
}

function opened(value: unknown): unknown {
    if (typeof value === "string") return isUnknownText(value) ? UNKNOWN_VALUE : value;
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(opened);
    const map = value as Record<string, unknown>;
    switch (map[SIGNATURE]) {
        case undefined:
            return Object.fromEntries(Object.entries(map).map(([key, item]) => [key, opened(item)]));
        case SECRET:
            return HIDDEN_VALUE;
        case OUTPUT:
            if (map.secret === true) return HIDDEN_VALUE;
            return map.value === undefined ? UNKNOWN_VALUE : opened(map.value);
        default:
            return undefined;
    }
}
