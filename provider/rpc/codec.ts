import type { JavaScriptValue, Struct as StructMessage } from "google-protobuf/google/protobuf/struct_pb";
import * as struct from "google-protobuf/google/protobuf/struct_pb";
import { type Props, UNKNOWN, type Value } from "../../core/props";
import {
    ARCHIVE,
    ASSET,
    NO_FILES,
    RESOURCE,
    readWire,
    SECRET,
    SIGNATURE,
    UNKNOWN_STRING,
} from "../../core/wire-values";

/** Properties as handlers see them, and the names of those that contain a secret. */
export interface Decoded {
    props: Props;
    /** Names of top-level properties with a secret anywhere inside. */
    secrets: Set<string>;
}

/** Decodes properties from the wire format: secrets unwrapped, unknowns as `UNKNOWN`. */
export function decode(message: StructMessage | undefined): Decoded {
    const secrets = new Set<string>();
    const props: Props = {};
    for (const [key, value] of Object.entries(message?.toJavaScript() ?? {})) {
        props[key] = fromWire(value, () => secrets.add(key));
    }
    return { props, secrets };
}

/**
 * Encodes properties in the wire format. Those named in `secrets` are wrapped as a whole; undefined ones are left out.
 */
export function encode(props: Props, secrets: ReadonlySet<string> = new Set()): StructMessage {
    const plain: Record<string, JavaScriptValue> = {};
    for (const [key, value] of Object.entries(props)) {
        if (value !== undefined) {
            plain[key] = secrets.has(key) ? { [SIGNATURE]: SECRET, value: toWire(value) } : toWire(value);
        }
    }
    return struct.Struct.fromJavaScript(plain);
}

function fromWire(value: JavaScriptValue, onSecret: () => void): Value {
    return readWire<Value>(value, {
        secret(open) {
            onSecret();
            return open();
        },
        unknown: UNKNOWN,
        other(kind, { id, urn }) {
            // A resource that is only planned has no id yet.
            if (kind === RESOURCE) return id === "" ? UNKNOWN : ((id ?? urn ?? null) as Value);
            if (kind === ASSET || kind === ARCHIVE) throw new Error(NO_FILES);
            throw new Error("A value is of a kind that this plugin does not know. Install a newer gitlab-fleet.");
        },
    });
}

function toWire(value: Value): JavaScriptValue {
    if (value === UNKNOWN) return UNKNOWN_STRING;
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(toWire);
    const object: Record<string, JavaScriptValue> = {};
    for (const [key, item] of Object.entries(value)) {
        if (item !== undefined) {
            object[key] = toWire(item);
        }
    }
    return object;
}
