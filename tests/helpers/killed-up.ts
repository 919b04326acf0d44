import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { type PulumiStack, root } from "../../dev/scripts/pulumi";

/** One process, as `ps` shows it. */
interface Process {
    pid: number;
    parent: number;
    args: string;
}

/** What became of an `up` that was to be killed. */
export interface KilledUp {
    /** False when it had ended by itself before its moment came. */
    killed: boolean;
    /** What was still running of it, in the words of `ps`, so long after the kill that it should not. */
    left: string[];
    /** What it printed. */
    output: string;
}

/** In milliseconds: how long the program and the plugins may take to notice that their engine is gone. */
const NOTICE = 10_000;

/**
 * Runs `pulumi up` and kills the engine alone (`kill -9` of the process that somebody started) as soon as `reached` says
 * so; then waits until everything that it had started has ended, too.
 */
export async function killUp(
    stack: PulumiStack,
    reached: () => boolean,
    { env = {}, project = root, args = [] as string[] } = {},
): Promise<KilledUp> {
    const command = ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", "test", ...args];
    const engine = spawn("pulumi", [...command, "--config-file", stack.configFile], {
        cwd: project,
        env: { ...stack.env, ...env },
        stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [engine.stdout, engine.stderr]) {
        stream.setEncoding("utf8").on("data", (chunk: string) => {
            output += chunk;
        });
    }
    const ended = once(engine, "exit");
    let killed = false;
    while (engine.exitCode === null && !killed) {
        killed = reached();
        if (!killed) await pause(5);
    }
    const all = killed ? descendants(engine.pid!) : [];
    const started = ours(all);
    if (killed) engine.kill("SIGKILL");
    await ended;
    const deadline = Date.now() + NOTICE;
    let left = started;
    while (left.length > 0 && Date.now() < deadline) {
        await pause(100);
        const alive = processes();
        left = started.filter(({ pid, args }) => alive.some((one) => one.pid === pid && one.args === args));
    }
    // Nothing stays behind of the test either: see `ours`.
    const alive = processes();
    for (const { pid, args } of all) {
        if (!alive.some((one) => one.pid === pid && one.args === args)) continue;
        try {
            process.kill(pid, "SIGKILL");
        } catch {
            // It has ended in this moment.
        }
    }
    return { killed, left: left.map(({ args }) => args), output };
}

/**
 * Without Pulumi's own language host where the program had ended before: then nothing is there that could end it, and it
 * idles until it looks by itself, every five minutes, whether its engine is still there.
 */
function ours(started: Process[]): Process[] {
    const hasChild = ({ pid }: Process) => started.some(({ parent }) => parent === pid);
    return started.filter((one) => !one.args.includes("pulumi-language-") || hasChild(one));
}

/** Everything that a process has started, and what that has started. */
function descendants(pid: number, all = processes()): Process[] {
    return all.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...descendants(child.pid, all)]);
}

/** All processes but those that have ended and wait for their parent to notice. */
function processes(): Process[] {
    const lines = execFileSync("ps", ["-A", "-ww", "-o", "pid=,ppid=,stat=,args="], { encoding: "utf8" }).split("\n");
    return lines.flatMap((line) => {
        const [, pid, parent, stat, args] = /^ *(\d+) +(\d+) +(\S+) +(.*)$/.exec(line) ?? [];
        return pid === undefined || stat!.startsWith("Z") ? [] : [{ pid: +pid, parent: +parent!, args: args! }];
    });
}

function pause(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
}
