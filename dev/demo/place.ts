import type { PulumiStack } from "../scripts/pulumi";
import type { RunnerLog } from "./runner-log";
import type { SandboxProcess } from "./sandbox-process";

/** A kind of place for the demo's gitlab-runner: a directory of this machine, or a Docker engine. */
export interface Site {
    /** Address on which the sandbox can be reached from there. */
    host: string;
    /** Text of the stack config that puts the manager there. */
    stackConfig: string;
    /** The state of the first story: one process, a dozen workers, most of them with dead tokens. */
    begin(sandbox: SandboxProcess): Promise<Place>;
}

/** Where the demo's gitlab-runner runs. */
export interface Place {
    /** Log of the process that is at work. */
    readonly log: RunnerLog;
    /** Text of its `config.toml`. */
    readConfig(): Promise<string>;
    /** Called after `up`; says whose log comes next. */
    handOver(): Promise<string>;
    /** Takes away what is there, unless it is to be kept; returns what to say about it. */
    end(stack: PulumiStack, keep: boolean): Promise<string | undefined>;
}
