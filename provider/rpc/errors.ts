import * as grpc from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { messageOf } from "../../core/message";
import { safeText } from "../../core/safe-text";
import type { PartialFailure } from "../handler";
import { filled } from "./filled";

/** A partial failure with its state in the wire format, secrets wrapped. */
export class InitFailed extends Error {
    constructor(
        readonly failure: PartialFailure,
        readonly kept: Struct,
    ) {
        super(failure.message);
    }
}

/**
 * Converts an error to the wire format. A partial failure carries what exists, so that the engine keeps it in the
 * state.
 */
export function toStatus(error: unknown, scrub: (text: string) => string): Partial<grpc.StatusObject> {
    const message = safeText(scrub(messageOf(error)));
    if (!(error instanceof InitFailed)) return { code: grpc.status.UNKNOWN, details: message };
    const { failure, kept } = error;
    const failed = { Id: failure.id, Properties: kept, ReasonsList: [message] };
    const detail = new Any();
    detail.pack(filled(new ErrorResourceInitFailed(), failed).serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const status = filled(new Status(), { Code: grpc.status.UNKNOWN, Message: message, DetailsList: [detail] });
    const metadata = new grpc.Metadata();
    metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
    return { code: grpc.status.UNKNOWN, details: message, metadata };
}
