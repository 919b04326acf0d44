import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { safeText } from "../../core/safe-text";
import type { Log } from "../handler";
import { filled } from "./filled";
import { subjectOf } from "./subject";

/**
 * How long a message waits, in milliseconds, until the engine has shown the resource. After that, it is shown at once.
 */
const MOST_HELD_MS = 1000;

interface Message {
    severity: LogRequest["getSeverity"] extends () => infer S ? S : never;
    urn: string;
    text: string;
    ephemeral: boolean;
}

/** Messages to the engine, which shows them with their resource. */
export class EngineLog {
    private client: EngineClient | undefined;
    private sent: Promise<void> = Promise.resolve();
    private readonly said = new Set<string>();
    private readonly held = new Map<string, Message[]>();

    /**
     * @param address where the engine listens; without it, messages are dropped @param holds whether diffs' messages
     * wait
     */
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
     * prints it without a context. Repeated messages about a resource are dropped, because the engine requests diffs
     * more than once.
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

    /** A message for `pulumi -v`, only to find bugs of this plugin. */
    debug(message: string): void {
        this.say({ severity: LogSeverity.DEBUG, urn: "", text: message, ephemeral: false });
    }

    /**
     * Holds messages about a resource until `release`. The engine first requests the diff, then shows the resource with
     * its changes, and only then changes it: the diff's messages belong below that.
     */
    hold(urn: string): void {
        if (this.holds && !this.held.has(urn)) this.held.set(urn, []);
    }

    /** Sends the messages held about a resource. */
    release(urn: string): void {
        const messages = this.held.get(urn) ?? [];
        this.held.delete(urn);
        for (const message of messages) this.send(message);
    }

    /** Releases after a moment, unless `release` comes first: not every diff is followed by a change. */
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
            // The engine is on this machine, so proxies must not be used.
            "grpc.enable_http_proxy": 0,
        });
        const client = this.client;
        const request = filled(new LogRequest(), {
            Severity: severity,
            Urn: urn,
            Message: text,
            Ephemeral: ephemeral,
        });
        // One after another, so that they arrive in order. A failed delivery must not fail the operation.
        this.sent = this.sent.then(
            () =>
                new Promise((resolve) =>
                    client.log(request, new grpc.Metadata(), { deadline: Date.now() + 5000 }, () => resolve()),
                ),
        );
    }
}
