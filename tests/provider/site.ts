import { expect } from "chai";
import type { Props } from "../../core/props";
import { addRunner, DAY, type Fault, HOUR, type Runner, type Sandbox, type Seed } from "../../sandbox";
import { FakeEngine, type Goal, Killed, OWNER, type UpOptions } from "../helpers/fake-engine";
import type { Event, Trouble } from "./site-events";

const USER_RUNNER = "gitlab:index/userRunner:UserRunner";
const TOKEN = "gitlab-fleet:index:RunnerToken";
const EXCLUSIVE = "gitlab-fleet:index:ExclusiveRunners";
const IDENTITY = "gitlab-fleet:index:StackIdentity";
const FIND = "gitlab-fleet:index:findRunner";

/** A GitLab for sites: one group, whose runners' tokens live a month. */
export const SITE_SEED: Seed = {
    users: [{ username: "olga" }],
    groups: [{ path: "apps", members: { olga: "owner" }, runnerTokenExpirationInterval: (30 * DAY) / 1000 }],
    tokens: [{ name: "olga", user: "olga", scopes: ["api"] }],
};

/** A site: a GitLab, a program, a state, and people who do things beside them. */
export class Site {
    readonly engine = new FakeEngine();
    private declared = new Set<string>(["a"]);
    private tag = "x";
    private trigger = "";
    /** Somebody has said that the stack's state was lost. */
    private stateLost = false;
    private readonly untouchable: number[] = [];
    /** Names that an `up` has declared and come to its end with. */
    private readonly everListed = new Set<string>();
    /** What the last `up` has warned of. */
    private warned = "";

    constructor(
        private readonly sandbox: Sandbox,
        private readonly grpc = false,
    ) {}

    private get group(): number {
        return this.sandbox.db.groups.all()[0]!.id;
    }

    private program(): Goal[] {
        const place = { runnerType: "group_type", groupId: this.group };
        const runners = [...this.declared].sort();
        const [tags, trigger] = [[this.tag], this.trigger];
        type Outputs = (type: string, name: string) => Props | undefined;
        const identity = (outputs: Outputs) => String(outputs(IDENTITY, "stack")!.id);
        const adopt = (each: string) => ({
            token: FIND,
            args: (outputs: Outputs) => ({
                // Of several, a person says which.
                ...this.whichWasLost(each, identity(outputs)),
                ...place,
                owner: OWNER,
                identity: identity(outputs),
                runner: each,
            }),
        });
        return [
            { type: IDENTITY, name: "stack", inputs: () => ({}) },
            ...runners.flatMap((each): Goal[] => [
                {
                    type: USER_RUNNER,
                    name: each,
                    ...(this.stateLost ? { adopt: adopt(each) } : {}),
                    inputs: (outputs) => ({
                        ...place,
                        description: each,
                        tagLists: tags,
                        maintenanceNote: `managed-by: gitlab-fleet ${OWNER}#${identity(outputs)}/${each}`,
                    }),
                },
                {
                    type: TOKEN,
                    name: each,
                    inputs: (outputs) => ({
                        ...place,
                        runnerId: outputs(USER_RUNNER, each)!.id,
                        issuedToken: outputs(USER_RUNNER, each)!.token,
                        rotationTrigger: trigger === "" ? undefined : trigger,
                    }),
                },
            ]),
            {
                type: EXCLUSIVE,
                name: "apps",
                inputs: (outputs) => ({
                    owner: OWNER,
                    identity: identity(outputs),
                    ...place,
                    runners: Object.fromEntries(runners.map((each) => [each, outputs(USER_RUNNER, each)!.id!])),
                    claim: { descriptions: ["my-runner"] },
                    foreign: "delete",
                }),
            },
        ];
    }

    /** One `up`; a failure is what the history wanted. */
    async up(more: Pick<UpOptions, "killAfter" | "isDead"> = {}): Promise<boolean> {
        this.warned = "";
        try {
            const baseUrl = `${this.sandbox.url}/api/v4/`;
            await this.engine.up(this.program(), {
                baseUrl,
                now: () => this.sandbox.clock.now(),
                token: this.sandbox.tokens.olga!,
                grpc: this.grpc,
                warn: (text) => {
                    this.warned += `${text}\n`;
                },
                ...more,
            });
            for (const each of this.declared) this.everListed.add(each);
            return true;
        } catch (error) {
            if (!(error instanceof Killed) && !/GitLab|ExclusiveRunners/.test((error as Error).message)) throw error;
            return false;
        } finally {
            this.sandbox.faults.clear();
        }
    }

    /** One `up` with trouble at one of its requests; false when it has no more than `after` requests. */
    async upWith(trouble: Trouble, after: number): Promise<boolean> {
        const { faults } = this.sandbox;
        const plan = (fault: Fault, more: { after: number; times?: number }) => faults.plan({ ...more, fault });
        const struck = () => faults.list().some((planned) => planned.struck > 0);
        let met = false;
        const watch = () => {
            met ||= struck();
            return trouble.startsWith("crash") && met;
        };
        if (trouble === "error") plan({ kind: "status", status: 502 }, { after });
        if (trouble === "drop" || trouble === "lose-answer") plan({ kind: trouble }, { after });
        if (trouble === "crash before") plan({ kind: "drop" }, { after, times: 0 });
        if (trouble === "crash after") {
            // A request that the first plan strikes, the second one does not see.
            plan({ kind: "lose-answer" }, { after });
            plan({ kind: "drop" }, { after, times: 0 });
        }
        await this.up({ isDead: watch });
        return met;
    }

    async happen(it: Event): Promise<void> {
        const { db, clock } = this.sandbox;
        const add = (more: Partial<Runner>) =>
            addRunner(db, { runnerType: "group_type", groupId: this.group, ...more });
        switch (it.kind) {
            case "up":
                await this.up();
                return;
            case "fault":
                await this.upWith(it.fault, it.after);
                return;
            case "killed":
                await this.up({ killAfter: it.after });
                return;
            case "lost checkpoints": {
                const before = structuredClone(this.engine.state);
                await this.up({ killAfter: it.after });
                // A state from before it had an identity is no state.
                if (before.some(({ type }) => type === IDENTITY)) this.engine.state = before;
                else this.loseState();
                return;
            }
            case "lost state":
                this.loseState();
                return;
            case "register": {
                const runner = add({ description: it.description, contactedAt: it.contact ? clock.now() : null });
                if (it.description === "theirs") this.untouchable.push(runner.id);
                return;
            }
            case "other stack":
                this.untouchable.push(
                    add({ description: "my-runner", maintenanceNote: "managed-by: gitlab-fleet demo/dev/a" }).id,
                );
                return;
            case "reset elsewhere": {
                const ours = this.ours();
                const runner = ours[it.index % Math.max(1, ours.length)];
                if (runner) db.runners.update(runner.id, { token: `glrt-elsewhere${clock.now()}${runner.id}xxxxxxxx` });
                return;
            }
            case "time":
                clock.advance(it.hours * HOUR);
                return;
            case "declare":
                this.declared.add(it.name);
                return;
            case "drop":
                if (this.declared.size > 1) this.declared.delete(it.name);
                return;
            case "retag":
                this.tag = it.tag;
                return;
            case "rotate":
                this.trigger = it.trigger;
        }
    }

    private whichWasLost(name: string, identity: string): Props {
        const named = this.ours(true).filter(({ maintenanceNote }) => maintenanceNote!.endsWith(`/${name}`));
        const isAdopted = named.some(({ maintenanceNote }) => maintenanceNote!.includes(`#${identity}/`));
        return named.length > 1 && !isAdopted ? { id: String(named.at(-1)!.id) } : { lost: true };
    }

    /** Nothing is left of the state, and somebody says so: what is not adopted then stays as it is. */
    private loseState(): void {
        this.engine.state = [];
        this.stateLost = true;
    }

    /** Runners with the marker of this state; with `everyState` of any state of this stack. */
    private ours(everyState = false): Runner[] {
        const identity = this.engine.state.find(({ type }) => type === IDENTITY)?.id;
        const marker = `managed-by: gitlab-fleet ${OWNER}#${everyState ? "" : `${identity}/`}`;
        return this.sandbox.db.runners.all().filter(({ maintenanceNote }) => maintenanceNote?.startsWith(marker));
    }

    /**
     * Runners that a killed `up` has made under a name that no `up` has listed to its end, and that is declared no longer. The
     * program may hand such a one over elsewhere, for all that ExclusiveRunners knows: they are reported and stay.
     */
    private leftUndecided(): Runner[] {
        const held = new Set(this.engine.state.filter(({ type }) => type === USER_RUNNER).map(({ id }) => id));
        return this.ours().filter(
            ({ id, description }) =>
                !held.has(String(id)) && !this.declared.has(description!) && !this.everListed.has(description!),
        );
    }

    snapshotOfOthers(): string {
        const { db } = this.sandbox;
        return JSON.stringify(this.untouchable.map((id) => db.runners.get(id) ?? `${id} is gone`));
    }

    /** Exactly the declared runners, each with a token that works and that the state knows; nothing claimed is left. */
    expectConverged(): void {
        const { db, clock } = this.sandbox;
        const undecided = new Set(this.leftUndecided().map(({ id }) => id));
        for (const id of this.grpc ? [] : undecided)
            expect(this.warned).to.match(new RegExp(`Left alone:[^]* #${id} `));
        const ours = this.ours().filter(({ id }) => !undecided.has(id));
        expect(ours.map(({ description }) => description).sort()).to.deep.equal([...this.declared].sort());
        for (const runner of ours) {
            const held = this.engine.state.filter(
                ({ type, name: named }) => type === TOKEN && named === runner.description,
            );
            expect(held).to.have.lengthOf(1);
            expect(held[0]!.state.token).to.equal(runner.token);
            expect(runner.tokenExpiresAt ?? Number.POSITIVE_INFINITY).to.be.greaterThan(clock.now());
            expect(runner.tagList).to.deep.equal([this.tag]);
        }
        // What states had declared that were lost since is nobody's to delete.
        const namesakes = new Set(this.stateLost ? this.ours(true).map(({ id }) => id) : []);
        const known = new Set([...undecided, ...ours.map(({ id }) => id)]);
        const rest = db.runners.all().filter(({ id }) => !known.has(id) && !namesakes.has(id));
        expect(rest.map(({ id }) => id)).to.deep.equal(this.untouchable);
    }

    /** The next two `up`s put everything right, and a third one has nothing to do. */
    async expectTwoUpsToHeal(): Promise<void> {
        const others = this.snapshotOfOthers();
        await this.up();
        expect(await this.up(), "the second up fails").to.equal(true);
        this.expectConverged();
        expect(this.snapshotOfOthers()).to.equal(others);
        this.sandbox.journal.clear();
        expect(await this.up()).to.equal(true);
        expect(this.sandbox.journal.writes().map(({ method, path }) => `${method} ${path}`)).to.deep.equal([]);
    }
}
