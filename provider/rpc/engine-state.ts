import * as grpc from "@grpc/grpc-js";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import { ResourceInvokeRequest } from "@pulumi/pulumi/proto/resource_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { isMap } from "../../core/values";
import { readWire, type WireReader } from "../../core/wire-values";
import { filled } from "./filled";

/**
 * Outputs of all resources that a stack has in its state by now, but for those that wait for their deletion. The engine reads the
 * state for whoever asks for this function of its own; that goes for each backend.
 *
 * @param monitor address at which the engine listens for its program
 * @param stack name by which it finds the stack
 */
export async function outputsInState(monitor: string, stack: string): Promise<Record<string, unknown>[]> {
    // A state may be larger than what gRPC takes by default.
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

/** Whatever a resource of any package has. */
const READER: WireReader<unknown> = { secret: (open) => open(), unknown: undefined, other: () => undefined };
