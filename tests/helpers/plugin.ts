import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { type LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import type { Message } from "google-protobuf";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Props } from "../../core/props";
import type { GitLabOptions } from "../../gitlab/client";
import type { EngineOf } from "../../provider/docker/engine";
import { packages } from "../../provider/packages";
import { type Decoded, decode, encode } from "../../provider/rpc/codec";
import { serve } from "../../provider/rpc/server";
import { subjectOf } from "../../provider/rpc/subject";

/** A message that reached the engine. */
export interface Logged {
    severity: "info" | "warn" | "debug";
    urn: string;
    message: string;
}

/** The result of a diff, with names instead of numbers. */
export interface PluginDiff {
    changes: boolean;
    replaces: string[];
    /** Kind of change by property path. */
    detailed: Record<string, string>;
    deleteBeforeReplace: boolean;
}

/** An error of a call, with what remains after a partial failure. */
export interface PluginError extends Error {
    kept?: { id: string; state: Decoded; reasons: string[] };
}

/** Our plugin behind its real gRPC interface; every result lists the names of its secrets. */
export type Plugin = Awaited<ReturnType<typeof startPlugin>>;

/** Serves a package in this process, configures it, and returns its calls with plain values. `type` may be short. */
export async function startPlugin(
    name: "gitlab" | "gitlab-fleet",
    config: Props = {},
    env: NodeJS.ProcessEnv = {},
    gitlab: GitLabOptions = {},
    docker?: EngineOf,
) {
    const pack = packages[name]!;
    const logs: Logged[] = [];
    const engine = await startEngine(logs, withoutSubject);
    const serving = await serve(pack, {
        engineAddress: engine.address,
        env,
        gitlab: { gather: 0, ...gitlab },
        docker,
        holdsMessages: false,
    });
    const client = new ResourceProviderClient(`127.0.0.1:${serving.port}`, grpc.credentials.createInsecure());

    const call = <Q extends Message, A>(method: keyof ResourceProviderClient, request: Q): Promise<A> =>
        new Promise((resolve, reject) => {
            const send = client[method] as unknown as (
                request: Q,
                callback: (error: grpc.ServiceError | null, answer: A) => void,
            ) => void;
            send.call(client, request, (error, answer) => (error === null ? resolve(answer) : reject(toError(error))));
        });
    const token = (type: string, table: object) =>
        Object.keys(table).find((known) => known === type || known.endsWith(`:${type}`)) ?? type;
    const urn = (type: string, resource: string) =>
        `urn:pulumi:test::demo::${token(type, pack.resources)}::${resource}`;
    const providerUrn = (resource: string) => `urn:pulumi:test::demo::pulumi:providers:${name}::${resource}`;

    const plugin = {
        logs,
        client,
        checkConfig: async (news: Props, secrets: string[] = [], provider = "its-own") => {
            const request = new pb.CheckRequest();
            request.setUrn(providerUrn(provider));
            request.setNews(encode(news, new Set(secrets)));
            return toChecked(await call<pb.CheckRequest, pb.CheckResponse>("checkConfig", request));
        },
        diffConfig: async (olds: Props, news: Props) => {
            const request = new pb.DiffRequest();
            request.setOldInputs(encode(olds));
            request.setNews(encode(news));
            return toDiff(await call<pb.DiffRequest, pb.DiffResponse>("diffConfig", request));
        },
        configure: (args: Props, provider = "its-own") => {
            const request = new pb.ConfigureRequest();
            request.setUrn(providerUrn(provider));
            request.setArgs(encode(args, new Set(["token"])));
            return call<pb.ConfigureRequest, pb.ConfigureResponse>("configure", request);
        },
        check: async (type: string, news: Props, options: { name?: string; secrets?: string[] } = {}) => {
            const request = new pb.CheckRequest();
            request.setUrn(urn(type, options.name ?? "it"));
            request.setNews(encode(news, new Set(options.secrets)));
            return toChecked(await call<pb.CheckRequest, pb.CheckResponse>("check", request));
        },
        diff: async (
            type: string,
            id: string,
            state: Props,
            news: Props,
            oldInputs: Props = state,
            ignoreChanges: string[] = [],
        ) => {
            const request = new pb.DiffRequest();
            request.setUrn(urn(type, "it"));
            request.setId(id);
            request.setOlds(encode(state));
            request.setOldInputs(encode(oldInputs));
            request.setNews(encode(news));
            request.setIgnorechangesList(ignoreChanges);
            return toDiff(await call<pb.DiffRequest, pb.DiffResponse>("diff", request));
        },
        create: async (
            type: string,
            inputs: Props,
            options: { preview?: boolean; secrets?: string[]; name?: string } = {},
        ) => {
            const request = new pb.CreateRequest();
            request.setUrn(urn(type, options.name ?? "it"));
            request.setProperties(encode(inputs, new Set(options.secrets)));
            request.setPreview(options.preview === true);
            const answer = await call<pb.CreateRequest, pb.CreateResponse>("create", request);
            return { id: answer.getId(), ...toState(answer.getProperties()) };
        },
        read: async (type: string, id: string, state: Props = {}, inputs: Props = {}) => {
            const request = new pb.ReadRequest();
            request.setUrn(urn(type, "it"));
            request.setId(id);
            request.setProperties(encode(state));
            request.setInputs(encode(inputs));
            const answer = await call<pb.ReadRequest, pb.ReadResponse>("read", request);
            const found = {
                id: answer.getId(),
                ...toState(answer.getProperties()),
                inputs: decode(answer.getInputs()).props,
            };
            return answer.getId() === "" ? undefined : found;
        },
        update: async (
            type: string,
            id: string,
            state: Props,
            news: Props,
            options: { preview?: boolean; oldInputs?: Props; ignoreChanges?: string[] } = {},
        ) => {
            const request = new pb.UpdateRequest();
            request.setUrn(urn(type, "it"));
            request.setId(id);
            request.setOlds(encode(state));
            request.setOldInputs(encode(options.oldInputs ?? state));
            request.setNews(encode(news));
            request.setPreview(options.preview === true);
            request.setIgnorechangesList(options.ignoreChanges ?? []);
            return toState((await call<pb.UpdateRequest, pb.UpdateResponse>("update", request)).getProperties());
        },
        delete: async (type: string, id: string, state: Props = {}, resource = "it") => {
            const request = new pb.DeleteRequest();
            request.setUrn(urn(type, resource));
            request.setId(id);
            request.setProperties(encode(state));
            await call<pb.DeleteRequest, Empty>("delete", request);
        },
        invoke: async (fn: string, args: Props = {}) => {
            const request = new pb.InvokeRequest();
            request.setTok(token(fn, pack.functions));
            request.setArgs(encode(args));
            return toState((await call<pb.InvokeRequest, pb.InvokeResponse>("invoke", request)).getReturn());
        },
        schema: async () =>
            JSON.parse(
                (
                    await call<pb.GetSchemaRequest, pb.GetSchemaResponse>("getSchema", new pb.GetSchemaRequest())
                ).getSchema(),
            ),
        cancel: () => call<Empty, Empty>("cancel", new Empty()),
        close: async () => {
            client.close();
            await serving.close();
            engine.close();
        },
    };
    try {
        await plugin.configure(config);
    } catch (error) {
        await plugin.close();
        throw error;
    }
    return plugin;
}

/** The part of the engine that takes messages. */
export async function startEngine(logs: Logged[], shorten = (message: string, _urn: string) => message) {
    const server = new grpc.Server();
    server.addService(EngineService as unknown as grpc.ServiceDefinition, {
        log: ({ request }: { request: LogRequest }, callback: grpc.sendUnaryData<Empty>) => {
            const names = { [LogSeverity.DEBUG]: "debug", [LogSeverity.WARNING]: "warn" } as Record<
                number,
                "debug" | "warn"
            >;
            const urn = request.getUrn();
            // Pulumi's engine does the same.
            const isUrn = urn === "" || urn.startsWith("urn:pulumi:");
            logs.push({
                severity: names[request.getSeverity()] ?? "info",
                urn,
                message: isUrn ? shorten(request.getMessage(), urn) : `panic: fatal: Urn is: '${urn}'`,
            });
            callback(null, new Empty());
        },
    });
    const port = await new Promise<number>((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
            error === null ? resolve(bound) : reject(error),
        );
    });
    return { address: `127.0.0.1:${port}`, close: () => server.forceShutdown() };
}

/** A message as the handler wrote it: rpc/log.ts adds the resource's kind and name. */
function withoutSubject(message: string, urn: string): string {
    const subject = subjectOf(urn);
    return message.startsWith(subject) ? message.slice(subject.length) : message;
}

function toState(message: Parameters<typeof decode>[0]) {
    const { props, secrets } = decode(message);
    return { state: props, secrets: [...secrets].sort() };
}

function toChecked(answer: pb.CheckResponse) {
    const { props, secrets } = decode(answer.getInputs());
    const failures = answer
        .getFailuresList()
        .map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() }));
    return { inputs: props, secrets: [...secrets].sort(), failures };
}

function toDiff(answer: pb.DiffResponse): PluginDiff {
    const kinds = Object.entries(pb.PropertyDiff.Kind);
    const nameOf = (kind: number) =>
        kinds
            .find(([, number]) => number === kind)![0]
            .toLowerCase()
            .replace("_", "-");
    return {
        changes: answer.getChanges() === pb.DiffResponse.DiffChanges.DIFF_SOME,
        replaces: answer.getReplacesList(),
        detailed: Object.fromEntries(
            answer
                .getDetaileddiffMap()
                .toArray()
                .map(([path, diff]) => [path, nameOf((diff as unknown as [number])[0] ?? 0)]),
        ),
        deleteBeforeReplace: answer.getDeletebeforereplace(),
    };
}

function toError(error: grpc.ServiceError): PluginError {
    const plain: PluginError = new Error(error.details);
    const [details] = error.metadata.get("grpc-status-details-bin");
    if (details instanceof Buffer) {
        const any = Status.deserializeBinary(details).getDetailsList()[0]!;
        const failed = any.unpack(pb.ErrorResourceInitFailed.deserializeBinary, "pulumirpc.ErrorResourceInitFailed")!;
        plain.kept = { id: failed.getId(), state: decode(failed.getProperties()), reasons: failed.getReasonsList() };
    }
    return plain;
}
