import type { PulumiStack } from "../scripts/pulumi";
import type { RunnerLog } from "./runner-log";
import type { SandboxProcess } from "./sandbox-process";

/** A kind of place for the demo's gitlab-runner: a directory of this machine, or a Docker engine. */
export interface Site {
    /** Address at which the place can reach the sandbox. */
    host: string;
    /** Text of the stack config that places the manager there. */
    stackConfig: string;
    /** Starts the first story: one process with a dozen workers, most of them with dead tokens. */
    begin(sandbox: SandboxProcess): Promise<Place>;
}

/** Where the demo's gitlab-runner runs. */
export interface Place {
    /** Log of the current process. */
    readonly log: RunnerLog;
    /** Text of its `config.toml`. */
    readConfig(): Promise<string>;
    /** Called after `up`; returns a sentence about whose log comes next. */
    handOver(): Promise<string>;
    /** Removes everything unless it is to be kept; returns a message about it. */
    end(stack: PulumiStack, keep: boolean): Promise<string | undefined>;
}
