import * as pulumi from "@pulumi/pulumi";
import { ownerOf } from "../../core/marker";
import { orphansOf } from "../../core/orphans-name";
import { error } from "../../core/problems";
import { firstOf, joinPaths, mapValues, memberOf } from "../../core/values";
import { RegistryAccess } from "../allowlist/registry-access";
import { ARGS } from "../common/maps";
import { perProgram } from "../common/per-program";
import { noteProjectFolder } from "../common/project-folder";
import { noteChecked, printWarnings, throwErrors } from "../common/rules";
import { warn } from "../common/say";
import { maySharePlace, scopeKey } from "../common/scope";
import { type ExclusiveArgs, placeOf } from "../exclusive/args";
import { ExclusiveRunners } from "../exclusive/exclusive";
import { RunnerManager } from "../manager/manager";
import type { RunnerArgs } from "../runner/args";
import { Runner } from "../runner/runner";
import type { FleetArgs, FleetManagerArgs } from "./args";
import { checkFleet } from "./problems";
import { warnOfUnreadConfig } from "./unread-config";

/** Runners, their managers and the allowlists of registries, from one typed value. */
export class Fleet extends pulumi.ComponentResource {
    /** The runners by name. */
    public readonly runners: Record<string, Runner>;
    /** The runner managers by name. */
    public readonly managers: Record<string, RunnerManager>;
    /** The access to each producer, by the producer's path or id. */
    public readonly registries: Record<string, RegistryAccess>;

    private readonly waitsFor: pulumi.ComponentResourceOptions["dependsOn"];

    constructor(name: string, args: FleetArgs, opts?: pulumi.ComponentResourceOptions) {
        super("gitlab-fleet:index:Fleet", name, {}, opts);
        this.waitsFor = opts?.dependsOn;
        noteProjectFolder(pulumi.getRootDirectory());
        const { problems, warnings, root } = checkFleet(args, ownerOf(pulumi.getProject(), pulumi.getStack()));
        const missing =
            args === undefined ? [error(ARGS, "is missing. Write { runners: { … }, managers: { … } }.")] : [];
        const label = `Fleet "${name}"`;
        throwErrors(this, label, [...missing, ...problems]);
        warnOfUnreadConfig(this, args);
        if (args.stateLost === true) {
            const text =
                "stateLost is set: each runner adopts the one that has its name in the marker. Remove it after this up.";
            warn(text, this);
        }
        this.runners = mapValues(
            args.runners,
            ({ config: _, silence: __, renamedFrom, ...runnerArgs }, runner) =>
                new Runner(
                    runner,
                    noteChecked(withLost(runnerArgs, args.stateLost), placesIn(root, "runners", runner)),
                    this.childOptions(renamedFrom),
                ),
        );
        this.managers = mapValues(args.managers, (managerArgs, manager) =>
            this.declareManager(manager, managerArgs, args),
        );
        for (const [manager, unwise] of warnings) {
            printWarnings(this.managers[manager]!, root === "" ? label : undefined, unwise);
        }
        warnOfUnserved(this, args);
        this.declareExclusives(name, args, root);
        this.registries = mapValues(
            args.registries,
            (access, producer) =>
                new RegistryAccess(
                    producer,
                    noteChecked({ ...access, producer }, placesIn(root, "registries", producer)),
                    this.childOptions(),
                ),
        );
        this.registerOutputs({ runners: this.runnerIds, configPaths: this.configPaths, allowlists: this.allowlists });
    }

    /** Ids in GitLab, by runner. */
    get runnerIds(): Record<string, pulumi.Output<number>> {
        return mapValues(this.runners, (runner) => runner.id);
    }

    /** Authentication tokens, by runner. Secrets. */
    get tokens(): Record<string, pulumi.Output<string>> {
        return mapValues(this.runners, (runner) => runner.token);
    }

    /** Paths of the managers' `config.toml`, by manager. */
    get configPaths(): Record<string, pulumi.Output<string>> {
        return mapValues(this.managers, (manager) => manager.configPath);
    }

    /** Ids of the projects and groups that may pull, by producer. */
    get allowlists(): Record<string, { projects: pulumi.Output<number[]>; groups: pulumi.Output<number[]> }> {
        return mapValues(this.registries, ({ allowlist }) => ({
            projects: allowlist.targetProjectIds,
            groups: allowlist.targetGroupIds,
        }));
    }

    private declareManager(name: string, args: FleetManagerArgs, fleet: FleetArgs): RunnerManager {
        const { runners, renamedFrom, ...rest } = args;
        const workers = runners.map((runner) => ({
            runner: this.runners[runner]!,
            config: fleet.runners![runner]!.config!,
            silence: fleet.runners![runner]!.silence,
        }));
        const managerArgs = noteChecked({ ...rest, stateLost: fleet.stateLost, workers });
        // As part of the fleet it waits in any case; the option makes it known to the manager.
        return new RunnerManager(name, managerArgs, { ...this.childOptions(renamedFrom), dependsOn: this.waitsFor });
    }

    /** Every scope with our runners is checked, even if not under `exclusive`, for orphans of a crash or lost state. */
    private declareExclusives(fleet: string, { managers = {}, exclusive = {} }: FleetArgs, root: string): void {
        const remaining = new Map(
            Object.values(this.runners).map(({ name, scope }) => [
                scopeKey(scope) ?? "",
                { args: { scope }, places: placesIn(root, "runners", name) },
            ]),
        );
        const all = Object.entries(exclusive).map(([name, args]) => {
            const key = scopeKey(placeOf(args.scope));
            if (key !== undefined) remaining.delete(key);
            return {
                name,
                args: args as ExclusiveArgs,
                places: placesIn(root, "exclusive", name),
                aliases: key === undefined ? [] : [{ name: freeName(orphansOf(key), fleet) }],
            };
        });
        for (const [key, found] of remaining) {
            // The scope cannot be compared while it is an output; declare it under `exclusive`.
            if (key !== "") all.push({ name: freeName(orphansOf(key), fleet), ...found, aliases: [] });
        }
        for (const { name, args, places, aliases } of all) {
            const serving = Object.keys(managers).filter((manager) =>
                managers[manager]!.runners.some((runner) =>
                    maySharePlace(this.runners[runner]!.scope, placeOf(args.scope)),
                ),
            );
            const dependsOn = serving.map((manager) => this.managers[manager]!);
            const runners = Object.values(this.runners).filter(({ scope }) =>
                maySharePlace(scope, placeOf(args.scope)),
            );
            const options = { parent: this, dependsOn, aliases };
            leaveOut(this, new ExclusiveRunners(name, noteChecked({ ...args, runners }, places), options));
        }
    }

    /** Aliases for children that were once outside a fleet or had another name, so that they keep their ids. */
    private childOptions(renamedFrom?: string): pulumi.ComponentResourceOptions {
        const outside = { parent: pulumi.rootStackResource };
        if (renamedFrom === undefined) return { parent: this, aliases: [outside] };
        return { parent: this, aliases: [outside, { name: renamedFrom }, { ...outside, name: renamedFrom }] };
    }
}

/** Names of the checks for orphans that were not declared, and of those that an exclusive scope replaces. */
const looks = perProgram(() => new Set<string>());

/** Two fleets may have runners in one scope, and each checks it for orphans of its own. */
function freeName(look: string, fleet: string): string {
    const free = looks().has(look) ? `${look}-${fleet}` : look;
    looks().add(free);
    return free;
}

/**
 * Excludes a check for orphans from what `dependsOn: fleet` waits for: the check waits for all runners of its scope,
 * which may include those that wait for the fleet.
 */
function leaveOut(fleet: Fleet, look: ExclusiveRunners): void {
    (fleet as { __childResources?: Set<pulumi.Resource> }).__childResources?.delete(look);
}

/** Where the parts of an entry are in the stack's configuration. */
function placesIn(root: string, section: string, name: string): ((part: string) => string) | undefined {
    if (root === "") return undefined;
    const entry = memberOf(root, section, name);
    return (part) => (part === "producer" ? entry : joinPaths(entry, part));
}

function withLost(args: RunnerArgs, stateLost: boolean | undefined): RunnerArgs {
    return stateLost === true ? { ...args, adopt: args.adopt ?? "lost" } : args;
}

const MOST_NAMED = 10;

/** Warns about runners that no manager serves: they look alive in GitLab, but their jobs wait forever. */
function warnOfUnserved(fleet: Fleet, { runners = {}, managers = {} }: FleetArgs): void {
    if (!pulumi.runtime.isDryRun()) return;
    const served = new Set(Object.values(managers).flatMap(({ runners }) => runners));
    const names = Object.keys(runners).filter((name) => runners[name]!.config !== undefined && !served.has(name));
    if (names.length === 0) return;
    const all = firstOf(names, MOST_NAMED);
    const text =
        names.length === 1
            ? `runner ${all} is served by no manager: its jobs wait. Name it in a manager's runners, or remove its config if something else serves it.`
            : `runners ${all} are served by no manager: their jobs wait. Name them in a manager's runners, or remove their config if something else serves them.`;
    warn(text, fleet);
}
