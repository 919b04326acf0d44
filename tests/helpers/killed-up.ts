import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { type PulumiStack, root } from "../../dev/scripts/pulumi";

/** A process, as `ps` shows it. */
interface Process {
    pid: number;
    parent: number;
    args: string;
}

/** The result of an `up` that was to be killed. */
export interface KilledUp {
    /** False if it ended by itself before the moment came. */
    killed: boolean;
    /** Its processes that were still running too long after the kill, as `ps` shows them. */
    left: string[];
    /** What it printed. */
    output: string;
}

/** How long the program and the plugins may take to notice that their engine is gone, in milliseconds. */
const NOTICE = 10_000;

/**
 * Runs `pulumi up` and kills only the engine (`kill -9` of the process that was started) as soon as `reached` returns
 * true. Then waits until everything that the engine had started has ended, too.
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
    // The test must leave nothing behind either: see `ours`.
    const alive = processes();
    for (const { pid, args } of all) {
        if (!alive.some((one) => one.pid === pid && one.args === args)) continue;
        try {
            process.kill(pid, "SIGKILL");
        } catch {
            // It has just ended.
        }
    }
    return { killed, left: left.map(({ args }) => args), output };
}

/**
 * Excludes Pulumi's own language host if its program has already ended: then nothing can end it, and it idles until its
 * own check for the engine, every five minutes.
 */
function ours(started: Process[]): Process[] {
    const hasChild = ({ pid }: Process) => started.some(({ parent }) => parent === pid);
    return started.filter((one) => !one.args.includes("pulumi-language-") || hasChild(one));
}

/** All descendants of a process. */
function descendants(pid: number, all = processes()): Process[] {
    return all.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...descendants(child.pid, all)]);
}

/** All processes except zombies. */
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
