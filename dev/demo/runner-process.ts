import * as fs from "node:fs";
import * as path from "node:path";
import { RunnerLog } from "./runner-log";

/** A real gitlab-runner at work with one `config.toml`. */
export class RunnerProcess extends RunnerLog {
    /** Starts `gitlab-runner run`; jobs run below `folder`. */
    constructor(binary: string, configFile: string, folder: string) {
        fs.mkdirSync(folder, { recursive: true });
        super(
            binary,
            ["run", "--config", path.resolve(configFile), "--working-directory", folder],
            // The tool's own environment may hold GITLAB_TOKEN, which is nothing for jobs.
            { PATH: process.env.PATH, HOME: folder },
        );
    }

    /** Takes no new jobs, waits for running ones, ends. */
    override stop(): Promise<void> {
        return super.stop("SIGQUIT");
    }
}
