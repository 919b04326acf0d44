import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Failed, UsageError } from "./exit";
import type { Io } from "./io";

const RUNNER = "gitlab:index/userRunner:UserRunner";

/** Where the states to compare with come from. */
export interface StateOptions {
    /** Files that `pulumi stack export` wrote; `-` is standard input. */
    state?: string[];
    /** Names of stacks to export now. */
    stack?: string[];
    /** Whether all stacks of the backend are exported now. */
    allStacks?: boolean;
}

/** Ids of the runners in the given states; undefined when no state was given. */
export async function readKnownRunners(io: Io, options: StateOptions): Promise<Set<number> | undefined> {
    const { state = [], stack = [], allStacks } = options;
    if (state.length === 0 && stack.length === 0 && !allStacks) return undefined;
    const ids = new Set<number>();
    const add = (text: string, source: string) => {
        for (const id of runnersInState(text, source)) ids.add(id);
    };
    for (const file of state) add(file === "-" ? await io.readInput() : readState(file), file);
    const stacks = allStacks ? listStacks(io) : stack;
    for (const name of stacks) {
        io.progress.say(`Reading the state of ${name}`);
        add(pulumi(io, ["stack", "export", "--stack", name]), `stack ${name}`);
    }
    return ids;
}

/** Ids of the runners in one exported state. */
export function runnersInState(text: string, source: string): number[] {
    let json: unknown;
    try {
        json = JSON.parse(text);
    } catch {
        throw new UsageError(`${source} is not JSON. Give what pulumi stack export writes.`);
    }
    const { deployment, checkpoint } = json as {
        deployment?: { resources?: State[] };
        checkpoint?: { latest?: { resources?: State[] } };
    };
    const inside = deployment ?? checkpoint?.latest;
    if (inside === undefined)
        throw new UsageError(`${source} is no Pulumi state. Give what pulumi stack export writes.`);
    return (inside.resources ?? [])
        .filter(({ type, id }) => type === RUNNER && id !== undefined)
        .map(({ id }) => Number(id));
}

interface State {
    type: string;
    id?: string;
}

function readState(file: string): string {
    try {
        return readFileSync(file, "utf8");
    } catch (error) {
        throw new UsageError(`--state ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
    }
}

function listStacks(io: Io): string[] {
    const stacks = JSON.parse(pulumi(io, ["stack", "ls", "--json"])) as { name: string }[];
    return stacks.map(({ name }) => name);
}

function pulumi(io: Io, args: string[]): string {
    const result = spawnSync("pulumi", [...args, "--non-interactive"], {
        encoding: "utf8",
        env: io.env,
        maxBuffer: 1 << 30,
    });
    if (result.error !== undefined) {
        throw new Failed(
            `pulumi cannot be run (${(result.error as NodeJS.ErrnoException).code}). Give --state FILE instead.`,
        );
    }
    if (result.status !== 0) throw new Failed(`pulumi ${args.join(" ")} failed: ${result.stderr.trim()}`);
    return result.stdout;
}
