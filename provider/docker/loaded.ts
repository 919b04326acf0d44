import { judge as judgeProcess, type Verdict } from "../../core/service/loaded";
import type { ContainerInfo } from "./engine";
import type { LogLine } from "./log-lines";

/** What is known while somebody waits for a process in a container to load its configuration. */
export interface Evidence {
    container: Pick<ContainerInfo, "State">;
    /** What the process wrote since the files were delivered. */
    lines: readonly LogLine[];
    /** The process does not report a successful load: its log level hides it, or its log cannot be read. */
    quiet: boolean;
    /** Seconds since the wait began. */
    waited: number;
}

/** Whether the process in a container has loaded the configuration that was delivered for it. */
export function judge({ container, lines, quiet, waited }: Evidence): Verdict {
    const { Running, Restarting, ExitCode } = container.State;
    return judgeProcess({
        process: { running: Running, restarting: Restarting, exitCode: ExitCode },
        texts: lines.map(({ text }) => text),
        quiet,
        waited,
    });
}
