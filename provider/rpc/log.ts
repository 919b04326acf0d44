import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { Log } from "../handler";

/** Messages to the engine, which shows them with the resource they belong to. */
export class EngineLog {
    private client: EngineClient | undefined;
    private readonly pending = new Set<Promise<void>>();
    private readonly said = new Set<string>();

    /** @param address where the engine listens; without one, messages are dropped */
    constructor(private address?: string) {}

    /** Sends later messages to another engine. */
    connect(address: string): void {
        if (address !== this.address) {
            this.close();
            this.address = address;
        }
    }

    /** The log of one resource. Nothing is said twice about a resource, as diffs are asked for more than once. */
    for(urn: string): Log {
        return {
            info: (message) => this.say(LogSeverity.INFO, urn, message),
            warn: (message) => this.say(LogSeverity.WARNING, urn, message),
            status: (message) => this.say(LogSeverity.INFO, urn, message, true),
        };
    }

    /** Something for `pulumi -v`: only there to find bugs of this plugin. */
    debug(message: string): void {
        this.say(LogSeverity.DEBUG, "", message);
    }

    /** Resolves when every message has arrived, so that none comes after the answer it belongs to. */
    async flush(): Promise<void> {
        await Promise.all(this.pending);
    }

    /** Closes the connection. */
    close(): void {
        this.client?.close();
        this.client = undefined;
    }

    private say(severity: LogSeverity, urn: string, message: string, ephemeral = false): void {
        const key = `${severity} ${urn} ${message}`;
        if (this.address === undefined || this.said.has(key)) {
            return;
        }
        this.said.add(key);
        this.client ??= new EngineClient(this.address, grpc.credentials.createInsecure());
        const request = new LogRequest();
        request.setSeverity(severity);
        request.setUrn(urn);
        request.setMessage(message);
        request.setEphemeral(ephemeral);
        const sent = new Promise<void>((resolve) => {
            // A message that cannot be delivered must not fail the operation.
            this.client!.log(request, () => resolve());
        }).finally(() => this.pending.delete(sent));
        this.pending.add(sent);
    }
}
