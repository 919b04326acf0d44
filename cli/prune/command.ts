import { Command, Option } from "commander";
import { FOREIGN, type Foreign } from "../../core/choices";
import { messageOf } from "../../core/message";
import type { Problem } from "../../core/problems";
import type { GitLab } from "../../gitlab/client";
import { readGroup, readProject } from "../../gitlab/namespaces";
import type { Claim, Exceptions } from "../../gitlab/orphans/claims";
import { carryOut, excessOf, spareBusy } from "../../gitlab/orphans/guards";
import { problemsOfExclusive } from "../../gitlab/orphans/problems";
import { describe, judgeInTime, needsAction, type Verdict } from "../../gitlab/orphans/verdicts";
import { runnersOf } from "../../gitlab/runner-list";
import type { RunnerScope } from "../../gitlab/runners";
import { count } from "../ago";
import { Failed, Findings } from "../exit";
import { type GitLabOptions, withGitLab, withLoginOptions } from "../gitlab";
import { untilInterrupted } from "../interrupted";
import type { Io } from "../io";
import { collect, collectRunnerId, toCount, toReference } from "../options";
import { STACK, STATE, type StateOptions } from "../states";
import { oneLine } from "../style";
import { explainStranger, ownersIn, readOurs } from "./ours";

interface Options extends Omit<GitLabOptions, "stack">, StateOptions {
    group?: string;
    project?: string;
    instance?: boolean;
    projectsBelow?: boolean;
    owner?: string;
    stateLost?: boolean;
    description?: string[];
    tag?: string[];
    status?: string[];
    offlineFor?: string;
    creator?: string[];
    matchAll?: boolean;
    foreign: Foreign;
    keep?: string[];
    limit?: number;
    quietPeriod?: string;
    yes?: boolean;
    json?: boolean;
}

/** `gitlab-fleet prune`: does what `ExclusiveRunners` would do in a scope. */
export function pruneCommand(io: Io): Command {
    return withLoginOptions(
        new Command("prune")
            .description(
                "Show what ExclusiveRunners would do in a scope. Changes nothing without --yes.\n" +
                    "Runners of --owner that are in no given state are orphans, and deleted; claimed runners are foreign.\n" +
                    "Exit code 1 if there is something to do, 2 if it could not be done.",
            )
            .optionsGroup("Scope:")
            .option("--group <path>", "the group's own runners", toReference("group"))
            .option("--project <path>", "the project's own runners", toReference("project"))
            .option("--instance", "the instance's own runners (administrators)")
            .option("--projects-below", "with --group: the runners of all its projects instead")
            .optionsGroup("Orphans:")
            .option("--owner <project/stack>", "the owner whose markers count; needs its state")
            .addOption(STATE)
            .addOption(STACK)
            .option(
                "--state-lost",
                "the state that knew the runners of --owner is lost: all that no given state knows are orphans, heard from or not",
            )
            .optionsGroup("Claim (one match is enough):")
            .option("--description <pattern>", "claim by description, * matches any text; repeatable", collect)
            .option("--tag <tag>", "claim by tag; repeatable", collect)
            .option("--status <status>", "claim by status: stale, never_contacted, offline; repeatable", collect)
            .option("--offline-for <duration>", "claim runners without contact for longer, such as 30d")
            .option("--creator <username>", "claim by creator; repeatable", collect)
            .option("--match-all", "claim only runners that match all given criteria")
            .optionsGroup("What happens:")
            .addOption(
                new Option("--foreign <action>", "what happens to claimed runners").choices(FOREIGN).default("delete"),
            )
            .option("--keep <id>", "leave a runner alone; repeatable", collectRunnerId)
            .option("--limit <count>", "how many may be deleted at once. Default: 50", toCount)
            .option("--quiet-period <duration>", "leave alone runners with a job within this time. Default: 1h")
            .option("--yes", "make these changes")
            .option("--json", "print JSON")
            .action((options: Options) => withGitLab(io, options, (gitlab) => run(io, gitlab, options))),
    );
}

async function run(io: Io, gitlab: GitLab, options: Options): Promise<void> {
    const ours = await readOurs(io, options);
    const scope = await resolveScope(gitlab, options);
    const inputs = toInputs(options, scope);
    io.progress.say("Reading runners");
    const listed = await (await runnersOf(gitlab, scope)).all();
    const declaration = {
        owner: ours.owner ?? "",
        identity: ours.identity,
        stateLost: ours.stateLost,
        ids: ours.ids,
        claim: inputs.claim as Claim,
        foreign: options.foreign,
        keep: inputs.keep as Exceptions,
    };
    const judged = judgeInTime("prune", gitlab.clock(), listed, declaration, (text) => io.err(`${text}\n`));
    const verdicts = await spareBusy(gitlab, judged, inputs);
    const todo = verdicts.filter(needsAction);
    const excess = excessOf(verdicts, inputs);
    if (options.yes && excess !== undefined) {
        throw new Failed(
            `Would delete ${excess.count} runners, more than limit allows (${excess.most}). Nothing was deleted. ` +
                `Look through the list, then give --limit ${excess.count}, or narrow the claim down.`,
        );
    }
    const done = options.yes ? await carryOutAll(io, gitlab, todo) : undefined;
    const owners = ownersIn(listed);
    const outcome: Outcome = { verdicts, excess, done, owners, stranger: explainStranger(ours.owner, owners) };
    if (options.json) presentJson(io, outcome);
    else present(io, outcome);
    if (todo.length > 0 && done === undefined) throw new Findings();
    const failed = done?.failures.size ?? 0;
    if (failed > 0) throw new Failed(`${failed} of ${todo.length} runners were not changed.`);
}

async function resolveScope(gitlab: GitLab, options: Options): Promise<RunnerScope> {
    const { group, project, instance, projectsBelow } = options;
    const given = [group !== undefined, project !== undefined, instance === true].filter(Boolean).length;
    if (given !== 1) throw new Failed("Which scope? Give --group, --project or --instance, one of them.");
    if (projectsBelow && group === undefined) throw new Failed("--projects-below goes with --group.");
    if (group !== undefined) {
        const { id } = await readGroup(gitlab, group);
        return { runnerType: projectsBelow ? "project_type" : "group_type", id, below: projectsBelow };
    }
    if (project !== undefined) return { runnerType: "project_type", id: (await readProject(gitlab, project)).id };
    return { runnerType: "instance_type" };
}

function toInputs(options: Options, { runnerType, id, below }: RunnerScope) {
    const { description, tag, status, offlineFor, creator, matchAll, keep, limit, quietPeriod } = options;
    if (options.owner === undefined && CLAIMS.every((name) => options[name] === undefined)) {
        throw new Failed(
            "What is looked for? Give a claim, such as --description or --offline-for, or --owner with that stack's state.",
        );
    }
    const inputs = {
        owner: options.owner ?? "none/none",
        runnerType,
        ...(id === undefined ? {} : runnerType === "project_type" && !below ? { projectId: id } : { groupId: id }),
        runners: {},
        claim: {
            descriptions: description,
            tags: tag,
            statuses: status,
            offlineFor,
            creators: creator,
            match: matchAll ? "all" : "any",
        },
        foreign: options.foreign,
        keep: { ids: keep },
        limit,
        quietPeriod,
    };
    const problems = problemsOfExclusive(inputs);
    if (problems.length > 0) throw new Failed(problems.map(toOption).join("\n"));
    return inputs;
}

interface Done {
    /** Why a runner could not be changed. */
    failures: ReadonlyMap<Verdict, string>;
    /** Runners that somebody else has deleted since they were listed. */
    gone: ReadonlySet<Verdict>;
}

const NOTHING: Done = { failures: new Map(), gone: new Set() };

/** The verdicts on a scope, and what was done. */
interface Outcome {
    verdicts: readonly Verdict[];
    /** Runners that are too many to delete at once. */
    excess: ReturnType<typeof excessOf>;
    /** Absent without `--yes`. */
    done?: Done;
    /** Owners of the markers on the scope's runners. */
    owners: string[];
    /** A sentence that says that the requested owner is not among them. */
    stranger?: string;
}

async function carryOutAll(io: Io, gitlab: GitLab, verdicts: readonly Verdict[]): Promise<Done> {
    const failures = new Map<Verdict, string>();
    const gone = new Set<Verdict>();
    const carryOutOne = async (verdict: Verdict) => {
        try {
            if (!(await carryOut(gitlab, verdict))) gone.add(verdict);
        } catch (error) {
            failures.set(verdict, messageOf(error));
        }
    };
    await untilInterrupted(
        async (isInterrupted) => {
            for (const [index, verdict] of verdicts.entries()) {
                if (isInterrupted()) {
                    failures.set(verdict, "What was not reached is as it was.");
                    continue;
                }
                const doing = verdict.action === "delete" ? "Deleting" : "Pausing";
                io.progress.say(`${doing} ${index + 1} of ${verdicts.length}`);
                await carryOutOne(verdict);
            }
        },
        () => io.err("Interrupted: ends after the runner at hand, and then says what was done.\n"),
    );
    return { failures, gone };
}

function present(io: Io, { verdicts, excess, done, stranger }: Outcome): void {
    presentRunners(io, verdicts, done);
    if (done === undefined && verdicts.some(needsAction)) {
        const limit = excess && `, and --limit ${excess.count}, because only ${excess.most} may be deleted at once`;
        io.out(`\nNothing was changed. Give --yes to do it${limit ?? ""}.\n`);
    }
    if (stranger !== undefined) io.out(`${stranger}\n`);
    else if (verdicts.length === 0) io.out("Nothing is claimed, and there are no orphans.\n");
}

function presentRunners(io: Io, verdicts: readonly Verdict[], done: Done | undefined): void {
    const { style } = io;
    const { failures, gone } = done ?? NOTHING;
    const isDone = (wanted: string) => (verdict: Verdict) =>
        needsAction(verdict) && verdict.action === wanted && !failures.has(verdict) && !gone.has(verdict);
    const sections: [title: string, colour: "bad" | "warn" | "dim", isOf: (verdict: Verdict) => boolean][] = [
        [done ? "Deleted" : "Would delete", "bad", isDone("delete")],
        [done ? "Paused" : "Would pause", "warn", isDone("pause")],
        ["Gone already:", "dim", (verdict) => gone.has(verdict)],
        ["Not changed:", "bad", (verdict) => failures.has(verdict)],
        ["Left alone:", "warn", ({ spared }) => spared !== undefined],
        ["Found:", "dim", (verdict) => !needsAction(verdict) && verdict.spared === undefined],
    ];
    for (const [title, colour, isOf] of sections) {
        const listed = verdicts.filter(isOf);
        if (listed.length === 0) continue;
        // In a long list, readers must not miss the runners that are working right now.
        const isOnline = ({ runner }: Verdict) => runner.status === "online";
        const online = listed.filter(isOnline);
        const live = online.length === 0 ? "" : `, ${online.length.toLocaleString("en-US")} of them online`;
        io.out(`${style[colour](`${title} ${count(listed.length, "runner")}${live}`)}\n`);
        const inOrder = [...online, ...listed.filter((verdict) => !isOnline(verdict))];
        for (const verdict of inOrder) io.out(`  ${oneLine(describe(verdict))}\n`);
    }
    for (const failure of new Set(failures.values())) io.err(`${failure}\n`);
}

function presentJson(io: Io, { verdicts, done, owners, stranger }: Outcome): void {
    const { failures, gone } = done ?? NOTHING;
    const runners = verdicts.map((verdict) => ({
        id: verdict.runner.id,
        description: verdict.runner.description,
        status: verdict.runner.status,
        contactedAt: verdict.runner.contactedAt,
        kind: verdict.kind,
        action: needsAction(verdict) ? verdict.action : "none",
        spared: verdict.spared,
        failed: failures.get(verdict),
        goneAlready: gone.has(verdict) || undefined,
    }));
    io.json({ done: done !== undefined, runners, failures: [...failures.values()], owners });
    if (stranger !== undefined) io.err(`${stranger}\n`);
}

const CLAIMS = ["description", "tag", "status", "offlineFor", "creator"] as const;

/** The same problem, with the option's name on the command line. */
function toOption({ path, message }: Problem): string {
    const name = /^(?:claim\.)?(\w+)/.exec(path)?.[1] ?? path;
    const option = name === "statuses" ? "status" : name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return `--${option} ${message}`;
}
