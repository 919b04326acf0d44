import { parseMarker } from "../../core/marker";
import { oneLine } from "../../core/one-line";
import { type Props, textsIn } from "../../core/props";
import { isRefusal } from "../../gitlab/errors";
import { toRunnerId } from "../../gitlab/ids";
import { readOwnerProject } from "../../gitlab/runner-facts";
import { runnersOf } from "../../gitlab/runner-list";
import { readRunner } from "../../gitlab/runner-reads";
import { type RunnerRecord, scopeOf } from "../../gitlab/runners";
import type { Call, FunctionHandler } from "../handler";

const MOST_CANDIDATES = 20;

/**
 * The existing runner that a program wants to adopt: exactly one, in the declared scope. Otherwise throws with the
 * reason.
 */
export const findRunner: FunctionHandler = async (call, args) => {
    const find = args.lost === true ? findLost : args.id === undefined ? findByDescription : findById;
    const record = await find(call, args);
    if (record !== undefined) await refuseGuest(call, record, args);
    return { id: record === undefined ? "" : String(record.id), description: record?.description ?? "" };
};

/**
 * The runner that a lost state of this stack declared under this name: the user says that there was one, so a marker
 * with the stack's name is enough. A runner that this state has already adopted comes first. If there are several, only
 * a person can decide: another clone's runners have the same names, and anybody may have copied a marker.
 */
async function findLost({ gitlab }: Call, args: Props): Promise<RunnerRecord | undefined> {
    const listed = await (await runnersOf(gitlab, scopeOf(args)!)).all();
    const named = listed.filter((runner) => isNamesake(runner, args));
    const { identity } = args;
    const isOwn = ({ maintenanceNote }: RunnerRecord) => parseMarker(maintenanceNote)?.identity === identity;
    const own = typeof identity === "string" ? named.find(isOwn) : undefined;
    if (own !== undefined || named.length <= 1) return own ?? named[0];
    throw new Error(
        `adopt: ${named.length} runners have ${String(args.runner)} of ${String(args.owner)} in their marker: ${list(named)}. ` +
            `The id that the manager's config.toml has is the right one. Name it: adopt: { id: ${newest(named).id} }.`,
    );
}

async function findById({ gitlab }: Call, { id, ...args }: Props): Promise<RunnerRecord> {
    const record = await readRunner(gitlab, toRunnerId("adopt", String(id)));
    const remedy = "Correct the id, or remove adopt to have a new runner.";
    if (record === undefined) throw new Error(`adopt.id: GitLab has no runner ${String(id)}. ${remedy}`);
    const scope = scopeOf(args)!;
    const owners = [...(record.groupIds ?? []), ...(record.projectIds ?? [])];
    if (record.runnerType !== scope.runnerType || (scope.id !== undefined && !owners.includes(scope.id))) {
        // Another scope would require another runner, and the adopted one would be deleted.
        throw new Error(
            `adopt.id: runner ${record.id} "${record.description}" is one of ${inWords(record.runnerType, owners)}, and scope names ` +
                `${inWords(scope.runnerType, scope.id === undefined ? [] : [scope.id])}. GitLab cannot move runners: declare the scope ` +
                "that it has, or remove adopt to have a new runner.",
        );
    }
    return record;
}

function inWords(type: RunnerRecord["runnerType"], ids: readonly number[]): string {
    if (type === "instance_type") return "the instance";
    return `${type === "group_type" ? "group" : "project"} ${ids.join(", ")}`.trim();
}

/**
 * Refuses a project runner that another project owns: the declared project merely uses it, and the engine would notice
 * the different owner only during `up`.
 */
async function refuseGuest({ gitlab }: Call, record: RunnerRecord, args: Props): Promise<void> {
    const scope = scopeOf(args)!;
    if (scope.runnerType !== "project_type" || scope.id === undefined) return;
    const owner = await readOwnerProject(gitlab, record.id).catch((error) => {
        // If GraphQL does not answer, REST lists the projects, the owner first.
        const [first] = record.projectIds ?? [];
        if (!isRefusal(error) || first === undefined) throw error;
        return { id: first, path: String(first) };
    });
    if (owner?.id === scope.id) return;
    const label = args.lost === true ? "stateLost" : args.id === undefined ? "adopt" : "adopt.id";
    const whose = owner === undefined ? "a project that the token may not see" : `project ${owner.path}`;
    const remedy = owner === undefined ? "adopt it there" : `declare scope: { project: ${owner.path} }`;
    throw new Error(
        `${label}: runner ${record.id} "${record.description}" belongs to ${whose}. Project ${scope.id}, which scope names, may only use it. ` +
            `GitLab cannot move runners: ${remedy}, or leave ${label} out to have a new runner.`,
    );
}

async function findByDescription({ gitlab }: Call, args: Props): Promise<RunnerRecord> {
    const listed = await (await runnersOf(gitlab, scopeOf(args)!)).all();
    // After the adoption, the runner may have another description: then its marker identifies it.
    const own = listed.find((runner) => {
        const { identity } = parseMarker(runner.maintenanceNote) ?? {};
        return isNamesake(runner, args) && (identity === undefined || identity === args.identity);
    });
    if (own !== undefined) return own;
    const tags = textsIn(args.tags);
    const described = listed.filter((runner) => runner.description === args.description);
    const free = described.filter((runner) => isFree(runner, String(args.owner)));
    const matching = free.filter((runner) => tags.every((tag) => runner.tagList.includes(tag)));
    if (matching.length === 1) return matching[0]!;
    const wanted = `the description ${JSON.stringify(args.description)}${tags.length === 0 ? "" : ` and the tags ${tags.join(", ")}`}`;
    if (matching.length > 1) {
        throw new Error(
            `adopt: ${matching.length} runners have ${wanted}: ${list(matching)}. Name one of them: adopt: { id: ${newest(matching).id} }.`,
        );
    }
    const lost = listed.find((runner) => isNamesake(runner, args));
    if (lost !== undefined) {
        throw new Error(
            `adopt: no runner has ${wanted}. Runner #${lost.id} ${JSON.stringify(lost.description)} may be it: its marker names ` +
                "this runner of this stack, but not the stack's state. Was that state lost? Then write adopt: lost.",
        );
    }
    const near =
        described.length > 0
            ? `With that description there is ${list(described, String(args.owner))}.`
            : `The scope holds ${list(listed)}.`;
    throw new Error(
        `adopt: no runner has ${wanted}. ${near} Correct it, name an id, or remove adopt to have a new runner.`,
    );
}

/** Whether a runner's marker names this runner of this stack, in any state. */
function isNamesake({ maintenanceNote }: RunnerRecord, args: Props): boolean {
    const marker = parseMarker(maintenanceNote);
    return marker?.owner === args.owner && marker?.runner === args.runner;
}

/** Whether no other stack has its marker on the runner. */
function isFree(runner: RunnerRecord, owner: string): boolean {
    const marker = parseMarker(runner.maintenanceNote);
    return marker === undefined || marker.owner === owner;
}

/** The runner that a person would most likely choose: the one with the latest contact. */
function newest(runners: readonly RunnerRecord[]): RunnerRecord {
    return [...runners].sort((a, b) => (b.contactedAt ?? "").localeCompare(a.contactedAt ?? "") || b.id - a.id)[0]!;
}

function list(runners: readonly RunnerRecord[], owner?: string): string {
    if (runners.length === 0) return "no runner";
    const shown = runners.slice(0, MOST_CANDIDATES).map((runner) => {
        const contact = runner.contactedAt === undefined ? "never contacted" : `last contact ${runner.contactedAt}`;
        const tags = runner.tagList.length === 0 ? "no tags" : `tags ${runner.tagList.join(", ")}`;
        const isTaken = owner !== undefined && !isFree(runner, owner);
        const taken = isTaken ? `, declared by ${parseMarker(runner.maintenanceNote)!.owner}` : "";
        return `#${runner.id} "${oneLine(runner.description, 200)}" (${runner.status}, ${contact}, ${tags}${taken})`;
    });
    const rest = runners.length - shown.length;
    return shown.join("; ") + (rest > 0 ? `; and ${rest} more` : "");
}
