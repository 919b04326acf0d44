import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { Log } from "../handler";

/** Messages to the engine, which shows them with the resource they belong to. */
export class EngineLog {
    private client: EngineClient | undefined;
    private sent: Promise<void> = Promise.resolve();
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
    flush(): Promise<void> {
        return this.sent;
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
        const client = this.client;
        const request = new LogRequest();
        request.setSeverity(severity);
        request.setUrn(urn);
        request.setMessage(message);
        request.setEphemeral(ephemeral);
        // One after the other, so that they arrive in order. One that cannot be delivered must not fail the operation.
        this.sent = this.sent.then(
            () =>
                new Promise((resolve) =>
                    client.log(request, new grpc.Metadata(), { deadline: Date.now() + 5000 }, () => resolve()),
                ),
        );
    }
}
