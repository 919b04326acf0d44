import * as grpc from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { messageOf } from "../../core/message";
import type { Props } from "../../core/props";
import { safeText } from "../../core/safe-text";
import { PartialFailure } from "../handler";
import { encode } from "./codec";

/** A partial failure with the names of the properties to wrap as secrets. */
export class InitFailed extends Error {
    constructor(
        readonly failure: PartialFailure,
        readonly secrets: ReadonlySet<string>,
    ) {
        super(failure.message);
    }
}

/** Runs a create or update; a partial failure leaves with the names of its secrets, and with what is kept of its state. */
export async function keepingSecrets<T>(
    secrets: ReadonlySet<string>,
    toKept: (state: Props) => Props,
    run: () => Promise<T>,
): Promise<T> {
    try {
        return await run();
    } catch (error) {
        if (!(error instanceof PartialFailure)) throw error;
        const { id, state, reason, cause } = error;
        throw new InitFailed(new PartialFailure(id, toKept(state), reason, cause), secrets);
    }
}

/** Puts an error on the wire. A partial failure carries what exists, so that the engine keeps it in the state. */
export function toStatus(error: unknown, scrub: (text: string) => string): Partial<grpc.StatusObject> {
    const message = safeText(scrub(messageOf(error)));
    if (!(error instanceof InitFailed)) return { code: grpc.status.UNKNOWN, details: message };
    const failed = new ErrorResourceInitFailed();
    failed.setId(error.failure.id);
    failed.setProperties(encode(error.failure.state, error.secrets));
    failed.setReasonsList([message]);
    const detail = new Any();
    detail.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const status = new Status();
    status.setCode(grpc.status.UNKNOWN);
    status.setMessage(message);
    status.addDetails(detail);
    const metadata = new grpc.Metadata();
    metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
    return { code: grpc.status.UNKNOWN, details: message, metadata };
}
