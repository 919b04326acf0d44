import * as fs from "node:fs";
import * as path from "node:path";
import { RunnerLog } from "./runner-log";

/** A running, real gitlab-runner with one `config.toml`. */
export class RunnerProcess extends RunnerLog {
    /** Starts `gitlab-runner run`; jobs run below `folder`. */
    constructor(binary: string, configFile: string, folder: string) {
        fs.mkdirSync(folder, { recursive: true });
        super(
            binary,
            ["run", "--config", path.resolve(configFile), "--working-directory", folder],
            // The tool's own environment may contain GITLAB_TOKEN, which jobs must not see.
            { PATH: process.env.PATH, HOME: folder },
        );
    }

    /** Stops taking jobs, waits for running ones, then ends. */
    override stop(): Promise<void> {
        return super.stop("SIGQUIT");
    }
}
