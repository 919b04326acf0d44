import * as grpc from "@grpc/grpc-js";
import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { messageOf } from "../../core/message";
import { withoutTokens } from "../../core/values";

type Unary = (request: never) => unknown;

/** Serves the calls of Pulumi's `Analyzer` service on a free port of 127.0.0.1. */
export function serve(calls: Record<string, Unary>): Promise<{ port: number; close(): void }> {
    const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
    server.addService(
        AnalyzerService as unknown as grpc.ServiceDefinition,
        Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, unary(call)])),
    );
    return new Promise((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
            error === null ? resolve({ port, close: () => server.forceShutdown() }) : reject(error),
        );
    });
}

function unary(call: Unary): grpc.handleUnaryCall<unknown, unknown> {
    return ({ request }, callback) => {
        try {
            callback(null, call(request as never));
        } catch (error) {
            callback({ code: grpc.status.UNKNOWN, details: withoutTokens(messageOf(error)) });
        }
    };
}
