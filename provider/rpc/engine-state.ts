import * as grpc from "@grpc/grpc-js";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import { ResourceInvokeRequest } from "@pulumi/pulumi/proto/resource_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { isMap } from "../../core/values";
import { readWire, type WireReader } from "../../core/wire-values";
import { filled } from "./filled";

/**
 * Outputs of all resources in a stack's current state, except those that wait for their deletion. The engine answers a
 * call of one of its own functions by reading the state, so this works with every backend.
 *
 * @param monitor address at which the engine listens for its program
 * @param stack name by which it finds the stack
 */
export async function outputsInState(monitor: string, stack: string): Promise<Record<string, unknown>[]> {
    // A state may exceed gRPC's default limit.
    const client = new ResourceMonitorClient(monitor, grpc.credentials.createInsecure(), {
        "grpc.max_receive_message_length": -1,
    });
    const request = filled(new ResourceInvokeRequest(), {
        Tok: "pulumi:pulumi:readStackResourceOutputs",
        Args: Struct.fromJavaScript({ stackName: stack }),
    });
    try {
        const answer = await new Promise<Record<string, unknown>>((resolve, reject) => {
            client.invoke(request, (error, response) => {
                if (error) reject(error);
                else resolve(response.getReturn()?.toJavaScript() ?? {});
            });
        });
        const all = readWire(answer.outputs, READER);
        return Object.values(isMap(all) ? all : {}).flatMap((one) =>
            isMap(one) && isMap(one.outputs) ? [one.outputs] : [],
        );
    } finally {
        client.close();
    }
}

/** Reads a resource of any package. */
const READER: WireReader<unknown> = { secret: (open) => open(), unknown: undefined, other: () => undefined };
