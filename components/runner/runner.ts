import * as fleet from "@gitlab-fleet/sdk";
import * as gitlab from "@pulumi/gitlab";
import * as pulumi from "@pulumi/pulumi";
import type { RunnerFacts, WorkerEntry } from "../../core/config-toml";
import type { ServedFacts } from "../../core/config-toml/types";
import { markerOf, noteWith, ownerOf } from "../../core/marker";
import { isEventual } from "../../core/values";
import { claim } from "../common/claims";
import { mapInput } from "../common/eventual";
import { fleetChild, stackIdentity } from "../common/fleet-provider";
import { resolveScope } from "../common/path-resolver";
import { gateArgs, placesOf } from "../common/rules";
import { type RunnerScope, runnerTypeOf } from "../common/scope";
import { adoptionOptions } from "./adoption";
import type { Place, RunnerArgs, TokenArgs } from "./args";
import { noteRunner } from "./declared";
import { factsOf, servedFactsOf } from "./facts";
import { RUNNER_SHAPE, runnerRules } from "./problems";
import { type Served, ServedBy } from "./served-by";

/** What GitLab issued for a worker's runner. */
export type Credentials = Pick<WorkerEntry, "token" | "expiry"> & { id: number };

/** One runner in GitLab and the authentication token issued for it. */
export class Runner extends pulumi.ComponentResource {
    /** The logical name, which is also in the runner's marker. */
    public readonly name: string;
    /** Who may use the runner. */
    public readonly scope: RunnerScope;
    /** Settings that warnings of its managers depend on. @internal */
    public readonly facts: RunnerFacts;
    /** Settings that policies judge those managers by. @internal */
    public readonly servedFacts: ServedFacts;
    /** Id of the runner in GitLab. */
    public readonly id: pulumi.Output<number>;
    /** Authentication token (`glrt-…`). Secret; GitLab shows it only once, at creation. */
    public readonly token: pulumi.Output<string>;
    /** When the token was issued, ISO 8601. */
    public readonly tokenObtainedAt: pulumi.Output<string>;
    /** When the token expires, ISO 8601; undefined if it never does. */
    public readonly tokenExpiresAt: pulumi.Output<string | undefined>;
    /** What a manager's config.toml needs from the runner. Secret. @internal */
    public readonly credentials: pulumi.Output<Credentials>;
    /** The managers that serve the runner. @internal */
    public readonly servedBy: ServedBy;

    constructor(name: string, args: RunnerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("gitlab-fleet:index:Runner", name, {}, opts);
        const owner = ownerOf(pulumi.getProject(), pulumi.getStack());
        const label = `Runner "${name}"`;
        const checked = gateArgs(this, label, args, { shape: RUNNER_SHAPE, rules: runnerRules(name, owner) });
        const marker = stackIdentity(this).identity.apply((identity) => markerOf(owner, identity, name));
        this.name = name;
        this.scope = checked.scope;
        this.facts = factsOf(args);
        this.servedFacts = servedFactsOf(args);
        claim(
            this,
            label,
            `runner ${name}`,
            () =>
                "name is taken by another runner of this program. " +
                "Rename one: the name is in the marker by which the program knows its runners again.",
        );
        noteRunner(this);
        const at = placesOf(args);
        const place = {
            runnerType: runnerTypeOf(checked.scope),
            ...resolveScope(this, checked.scope, (key) => at?.(`scope.${key}`) ?? label),
        };
        this.servedBy = new ServedBy(name, checked.rotation, toServed(name, checked, place));
        const record = new gitlab.UserRunner(
            name,
            { ...place, ...toSettings(name, marker, checked) },
            { parent: this, dependsOn: this.servedBy.reached(), ...adoptionOptions(this, name, checked.adopt, place) },
        );
        const kept = declareToken(this, name, record, place, { ...checked, servedBy: this.servedBy });
        this.id = record.id.apply(Number);
        this.token = pulumi.secret(kept.token);
        this.tokenObtainedAt = kept.obtainedAt;
        this.tokenExpiresAt = kept.expiresAt;
        this.credentials = toCredentials(this, checked.rotation);
        this.registerOutputs({ id: this.id, token: this.token });
    }
}

// Every setting is sent, even defaults: neither plugin would correct an omitted one that was changed in GitLab.
function toSettings(
    name: string,
    marker: pulumi.Output<string>,
    args: RunnerArgs,
): Omit<gitlab.UserRunnerArgs, "runnerType"> {
    return {
        description: mapInput(args.description, (given) => given ?? name),
        tagLists: args.tags ?? [],
        untagged: mapInput(args.runUntagged, (given) => given ?? true),
        accessLevel: mapInput(args.accessLevel, (given) => given ?? "not_protected"),
        locked: mapInput(args.locked, (given) => given ?? false),
        paused: mapInput(args.paused, (given) => given ?? false),
        maximumTimeout: args.maximumTimeout,
        maintenanceNote: pulumi.all([marker, args.note]).apply(([first, given]) => noteWith(first, given)),
    };
}

// Without the expiry gitlab-runner never rotates the token, which is what rotation "pulumi" needs.
function toCredentials(runner: Runner, rotation: TokenArgs["rotation"]): pulumi.Output<Credentials> {
    const { id, token, tokenObtainedAt, tokenExpiresAt } = runner;
    if (rotation !== "runner") return pulumi.all([id, token]).apply(([number, text]) => ({ id: number, token: text }));
    return pulumi.all([id, token, tokenObtainedAt, tokenExpiresAt]).apply(([number, text, obtainedAt, expiresAt]) => ({
        id: number,
        token: text,
        ...(expiresAt === undefined ? {} : { expiry: { obtainedAt, expiresAt } }),
    }));
}

// A manager's place must not wait for anything that waits for it, and what an output waits for is unknown.
function toServed(name: string, { scope, rotation }: RunnerArgs, place: Place): Served {
    return isEventual(scope) ? { name, rotation } : { name, rotation, place };
}

function declareToken(
    component: pulumi.ComponentResource,
    name: string,
    record: gitlab.UserRunner,
    place: Place,
    args: TokenArgs & { servedBy: ServedBy },
): fleet.RunnerToken {
    const { rotation, rotateBefore, rotationTrigger, servedBy } = args;
    const configPaths = servedBy.processRotates ? servedBy.paths() : undefined;
    return new fleet.RunnerToken(
        name,
        {
            runnerId: record.id,
            issuedToken: record.token,
            rotation,
            rotateBefore: rotateBefore as pulumi.Input<string>,
            rotationTrigger: rotationTrigger as pulumi.Input<string>,
            configPaths,
            places: servedBy.places() as Promise<pulumi.Input<fleet.types.input.PlaceToReachArgs>[]>,
            ...place,
        },
        { ...fleetChild(component), dependsOn: servedBy.reached() },
    );
}
