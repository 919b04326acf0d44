import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { readWire, type WireReader } from "../../core/wire-values";

/** Secrets, which no policy looks into, and unknown values become symbols; assets and resources become undefined. */
const READER: WireReader<unknown> = {
    secret: () => Symbol.for("secret"),
    unknown: Symbol.for("unknown"),
    other: () => undefined,
};

/** Properties of any resource of any package: secrets and unknown values as symbols, assets left out. */
export function openProperties(message: Struct | undefined): Record<string, unknown> {
    return readWire(message?.toJavaScript() ?? {}, READER) as Record<string, unknown>;
}
