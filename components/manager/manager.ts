import * as fleet from "@gitlab-fleet/sdk";
import * as pulumi from "@pulumi/pulumi";
import { findSilenceProblems, renderConfigToml, type UncheckedConfig } from "../../core/config-toml";
import { groupPath, scalingGroupOf, sharedGroup } from "../../core/config-toml/scaling-groups";
import { ownerOf } from "../../core/marker";
import { unsaid } from "../../core/problems";
import { systemIdOf } from "../../core/system-id";
import { isEventual, isUnreadable, show } from "../../core/values";
import { claim } from "../common/claims";
import { fleetChild, gitlabUrlFor } from "../common/fleet-provider";
import { readArgs } from "../common/maps";
import { noteProjectFolder } from "../common/project-folder";
import { gateArgs, isChecked } from "../common/rules";
import { warn } from "../common/say";
import type { RunnerManagerArgs, Worker } from "./args";
import { configHash } from "./config-hash";
import { claimsOf, type Placement, placeFiles, takingOver, whyNotRotated } from "./placements";
import type { PlacedProcess, ToPlace } from "./placements/kind";
import { findManagerProblems, LATER_RULES, MANAGER_SHAPE, withCredentials } from "./problems";
import { servesOf, settingsOf } from "./settings";

/** One gitlab-runner process with exactly the declared `config.toml`. */
export class RunnerManager extends pulumi.ComponentResource {
    /** The logical name. */
    public readonly name: string;
    /** Content of `.runner_system_id`, by which GitLab recognises the manager. It never changes. */
    public readonly systemId: string;
    /** Full text of `config.toml`. Secret, because it holds tokens. */
    public readonly configToml: pulumi.Output<string>;
    /** Path of `config.toml`, as the process sees it. */
    public readonly configPath: pulumi.Output<string>;

    constructor(name: string, args: RunnerManagerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("gitlab-fleet:index:RunnerManager", name, {}, opts);
        noteProjectFolder(pulumi.getRootDirectory());
        this.name = name;
        const label = `RunnerManager "${name}"`;
        const read = isChecked(args) ? { value: args, problems: [] } : readArgs(args, MANAGER_SHAPE);
        const { placement, systemId, drainTimeout } = read.value;
        // Parts that cannot be read have been reported; the rest is checked without them.
        const workers = isUnreadable(read.value.workers) ? [] : (read.value.workers ?? []);
        const silence = isUnreadable(read.value.silence) ? [] : read.value.silence;
        const draft = toDraft({ ...read.value, workers }, this, label);
        const served = workers.map(({ runner }) => runner.servedBy.served);
        const input = { name, placement, draft, served, drainTimeout, silence };
        const find = () => [
            ...findManagerProblems(input),
            ...workers.flatMap(({ silence }, index) => findSilenceProblems(silence, `workers[${index}].silence`)),
        ];
        const known = isChecked(args) ? [] : [...read.problems, ...unsaid(find(), read.problems)];
        const checked = gateArgs(this, label, input, { rules: LATER_RULES, known, given: args });
        this.systemId = systemId ?? systemIdOf(pulumi.getProject(), pulumi.getStack(), name);
        claim(this, label, `identity ${this.systemId}`, (other) =>
            systemId === undefined
                ? `name is that of another manager already (got ${show(name)}), and GitLab's identity of both would be made from it. Rename one of them.`
                : `systemId is that of ${other} already (got ${show(systemId)}): GitLab would take both for one. Leave it out at one of them.`,
        );
        this.configToml = renderWithTokens(claimScalingGroups(this, label, checked.draft), args.workers);
        const owner = ownerOf(pulumi.getProject(), pulumi.getStack());
        this.claimPlace(placement, owner);
        if (args.stateLost && !isChecked(args)) warn("stateLost is set. Remove it after this up.", this);
        const placed = placeFiles({
            ...input,
            // After a lost state, the files that it left belong to this manager again.
            placement: args.stateLost ? takingOver(checked.placement, `${owner}/${name}`) : checked.placement,
            manager: this,
            aliases: opts?.aliases,
            waits: [opts?.dependsOn ?? []].flat().length > 0,
            configToml: this.configToml,
            settings: settingsOf(draft) as ToPlace<Placement>["settings"],
            serves: servesOf(
                draft,
                workers.map(({ runner }) => runner),
            ),
            systemId: this.systemId,
            runnerId: args.workers[0]?.runner.id.apply(String),
        });
        this.configPath = placed.configPath;
        if (args.online) declareOnline(this, args.workers, placed.processes, args.online);
        for (const runner of new Set(args.workers.map((worker) => worker.runner))) {
            runner.servedBy.add(this, name, { ...placed, whyNotRotated: whyNotRotated(placement, placed) });
        }
        this.registerOutputs({ systemId: this.systemId, configPath: this.configPath });
    }

    /** Two managers must not write one file. */
    private claimPlace(placement: Placement, owner: string): void {
        for (const { thing, path, given, what } of claimsOf(placement, { owner, name: this.name })) {
            const text = (other: string) =>
                `placement.${path} is that of ${other} already (got ${show(given)}). Give each manager a ${what} of its own.`;
            claim(this, `RunnerManager "${this.name}"`, thing, text);
        }
    }
}

function toDraft(args: RunnerManagerArgs, manager: RunnerManager, label: string) {
    const configured = () => gitlabUrlFor(manager, label);
    const url = isEventual(args.gitlabUrl)
        ? pulumi.output(args.gitlabUrl).apply((given) => given ?? configured())
        : (args.gitlabUrl ?? configured());
    return {
        global: args.config,
        workers: args.workers.map(({ runner, name, config, silence }) => ({
            name: name ?? runner.name,
            url,
            config,
            runner: runner.facts,
            silence,
        })),
    };
}

function renderWithTokens(draft: pulumi.Input<UncheckedConfig>, workers: readonly Worker[]): pulumi.Output<string> {
    const issued = pulumi.all(workers.map(({ runner }) => runner.credentials));
    return pulumi.secret(
        pulumi
            .all([draft as pulumi.Input<unknown>, issued])
            .apply(([known, credentials]) => renderConfigToml(withCredentials(known as UncheckedConfig, credentials))),
    );
}

/** Waits, if the files or a process changed, until GitLab has heard from each process for each of its runners. */
function declareOnline(
    manager: pulumi.ComponentResource & { configToml: pulumi.Output<string> },
    workers: readonly Worker[],
    processes: readonly PlacedProcess[],
    online: true | { timeout: string },
): fleet.ManagerOnline[] {
    const runners = [...new Set(workers.map(({ runner }) => runner))];
    const pairs = processes.flatMap((process) => runners.map((runner) => ({ process, runner })));
    return pairs.map(
        ({ process: { name, systemId, instance, reloadDelay, files }, runner }) =>
            new fleet.ManagerOnline(
                `${name}/${runner.name}`,
                {
                    runnerId: runner.id.apply(String),
                    systemId,
                    // If files reach the process with a delay, what has changed decides how long to wait.
                    ...(reloadDelay === undefined
                        ? { configHash: configHash(manager.configToml, instance) }
                        : { configHash: configHash(manager.configToml), instance, reloadDelay }),
                    timeout: online === true ? undefined : online.timeout,
                    token: runner.token,
                },
                { ...fleetChild(manager), dependsOn: [files] },
            ),
    );
}

/**
 * Reserves the scaling groups of a manager's workers: no two workers of the program may share one. A group whose name
 * is an output is reserved once the name is known, and the returned value waits for that.
 */
function claimScalingGroups(
    manager: pulumi.Resource,
    label: string,
    draft: UncheckedConfig,
): pulumi.Input<UncheckedConfig> {
    const isLater = draft.workers.map(({ config }) => isEventual(config));
    const claimThose = (workers: UncheckedConfig["workers"], later: boolean) => {
        for (const [index, { config }] of workers.entries()) {
            const group = isLater[index] === later ? scalingGroupOf(config) : undefined;
            if (group === undefined) continue;
            const where = groupPath(`workers[${index}].config`);
            claim(manager, label, `scaling group ${group.key}`, (other) => `${where} ${sharedGroup(group, other)}`);
        }
    };
    claimThose(draft.workers, false);
    if (!isLater.includes(true)) return draft;
    return pulumi.all([draft as pulumi.Input<unknown>]).apply(([resolved]) => {
        const known = resolved as unknown as UncheckedConfig;
        claimThose(known.workers, true);
        return known;
    });
}
