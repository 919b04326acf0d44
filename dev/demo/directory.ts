import * as fs from "node:fs";
import * as path from "node:path";
import { root } from "../scripts/pulumi";
import { renderLegacyConfig } from "./legacy-config";
import type { Site } from "./place";
import { RunnerProcess } from "./runner-process";
import { demoSeed } from "./sandbox-process";

/** A gitlab-runner process on this machine, with its `config.toml` below `folder`. */
export function directorySite(folder: string): Site {
    const configFile = path.join(folder, "etc-gitlab-runner", "config.toml");
    return {
        host: "127.0.0.1",
        // The path is relative to this repository's Pulumi.yaml; the demo has another project.
        stackConfig: fs
            .readFileSync(path.join(root, "stacks/Pulumi.sandbox.yaml"), "utf8")
            .replace(".demo/etc-gitlab-runner", path.dirname(configFile)),
        async begin(sandbox) {
            fs.mkdirSync(path.dirname(configFile), { recursive: true });
            fs.writeFileSync(configFile, renderLegacyConfig(demoSeed, sandbox.url), { mode: 0o600 });
            const log = new RunnerProcess("gitlab-runner", configFile, path.join(folder, "jobs"));
            return {
                log,
                readConfig: () => fs.promises.readFile(configFile, "utf8"),
                handOver: async () => "the same gitlab-runner process, which has read its new config.toml",
                end: async () => {
                    await log.stop();
                    return undefined;
                },
            };
        },
    };
}
