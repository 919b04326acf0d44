import { promisify } from "node:util";
import * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Components, Construct } from "../../core/construct";
import type { GitLabOptions } from "../../gitlab/client";
import type { EngineOf } from "../docker/engine";
import type { Package } from "../packages";
import { wholeSchema } from "../schema/whole";
import { configCalls } from "./config-calls";
import { constructCalls } from "./construct-calls";
import { toStatus } from "./errors";
import { filled } from "./filled";
import { EngineLog } from "./log";
import { resourceCalls } from "./resource-calls";
import { Session } from "./session";

/** Answers one call: takes the request; returns the response or throws. */
export type Unary<Request = never, Response = unknown> = (request: Request) => Response | Promise<Response>;

/** What `serve` needs besides the package. */
export interface ServeOptions {
    /** Where the engine listens, for messages to the user. */
    engineAddress?: string;
    /** The environment with GITLAB_TOKEN and GITLAB_BASE_URL. */
    env: NodeJS.ProcessEnv;
    /** For tests. */
    gitlab?: GitLabOptions;
    /** For tests. */
    docker?: EngineOf;
    /** Loads the code that declares components for other languages, on first use. */
    loadConstruct?: () => Construct;
    /** Loads the components' schema for other languages, on first use. */
    loadComponents?: () => Components;
    /** Whether a diff's messages wait for the change. @default true */
    holdsMessages?: boolean;
}

export interface Serving {
    port: number;
    close(): Promise<void>;
}

/** Serves `ResourceProvider` for one package on a free port of 127.0.0.1. */
export async function serve(pack: Package, options: ServeOptions): Promise<Serving> {
    const log = new EngineLog(options.engineAddress, options.holdsMessages);
    const session = new Session(pack, log, options.env, options.gitlab, options.docker);
    const calls: Record<string, Unary> = {
        ...generalCalls(session, options.loadComponents),
        ...configCalls(session),
        ...resourceCalls(session),
        ...constructCalls(session, options.loadConstruct),
    };

    const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
    const implementation: grpc.UntypedServiceImplementation = {};
    for (const [name, call] of Object.entries(calls)) {
        implementation[name] = unary(call, session);
    }
    server.addService(ResourceProviderService as unknown as grpc.ServiceDefinition, implementation);
    const bind = promisify(server.bindAsync).bind(server);
    const port = await bind("127.0.0.1:0", grpc.ServerCredentials.createInsecure());
    return {
        port,
        close: async () => {
            server.forceShutdown();
            await session.close();
        },
    };
}

function unary(call: Unary, session: Session): grpc.handleUnaryCall<unknown, unknown> {
    return async ({ request }, callback) => {
        try {
            const response = await call(request as never);
            await session.log.flush();
            callback(null, response);
        } catch (error) {
            session.log.debug(session.scrub(error instanceof Error ? (error.stack ?? error.message) : String(error)));
            await session.log.flush();
            callback(toStatus(error, (text) => session.scrub(text)));
        }
    };
}

/** The schema for other languages: the resources, and the components beside them. */
function schemaOf({ schema, version }: Package, { resources, types }: Partial<Components> = {}): object {
    const whole = wholeSchema(schema);
    return {
        ...whole,
        version,
        resources: { ...whole.resources, ...resources },
        types: { ...schema.types, ...types },
    };
}

function generalCalls(session: Session, loadComponents?: () => Components) {
    return {
        handshake: (request: pb.ProviderHandshakeRequest) => {
            session.log.connect(request.getEngineAddress());
            return filled(new pb.ProviderHandshakeResponse(), {
                AcceptSecrets: true,
                // Components take the program's resources as inputs, and outputs at any level.
                AcceptResources: true,
                AcceptOutputs: true,
            });
        },
        attach: (request: { getAddress(): string }) => {
            session.log.connect(request.getAddress());
            return new Empty();
        },
        getPluginInfo: () => filled(new PluginInfo(), { Version: session.pack.version }),
        getSchema: () =>
            filled(new pb.GetSchemaResponse(), {
                Schema: JSON.stringify(schemaOf(session.pack, loadComponents?.())),
            }),
        cancel: () => {
            session.cancel();
            return new Empty();
        },
    };
}
