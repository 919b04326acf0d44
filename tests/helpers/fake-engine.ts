import type { Props } from "../../core/props";
import { GitLab } from "../../gitlab/client";
import { type Call, type Diff, PartialFailure, type ResourceHandler } from "../../provider/handler";
import { packages } from "../../provider/packages";
import { type Plugin, type PluginError, startPlugin } from "./plugin";

/** A resource as a program declares it; its inputs may depend on those before it. */
export interface Goal {
    type: string;
    name: string;
    inputs(outputs: (type: string, name: string) => Props | undefined): Props;
    /** A function of a package, by its full token, whose `id` is imported; if it is empty, the resource is created. */
    adopt?: { token: string; args(outputs: (type: string, name: string) => Props | undefined): Props };
}

/** A resource in the state. */
export interface Held {
    type: string;
    name: string;
    id: string;
    inputs: Props;
    state: Props;
    /** Whether its last operation failed half-way, so that it is updated whatever its diff says. */
    unfinished?: boolean;
    /** Whether it was replaced but not deleted yet. */
    pendingDelete?: boolean;
}

/** The process was killed. Only the state is left of it. */
export class Killed extends Error {}

/** How to reach GitLab, and when to be killed. */
export interface UpOptions {
    baseUrl: string;
    token: string;
    /** Number of provider operations after which it is killed, before the last result is saved. @default - never */
    killAfter?: number;
    /** Whether it is dead by now: then the result of the call that has just ended is not saved. @default - never */
    isDead?: () => boolean;
    /** The machine's clock. @default - the real one */
    now?: () => number;
    /** Whether to use the provider's gRPC interface, which is slower, or call it directly. @default false */
    grpc?: boolean;
    /** Receives the warnings of providers that are called directly. @default - they are dropped */
    warn?: (text: string) => void;
}

type Provider = Pick<Plugin, "check" | "create" | "delete" | "close"> & {
    read(type: string, id: string): Promise<{ id: string; state: Props; inputs: Props } | undefined>;
    invoke(token: string, args: Props): Promise<{ state: Props }>;
    diff(
        type: string,
        id: string,
        state: Props,
        news: Props,
        olds: Props,
    ): Promise<{ changes: boolean; replaces: string[] }>;
    update(type: string, id: string, state: Props, news: Props, more: { oldInputs: Props }): Promise<{ state: Props }>;
};

/** `<project>/<stack>` of the program in markers of runners, as in the test plugin's URNs. */
export const OWNER = "demo/test";

/**
 * The part of Pulumi's engine that decides what is remembered, in front of the real provider. Handles resources one by
 * one and saves each when its provider has answered; creates new ones before it deletes old ones; ends the run at a
 * failure, and keeps what is saved.
 */
export class FakeEngine {
    state: Held[] = [];

    async up(goals: readonly Goal[], options: UpOptions): Promise<void> {
        const run = new Run(await startPlugins(options), options);
        try {
            for (const goal of goals) await this.apply(goal, run);
            for (const held of [...this.state].reverse()) {
                const wanted = goals.some(({ type, name }) => type === held.type && name === held.name);
                if (wanted && !held.pendingDelete) continue;
                await run.operate(() => run.plugin(held.type).delete(held.type, held.id, held.state));
                this.state = this.state.filter((other) => other !== held);
            }
        } finally {
            await run.close();
        }
    }

    private async apply(goal: Goal, run: Run): Promise<void> {
        const { type, name } = goal;
        const plugin = run.plugin(type);
        const outputs = (of: string, named: string) => {
            const held = this.find(of, named);
            return held && { ...held.state, id: held.id };
        };
        const { inputs, failures } = await run.ask(() => plugin.check(type, goal.inputs(outputs)));
        if (failures.length > 0) throw new Error(JSON.stringify(failures));
        const held = this.find(type, name) ?? (await this.import(goal, outputs, run));
        if (held === undefined) {
            await this.create(goal, inputs, run);
            return;
        }
        const { id, state, inputs: olds } = held;
        const { changes, replaces } = await run.ask(() => plugin.diff(type, id, state, inputs, olds));
        if (replaces.length > 0) {
            await this.create(goal, inputs, run);
            held.pendingDelete = true;
        } else if (changes || held.unfinished) {
            try {
                const updated = () => plugin.update(type, id, state, inputs, { oldInputs: olds });
                Object.assign(held, { state: (await run.operate(updated)).state, inputs, unfinished: false });
            } catch (error) {
                const { kept } = error as PluginError;
                if (kept !== undefined) Object.assign(held, { state: kept.state.props, inputs, unfinished: true });
                throw error;
            }
        }
    }

    private async import(
        { type, name, adopt }: Goal,
        outputs: (type: string, name: string) => Props | undefined,
        run: Run,
    ): Promise<Held | undefined> {
        if (adopt === undefined) return undefined;
        const { state: found } = await run.ask(() => run.plugin(adopt.token).invoke(adopt.token, adopt.args(outputs)));
        if (found.id === "") return undefined;
        const read = await run.ask(() => run.plugin(type).read(type, String(found.id)));
        const held = { type, name, id: read!.id, inputs: read!.inputs, state: read!.state };
        this.state.push(held);
        return held;
    }

    private async create({ type, name }: Goal, inputs: Props, run: Run): Promise<void> {
        try {
            const { id, state } = await run.operate(() => run.plugin(type).create(type, inputs));
            this.state.push({ type, name, id, inputs, state });
        } catch (error) {
            const { kept } = error as PluginError;
            if (kept !== undefined) {
                this.state.push({ type, name, id: kept.id, inputs, state: kept.state.props, unfinished: true });
            }
            throw error;
        }
    }

    private find(type: string, name: string): Held | undefined {
        return this.state.find((held) => held.type === type && held.name === name && !held.pendingDelete);
    }
}

/** One update, with plugins of its own, which may be killed. */
class Run {
    private operations = 0;

    constructor(
        private readonly plugins: Record<string, Provider>,
        private readonly options: UpOptions,
    ) {}

    plugin(type: string): Provider {
        return this.plugins[type.slice(0, type.indexOf(":"))]!;
    }

    /** A call whose result counts, unless the process is dead by then. */
    async ask<T>(call: () => Promise<T>): Promise<T> {
        const outcome = await Promise.allSettled([call()]);
        if (this.options.isDead?.()) throw new Killed();
        if (outcome[0].status === "rejected") throw outcome[0].reason;
        return outcome[0].value;
    }

    /** A call that changes something. */
    async operate<T>(call: () => Promise<T>): Promise<T> {
        const { killAfter } = this.options;
        const outcome = await this.ask(call);
        this.operations++;
        if (killAfter !== undefined && this.operations > killAfter) throw new Killed();
        return outcome;
    }

    async close(): Promise<void> {
        await Promise.all(Object.values(this.plugins).map((plugin) => plugin.close()));
    }
}

/** Starts plugins for each update, as Pulumi does, so that one update does not see what another has cached. */
async function startPlugins({ baseUrl, token, grpc, now, warn }: UpOptions): Promise<Record<string, Provider>> {
    const names = ["gitlab", "gitlab-fleet"] as const;
    const start = (name: (typeof names)[number]) =>
        grpc
            ? startPlugin(name, { baseUrl, token, retries: 0 }, {}, { now })
            : handlersOf(name, { baseUrl, token, now, warn });
    const started = await Promise.all(names.map(start));
    return Object.fromEntries(names.map((name, index) => [name, started[index]!]));
}

/** The provider without gRPC. */
function handlersOf(
    name: string,
    { baseUrl, token, now, warn }: Pick<UpOptions, "baseUrl" | "token" | "now" | "warn">,
): Provider {
    const config = {
        baseUrl,
        token,
        insecure: false,
        headers: {},
        retries: 0,
        comparesWithGitLab: true,
        earlyAuthCheck: false,
    };
    // Resources come one after another, so no other request can join one.
    const gitlab = new GitLab(config, { now, gather: 0 });
    const silent = () => {};
    const call: Call = {
        gitlab,
        name: "it",
        owner: OWNER,
        docker: () => {
            throw new Error("no Docker engine here");
        },
        log: { info: silent, warn: warn ?? silent, status: silent },
        declared: () => [],
    };
    const of = (type: string) => packages[name]!.resources[type] as ResourceHandler;
    return {
        check: async (type, news) => {
            const inputs = onWire(news);
            const problems = (await of(type).check?.(inputs, call)) ?? [];
            const failures = problems.map(({ path, message }) => ({ property: path, reason: `${path} ${message}` }));
            return { inputs: of(type).normal?.(inputs) ?? inputs, failures, secrets: [] };
        },
        create: async (type, inputs) => {
            const { id, state } = await keeping(of(type).create(call, inputs, false));
            return { id, state: onWire(state), secrets: [] };
        },
        diff: async (type, id, state, inputs, oldInputs) => {
            const standing = await of(type).standing?.(call, id, state);
            if (standing?.is === "gone" || standing?.is === "another") return { changes: true, replaces: ["id"] };
            const { changes }: Diff = await of(type).diff(call, { id, state, oldInputs }, inputs, standing);
            const replaces = Object.keys(changes).filter((property) => changes[property]!.endsWith("-replace"));
            return { changes: Object.keys(changes).length > 0, replaces };
        },
        update: async (type, id, state, inputs, { oldInputs }) => {
            const standing = await of(type).standing?.(call, id, state);
            const seen = standing?.is === "ours" ? standing.seen : undefined;
            const updated = of(type).update(call, { id, state, oldInputs }, inputs, false, seen);
            return { state: onWire(await keeping(updated)) };
        },
        delete: async (type, id, state = {}) => {
            const standing = await of(type).standing?.(call, id, state);
            if (standing === undefined || standing.is === "ours") await of(type).delete?.(call, id, state);
        },
        read: async (type, id) => {
            const found = await of(type).read?.(call, id, {}, {});
            return found && { id: found.id, state: onWire(found.state), inputs: onWire(found.inputs) };
        },
        invoke: async (token, args) => ({ state: await packages[name]!.functions[token]!(call, onWire(args)) }),
        close: () => gitlab.close(),
    };
}

/** A partial failure as it arrives over gRPC. */
async function keeping<T>(running: Promise<T>): Promise<T> {
    try {
        return await running;
    } catch (error) {
        if (!(error instanceof PartialFailure)) throw error;
        const state = { props: onWire(error.state), secrets: new Set<string>() };
        throw Object.assign(new Error(error.reason), { kept: { id: error.id, state, reasons: [error.reason] } });
    }
}

/** Removes what gRPC would drop. */
function onWire(props: Props): Props {
    return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined));
}
