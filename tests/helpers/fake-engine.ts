import { GitLab } from "../../provider/gitlab/client";
import { type Call, PartialFailure } from "../../provider/handler";
import { packages } from "../../provider/packages";
import type { Props } from "../../provider/values";

/** One resource as a program declares it; inputs may depend on those before it. */
export interface Goal {
    type: string;
    name: string;
    inputs(outputs: (type: string, name: string) => Props | undefined): Props;
}

/** One resource in the state. */
export interface Held {
    type: string;
    name: string;
    id: string;
    inputs: Props;
    state: Props;
    /** Its last operation failed half-way: it is updated whatever its diff says. */
    unfinished?: boolean;
    /** Replaced, and not deleted yet. */
    pendingDelete?: boolean;
}

/** The process was killed. Nothing of it is left but the state. */
export class Killed extends Error {}

/** How to reach GitLab, and when to be killed. */
export interface UpOptions {
    baseUrl: string;
    token: string;
    /** Killed after so many operations of the provider, before their outcome is saved. @default - not at all */
    killAfter?: number;
}

const HANDLERS = Object.assign({}, ...Object.values(packages).map(({ resources }) => resources));

/**
 * As much of Pulumi's engine as decides what is remembered: resources one by one, each saved when its provider has
 * answered; new ones before old ones are deleted; a failure ends the run and keeps what is saved.
 */
export class FakeEngine {
    state: Held[] = [];

    async up(goals: readonly Goal[], options: UpOptions): Promise<void> {
        const gitlab = new GitLab({
            baseUrl: options.baseUrl,
            token: options.token,
            insecure: false,
            headers: {},
            retries: 0,
            earlyAuthCheck: false,
        });
        let operations = 0;
        const operate = async <T>(run: () => Promise<T>): Promise<T> => {
            const outcome = await run();
            operations++;
            if (options.killAfter !== undefined && operations > options.killAfter) throw new Killed();
            return outcome;
        };
        try {
            for (const goal of goals) await this.apply(goal, gitlab, operate);
            for (const held of [...this.state].reverse()) {
                const wanted = goals.some(({ type, name }) => type === held.type && name === held.name);
                if (wanted && !held.pendingDelete) continue;
                await operate(() => HANDLERS[held.type].delete(callOf(gitlab, held.name), held.id, held.state));
                this.state = this.state.filter((other) => other !== held);
            }
        } finally {
            await gitlab.close();
        }
    }

    private async apply(goal: Goal, gitlab: GitLab, operate: <T>(run: () => Promise<T>) => Promise<T>): Promise<void> {
        const { type, name } = goal;
        const handler = HANDLERS[type];
        const call = callOf(gitlab, name);
        const outputs = (of: string, named: string) => {
            const held = this.find(of, named);
            return held && { ...held.state, id: held.id };
        };
        const { inputs, failures } = await handler.check(dropUndefined(goal.inputs(outputs)), call);
        if (failures.length > 0) throw new Error(JSON.stringify(failures));
        const held = this.find(type, name);
        if (held === undefined) {
            await this.create(goal, inputs, () => operate(() => handler.create(call, inputs, false)));
            return;
        }
        const existing = { id: held.id, state: held.state, oldInputs: held.inputs };
        const { changes } = await handler.diff(call, existing, inputs);
        const kinds = Object.values(changes as Record<string, string>);
        if (kinds.some((kind) => kind.endsWith("-replace"))) {
            await this.create(goal, inputs, () => operate(() => handler.create(call, inputs, false)));
            held.pendingDelete = true;
        } else if (kinds.length > 0 || held.unfinished) {
            try {
                held.state = dropUndefined(await operate(() => handler.update(call, existing, inputs, false)));
                held.inputs = inputs;
                held.unfinished = false;
            } catch (error) {
                if (error instanceof PartialFailure) {
                    Object.assign(held, { state: dropUndefined(error.state), inputs, unfinished: true });
                }
                throw error;
            }
        }
    }

    private async create(
        { type, name }: Goal,
        inputs: Props,
        run: () => Promise<{ id: string; state: Props }>,
    ): Promise<void> {
        try {
            const { id, state } = await run();
            this.state.push({ type, name, id, inputs, state: dropUndefined(state) });
        } catch (error) {
            if (error instanceof PartialFailure) {
                const state = dropUndefined(error.state);
                this.state.push({ type, name, id: error.id, inputs, state, unfinished: true });
            }
            throw error;
        }
    }

    private find(type: string, name: string): Held | undefined {
        return this.state.find((held) => held.type === type && held.name === name && !held.pendingDelete);
    }
}

function callOf(gitlab: GitLab, name: string): Call {
    const silent = () => {};
    return { gitlab, name, owner: "fleet/prod", log: { info: silent, warn: silent, status: silent } };
}

/** What the wire would drop. */
function dropUndefined(props: Props): Props {
    return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined));
}
