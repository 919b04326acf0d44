import Fastify from "fastify";
import { addAdminRoutes } from "./admin";
import { Clock } from "./clock";
import { Faults } from "./faults";
import { gitRoute } from "./git/route";
import { graphqlRoute } from "./graphql/route";
import { type Method, ROUTER_OPTIONS, type World } from "./http/api";
import { addBodyParsers, parseForm } from "./http/body";
import { addHooks } from "./http/hooks";
import { RateLimiter } from "./http/limits";
import { Journal } from "./journal";
import { RegistryKey } from "./registry/keys";
import { registryRoute } from "./registry/route";
import { restApi } from "./routes";
import { applySeed } from "./seed/apply";
import { readSeed } from "./seed/read";
import type { Seed } from "./seed/schema";
import type { GitLabRelease } from "./store/entities";
import { Store } from "./store/store";

export interface SandboxOptions {
    /** TCP port on 127.0.0.1. @default 0, any free one */
    port?: number;
    /** GitLab's initial content: a seed, or the path of a YAML file with one. @default - an administrator `root` */
    seed?: Seed | string;
    /** GitLab version whose behaviour and wording to show; overrides the seed's. @default 19 */
    version?: GitLabRelease;
    /** Pause before each answer, in milliseconds. @default 0 */
    latencyMs?: number;
    /** A date freezes the clock there; "system" follows the machine's. @default "system" */
    clockStart?: Date | "system";
    /** Seed of generated tokens; the same number gives the same text. @default 1 */
    randomSeed?: number;
    /** Address to listen on; containers cannot reach the host through the loopback. @default 127.0.0.1 */
    host?: string;
    /** PEM file of the key that signs registry tokens; written if it is missing. @default - a new key each time */
    registryKeyFile?: string;
    /** GitLab's own address, in links and `web_url`s. @default - the address listened on */
    externalUrl?: string;
    /** Folder of bare repositories, `<full path>.git`, served over HTTP. @default - none */
    repositories?: string;
}

/** A running GitLab sandbox. */
export interface Sandbox extends World {
    /** `http://127.0.0.1:<port>`, without `/api/v4`. */
    url: string;
    /** Text of the seeded access tokens by name. */
    tokens: Record<string, string>;
    /** Routes under `/api/v4`, for the coverage table. */
    routes: readonly { method: Method; path: string }[];
    /** Signs registry tokens; a registry must trust its `jwks()`. */
    registryKey: RegistryKey;
    /** Changes the pause before each answer. */
    setLatency(ms: number): void;
    /** Restores the state right after the start: data, clock, faults, journal. */
    reset(): void;
    /** Stops listening and cuts open connections. */
    close(): Promise<void>;
}

const BODY_LIMIT = 512 * 1024 * 1024;

/** Starts a GitLab in this process. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
    const seed =
        typeof options.seed === "string"
            ? readSeed(options.seed)
            : (options.seed ?? { users: [{ username: "root", admin: true }] });
    const clock = new Clock(options.clockStart);
    const release = options.version ?? seed.version ?? 19;
    const db = new Store({ clock, release, randomSeed: options.randomSeed ?? 1 });
    const world: World = { db, clock, journal: new Journal(), faults: new Faults(), limiter: new RateLimiter(db) };
    const app = Fastify({
        bodyLimit: BODY_LIMIT,
        exposeHeadRoutes: false,
        forceCloseConnections: true,
        routerOptions: { ...ROUTER_OPTIONS, querystringParser: parseForm },
    });
    let latency = options.latencyMs ?? 0;
    addBodyParsers(app);
    addHooks(app, world, () => latency);
    restApi.serve(app, world);
    graphqlRoute(app, world);
    const registryKey = new RegistryKey(options.registryKeyFile);
    registryRoute(app, world, registryKey);
    if (options.repositories !== undefined) gitRoute(app, world, options.repositories);

    const tokens = applySeed(db, seed);
    const sandbox: Sandbox = {
        ...world,
        url: "",
        tokens,
        routes: restApi.routes,
        registryKey,
        setLatency: (ms) => {
            latency = ms;
        },
        reset: () => {
            clock.reset();
            world.faults.clear();
            world.journal.clear();
            world.limiter.reset();
            db.restore(start);
        },
        close: async () => {
            db.queue.reset();
            await app.close();
        },
    };
    addAdminRoutes(app, sandbox);
    sandbox.url = await app.listen({ port: options.port ?? 0, host: options.host ?? "127.0.0.1" });
    db.settings.externalUrl = options.externalUrl ?? (db.settings.externalUrl || sandbox.url);
    const start = db.snapshot();
    return sandbox;
}
