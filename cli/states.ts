import { dirname } from "node:path";
import { Option } from "commander";
import { readProject, shortName } from "../components/fleet/config/stack-files";
import { attempt } from "../core/attempt";
import { parseId } from "../core/id";
import { ownerOf } from "../core/marker";
import { ownerOfUrn } from "../core/urn";
import { show } from "../core/values";
import { Failed } from "./exit";
import { readNamed } from "./files";
import type { Io } from "./io";
import { collect } from "./options";
import { pulumi } from "./pulumi";

const RUNNER = "gitlab:index/userRunner:UserRunner";
/** Its id distinguishes a state from all others, even that of a clone with the same names. */
const IDENTITY = "gitlab-fleet:index:StackIdentity";

const INSTEAD = "Give --state FILE instead.";

export interface StateOptions {
    /** Files that `pulumi stack export` wrote; `-` is standard input. */
    state?: string[];
    /** Names of stacks to export now. */
    stack?: string[];
    /** Whether to export all stacks of the backend. */
    allStacks?: boolean;
}

export const STATE = new Option(
    "--state <file>",
    "a state written by pulumi stack export (- is standard input); repeatable",
).argParser(collect);
export const STACK = new Option(
    "--stack <name>",
    "a stack whose state is exported now; repeatable. A single one provides address and token if GITLAB_TOKEN is not set",
).argParser(collect);

export interface ExportedState {
    /** As the user gave it: a file, `stack prod`. */
    source: string;
    /** The stack's name, if it was exported by name. */
    stack?: string;
    resources: StateResource[];
}

/** A resource of a state; only the properties used here. */
export interface StateResource {
    /** `urn:pulumi:<stack>::<project>::<type>::<name>` */
    urn?: string;
    type: string;
    id?: string;
}

export interface KnownRunners {
    ids: ReadonlySet<number>;
    /** Whether the states should contain the runners with the marker of `<project>/<stack>`, or it is another stack. */
    covers(owner: string): boolean;
}

/** The runners in the given states; undefined when no state was given. */
export async function readKnownRunners(io: Io, options: StateOptions): Promise<KnownRunners | undefined> {
    const states = await readStates(io, options);
    return states && knownIn(states, options.allStacks === true, projectAround(process.cwd()));
}

/** What states know. Short stack names belong to `project`, the folder's; `all` means that they are all its stacks. */
export function knownIn(states: readonly ExportedState[], all: boolean, project: string | undefined): KnownRunners {
    // An empty state does not name its owner. If it was exported by name, that is the owner; a file tells nothing.
    const empty = states.filter((state) => ownersInState(state).length === 0);
    const isAnyones = empty.some(({ stack }) => stack === undefined);
    const owners = [
        ...states.flatMap(ownersInState),
        ...empty.flatMap(({ stack }) => (stack === undefined ? [] : (ownerOfName(stack, project) ?? []))),
    ];
    // All stacks of the project were exported, so a marker of any other stack belongs to one that no longer exists.
    const projects = all ? owners.map((owner) => owner.slice(0, owner.indexOf("/") + 1)) : [];
    return {
        ids: new Set(states.flatMap(runnersInState)),
        covers: (owner) => isAnyones || owners.includes(owner) || projects.some((project) => owner.startsWith(project)),
    };
}

/** `<project>/<stack>` of a stack's name: `prod` and `acme/prod` are of the folder's project, `acme/fleet/prod` not. */
function ownerOfName(stack: string, project: string | undefined): string | undefined {
    const parts = stack.split("/");
    const named = parts.length === 3 ? parts[1] : project;
    return named === undefined ? undefined : ownerOf(named, shortName(stack));
}

/** Name of the Pulumi project of a folder, searched upwards as Pulumi does. */
function projectAround(folder: string): string | undefined {
    const project = readProject(folder);
    if (project !== undefined) return typeof project.value.name === "string" ? project.value.name : undefined;
    const above = dirname(folder);
    return above === folder ? undefined : projectAround(above);
}

/** The given states; undefined if none was given. */
export async function readStates(io: Io, options: StateOptions): Promise<ExportedState[] | undefined> {
    const { state = [], stack = [], allStacks } = options;
    if (state.length === 0 && stack.length === 0 && !allStacks) return undefined;
    const states: ExportedState[] = [];
    for (const file of state)
        states.push(
            file === "-"
                ? parseState(await io.readInput(), "standard input")
                : parseState(readNamed("--state", file), file),
        );
    const stacks = allStacks ? listStacks(io) : stack;
    for (const name of stacks) {
        io.progress.say(`Reading the state of ${name}`);
        const text = pulumi(io, ["stack", "export", "--stack", name], INSTEAD);
        states.push({ ...parseState(text, `stack ${name}`), stack: name });
    }
    return states;
}

export function runnersInState({ source, resources }: ExportedState): number[] {
    return resources
        .filter(({ type, id }) => type === RUNNER && id !== undefined && id !== "")
        .map(({ id }) => {
            const number = parseId(id);
            // If a runner were not recognised, it would look as if the state did not contain it.
            if (number === undefined) throw new Failed(`${source} has a runner with an id that is none: ${show(id)}.`);
            return number;
        });
}

/** Identities of the stack in a state: one, or none if no `up` has created it yet. */
export function identitiesInState({ resources }: ExportedState): string[] {
    return resources.filter(({ type, id }) => type === IDENTITY && id).map(({ id }) => id!);
}

/** `<project>/<stack>` of a state as in markers: one, or none if the state is empty. */
export function ownersInState({ resources }: ExportedState): string[] {
    const owners = resources.map(({ urn = "" }) => ownerOfUrn(urn)).filter((owner) => owner !== "");
    return [...new Set(owners)];
}

/** What `pulumi stack export` wrote. */
export function parseState(text: string, source: string): ExportedState {
    const json = attempt((): unknown => JSON.parse(text));
    if (json === undefined) throw new Failed(`${source} is not JSON. Give what pulumi stack export writes.`);
    const { deployment, checkpoint } = (json ?? {}) as {
        deployment?: { resources?: StateResource[] };
        checkpoint?: { latest?: { resources?: StateResource[] } };
    };
    const inside = deployment ?? checkpoint?.latest;
    if (inside === undefined)
        throw new Failed(`${source} is not a Pulumi state. Give what pulumi stack export writes.`);
    return { source, resources: inside.resources ?? [] };
}

function listStacks(io: Io): string[] {
    const stacks = JSON.parse(pulumi(io, ["stack", "ls", "--json"], INSTEAD)) as { name: string }[];
    return stacks.map(({ name }) => name);
}
