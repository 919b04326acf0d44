// As in index.ts: the stack traces that Pulumi keeps of its promises take a third of the time of component tests.
import "../../lean-runtime";
import * as pulumi from "@pulumi/pulumi";
import { IDENTITY, mockedOutputs, USER_RUNNER } from "./mocked-outputs";

/** A resource that a program registered, as the engine sees it. */
export interface Registered {
    type: string;
    name: string;
    /** Inputs, with secrets unwrapped. */
    inputs: Record<string, unknown>;
    /** Names of the inputs that arrived as secrets. */
    secrets: string[];
    /** `<urn>::<id>` of the explicit provider; empty for the default one. */
    provider: string;
}

/** A function call of a program. */
export interface Called {
    token: string;
    inputs: Record<string, unknown>;
}

/** Options of `mockPulumi`. */
export interface MockOptions {
    /** @default false */
    preview?: boolean;
    /** Stack configuration by full key; maps and lists as JSON. @default - none */
    config?: Record<string, string>;
    /** Ids by full path; paths that are not here do not exist. */
    ids?: { projects?: Record<string, number>; groups?: Record<string, number> };
    /** Results of functions other than resolvePaths, by the end of their token. */
    answers?: Record<string, (inputs: Record<string, unknown>) => Record<string, unknown>>;
    /** Delays resources of a type, for tests of order. @default - no delay */
    delay?: (type: string) => Promise<unknown> | undefined;
}

/** An engine that records instead of acting. */
export interface World {
    registered: Registered[];
    calls: Called[];
    /** Projects whose allowlists the program reported to the plugin. */
    noted: number[];
    /** Directories of hosts that the program told the plugin to look at ahead. */
    ahead: unknown[];
    /** Resources of a type, in the order of registration. */
    of(type: string): Registered[];
    /** Inputs of all resources of a type. */
    inputsOf(type: string): Record<string, unknown>[];
    /** Waits until the program's first turns and all registrations have finished. */
    settled(): Promise<void>;
}

export { IDENTITY };

/** Project and stack of mocked programs. */
export const PROJECT = "shop";
export const STACK = "prod";

/** Starts a new program run under mocks. */
export function mockPulumi({
    preview = false,
    config = {},
    ids = {},
    answers = {},
    delay = () => undefined,
}: MockOptions = {}): World {
    const registered: Registered[] = [];
    const calls: Called[] = [];
    const noted: number[] = [];
    const ahead: unknown[] = [];
    pulumi.runtime.setAllConfig(config);
    pulumi.runtime.setMocks(
        {
            async newResource({ type, name, inputs, provider }) {
                const unwrapped = unwrap(inputs) as Record<string, unknown>;
                const secrets = Object.keys(inputs).filter((key) => isSecret(inputs[key]));
                registered.push({ type, name, inputs: unwrapped, secrets, provider: provider ?? "" });
                await delay(type);
                const id = type === USER_RUNNER ? String(runnerIdOf(name)) : name;
                return { id, state: { ...inputs, ...mockedOutputs(type, name, unwrapped) } };
            },
            call({ token, inputs }) {
                // This call only tells the plugin something.
                if (token.endsWith(":noteAllowlists")) {
                    noted.push(...inputs.projects);
                    return { noted: inputs.projects.length };
                }
                if (token.endsWith(":lookAhead")) {
                    ahead.push(inputs);
                    return { begun: true };
                }
                calls.push({ token, inputs });
                const answer = answers[token.slice(token.lastIndexOf(":") + 1)];
                if (answer !== undefined) return answer(inputs);
                return {
                    projects: lookUp(inputs.projects ?? [], ids.projects ?? {}),
                    groups: lookUp(inputs.groups ?? [], ids.groups ?? {}),
                    projectPaths: pathsOf(inputs.projectIds, ids.projects ?? {}),
                    groupPaths: pathsOf(inputs.groupIds, ids.groups ?? {}),
                };
            },
        },
        PROJECT,
        STACK,
        preview,
        // Pulumi's name for the organization of a backend without organizations.
        "organization",
    );
    return {
        registered,
        calls,
        noted,
        ahead,
        of: (type) => registered.filter((resource) => resource.type === type),
        inputsOf: (type) => registered.filter((resource) => resource.type === type).map(({ inputs }) => inputs),
        settled,
    };
}

/** The id that a runner gets. Resources register in any order, so ids are not counted. */
export function runnerIdOf(name: string): number {
    return [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 1000);
}

async function settled(): Promise<void> {
    // Paths and declared runners are collected until the end of a turn, so the last registration comes after two turns.
    for (let turn = 0; turn < 3; turn++) {
        await new Promise((resolve) => setImmediate(resolve));
        await (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
    }
}

function lookUp(paths: string[], ids: Record<string, number>): Record<string, number> {
    return Object.fromEntries(paths.filter((path) => ids[path] !== undefined).map((path) => [path, ids[path]!]));
}

/** Ids from 1000 on do not exist; others have a path, by default a made-up one. */
function pathsOf(asked: number[] = [], ids: Record<string, number>): Record<string, string> {
    const known = Object.fromEntries(Object.entries(ids).map(([path, id]) => [id, path]));
    return Object.fromEntries(asked.filter((id) => id < 1000).map((id) => [id, known[id] ?? `by/id-${id}`]));
}

const SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d";

function isSecret(value: unknown): value is { value: unknown } {
    return typeof value === "object" && value !== null && SECRET_SIGNATURE in value;
}

function unwrap(value: unknown): unknown {
    if (isSecret(value)) return unwrap(value.value);
    if (Array.isArray(value)) return value.map(unwrap);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unwrap(item)]));
}
