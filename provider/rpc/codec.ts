import type { JavaScriptValue, Struct as StructMessage } from "google-protobuf/google/protobuf/struct_pb";
import * as struct from "google-protobuf/google/protobuf/struct_pb";
import { type Props, UNKNOWN, type Value } from "../../core/props";

/** Key that says which special value an object stands for. https://github.com/pulumi/pulumi `resource/plugin/rpc.go` */
export const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";
const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";

/** The engine has one sentinel per type. Sent back, the string's serves for all. */
const UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const UNKNOWNS = new Set([
    UNKNOWN_STRING,
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // boolean
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
    "030794c1-ac77-496b-92df-f27374a8bd58", // asset
    "e48ece36-62e2-4504-bad9-02848725956a", // archive
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);

/** Properties as handlers see them, and the names of those that hold a secret. */
export interface Decoded {
    props: Props;
    /** Names of top-level properties with a secret anywhere inside. */
    secrets: Set<string>;
}

/** Takes properties off the wire: secrets unwrapped, unknowns as `UNKNOWN`. */
export function decode(message: StructMessage | undefined): Decoded {
    const secrets = new Set<string>();
    const props: Props = {};
    for (const [key, value] of Object.entries(message?.toJavaScript() ?? {})) {
        props[key] = fromWire(value, () => secrets.add(key));
    }
    return { props, secrets };
}

/** Puts properties on the wire. Those named in `secrets` are wrapped whole; undefined ones are left out. */
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
    if (typeof value === "string") {
        return UNKNOWNS.has(value) ? UNKNOWN : value;
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if (Array.isArray(value)) {
        return value.map((item) => fromWire(item, onSecret));
    }
    const object = value as Record<string, JavaScriptValue>;
    switch (object[SIGNATURE]) {
        case undefined:
            return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, fromWire(item, onSecret)]));
        case SECRET:
            onSecret();
            return fromWire(object.value ?? null, onSecret);
        case OUTPUT:
            if (object.secret === true) {
                onSecret();
            }
            return object.value === undefined ? UNKNOWN : fromWire(object.value, onSecret);
        case RESOURCE:
            return fromWire(object.id ?? object.urn ?? null, onSecret);
        case ASSET:
        case ARCHIVE:
            throw new Error("assets and archives are not accepted by any property of this package");
        default:
            throw new Error("a property value of a kind this plugin does not know. Install a newer gitlab-fleet.");
    }
}

function toWire(value: Value): JavaScriptValue {
    if (value === UNKNOWN) {
        return UNKNOWN_STRING;
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if (Array.isArray(value)) {
        return value.map(toWire);
    }
    const object: Record<string, JavaScriptValue> = {};
    for (const [key, item] of Object.entries(value)) {
        if (item !== undefined) {
            object[key] = toWire(item);
        }
    }
    return object;
}
