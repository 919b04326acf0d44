// How values beyond JSON travel between Pulumi's engine, plugins and programs: as objects with this key, or as texts
// that nobody would write. https://github.com/pulumi/pulumi `sdk/go/common/resource/plugin/rpc.go`

/** Key that tells which special value an object represents. */
export const SIGNATURE = "4dabf18193072939515e22adb298388d";
/** `{ value }`: a secret. */
export const SECRET = "1b47061264138c4ac30d75fd1eb44270";
/** `{ value?, secret?, dependencies? }`: an output; without `value` it is not known yet. */
export const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
/** `{ urn, id? }`: a resource of the program. */
export const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";
/** A file. */
export const ASSET = "c44067f5952c0a294b673a41bacd8c17";
/** Many files. */
export const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";

/**
 * The engine has one text per type for values that are not known yet. When sent back, the one for strings works for all
 * types.
 */
export const UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const UNKNOWNS = new Set([
    UNKNOWN_STRING,
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // boolean
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
    "030794c1-ac77-496b-92df-f27374a8bd58", // asset
    "e48ece36-62e2-4504-bad9-02848725956a", // archive
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);

/** Whether a text represents a value that is not known yet. */
export function isUnknownText(text: string): boolean {
    return UNKNOWNS.has(text);
}

/** Converts values beyond JSON. */
export interface WireReader<T> {
    /** Converts a secret; `open` returns its value. */
    secret(open: () => T): T;
    /** The result for a value that is not known yet. */
    unknown: T;
    /**
     * Converts a resource, a file, or something that a later version may send; `kind` is the value under `SIGNATURE`.
     */
    other(kind: unknown, object: Readonly<Record<string, unknown>>): T;
}

/** Converts a value from the wire format, including everything in it. JSON values are `T`s as they are. */
export function readWire<T>(value: unknown, reader: WireReader<T>): T {
    if (typeof value === "string" && isUnknownText(value)) return reader.unknown;
    if (typeof value !== "object" || value === null) return value as T;
    if (Array.isArray(value)) return value.map((item) => readWire(item, reader)) as T;
    const object = value as Record<string, unknown>;
    const open = (held: unknown) => readWire(held, reader);
    switch (object[SIGNATURE]) {
        case undefined:
            return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, open(item)])) as T;
        case SECRET:
            return reader.secret(() => open(object.value ?? null));
        case OUTPUT: {
            const read = () => (object.value === undefined ? reader.unknown : open(object.value));
            return object.secret === true ? reader.secret(read) : read();
        }
        default:
            return reader.other(object[SIGNATURE], object);
    }
}

/** Why assets and archives are refused. */
export const NO_FILES = "A file or archive was given, and no argument takes one. Give its content as text.";
