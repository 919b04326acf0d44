import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { readWire, type WireReader } from "../../core/wire-values";

/** A secret, which no policy looks into, and what is not known yet, are symbols; assets and resources are nothing. */
const READER: WireReader<unknown> = {
    secret: () => Symbol.for("secret"),
    unknown: Symbol.for("unknown"),
    other: () => undefined,
};

/** Properties of any resource of any package: secrets and what is not known yet as symbols, assets left out. */
export function openProperties(message: Struct | undefined): Record<string, unknown> {
    return readWire(message?.toJavaScript() ?? {}, READER) as Record<string, unknown>;
}
