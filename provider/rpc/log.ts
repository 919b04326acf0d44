import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { safeText } from "../../core/safe-text";
import type { Log } from "../handler";
import { filled } from "./filled";
import { subjectOf } from "./subject";

/** How long a message waits for the engine to show the resource. Then it is shown wherever the output is by now. */
const MOST_HELD_MS = 1000;

interface Message {
    severity: LogRequest["getSeverity"] extends () => infer S ? S : never;
    urn: string;
    text: string;
    ephemeral: boolean;
}

/** Messages to the engine, which shows them with the resource they belong to. */
export class EngineLog {
    private client: EngineClient | undefined;
    private sent: Promise<void> = Promise.resolve();
    private readonly said = new Set<string>();
    private readonly held = new Map<string, Message[]>();

    /** @param address where the engine listens; without one, messages are dropped @param holds whether diffs' messages wait */
    constructor(
        public address?: string,
        private readonly holds = true,
    ) {}

    /** Sends later messages to another engine. */
    connect(address: string): void {
        if (address !== this.address) {
            this.close();
            this.address = address;
        }
    }

    /**
     * The log of one resource. Each message begins with the resource's kind and name, because `pulumi preview --diff`
     * prints it alone. Nothing is said twice about a resource, as diffs are asked for more than once.
     */
    for(urn: string): Log {
        const subject = subjectOf(urn);
        const say = (severity: Message["severity"], message: string, ephemeral = false) => {
            const text = safeText(`${subject}${message}`);
            this.say({ severity, urn, text, ephemeral });
        };
        return {
            info: (message) => say(LogSeverity.INFO, message),
            warn: (message) => say(LogSeverity.WARNING, message),
            status: (message) => say(LogSeverity.INFO, message, true),
        };
    }

    /** Something for `pulumi -v`: only there to find bugs of this plugin. */
    debug(message: string): void {
        this.say({ severity: LogSeverity.DEBUG, urn: "", text: message, ephemeral: false });
    }

    /**
     * Keeps what is said about a resource until `release`. The engine compares first, shows the resource with what
     * changes, and only then changes it: what a diff has to say belongs below that.
     */
    hold(urn: string): void {
        if (this.holds && !this.held.has(urn)) this.held.set(urn, []);
    }

    /** Says what was held about a resource. */
    release(urn: string): void {
        const messages = this.held.get(urn) ?? [];
        this.held.delete(urn);
        for (const message of messages) this.send(message);
    }

    /** Says it after a moment, unless `release` comes first: not every diff is followed by a change. */
    releaseSoon(urn: string): void {
        if ((this.held.get(urn) ?? []).length === 0) this.release(urn);
        else setTimeout(() => this.release(urn), MOST_HELD_MS).unref();
    }

    /** Resolves when every message has arrived, so that none comes after the answer it belongs to. */
    flush(): Promise<void> {
        return this.sent;
    }

    close(): void {
        this.client?.close();
        this.client = undefined;
    }

    private say(message: Message): void {
        const key = `${message.severity} ${message.urn} ${message.text}`;
        if (this.address === undefined || this.said.has(key)) return;
        this.said.add(key);
        const held = this.held.get(message.urn);
        if (held === undefined) this.send(message);
        else held.push(message);
    }

    private send({ severity, urn, text, ephemeral }: Message): void {
        if (this.address === undefined) return;
        this.client ??= new EngineClient(this.address, grpc.credentials.createInsecure(), {
            // The engine is on this machine, whatever proxies are for.
            "grpc.enable_http_proxy": 0,
        });
        const client = this.client;
        const request = filled(new LogRequest(), {
            Severity: severity,
            Urn: urn,
            Message: text,
            Ephemeral: ephemeral,
        });
        // One after the other, so that they arrive in order. One that cannot be delivered must not fail the operation.
        this.sent = this.sent.then(
            () =>
                new Promise((resolve) =>
                    client.log(request, new grpc.Metadata(), { deadline: Date.now() + 5000 }, () => resolve()),
                ),
        );
    }
}
