import * as fs from "node:fs";
import * as yaml from "yaml";

interface SeededRunner {
    description?: string;
    token?: string;
    /** A token that some `config.toml` still has although GitLab has issued a new one. */
    deadToken?: string;
}

/** The `config.toml` that a dozen calls of `gitlab-runner register` leave behind: one worker per call, most tokens dead. */
export function renderLegacyConfig(seedFile: string, url: string): string {
    const seed = yaml.parse(fs.readFileSync(seedFile, "utf8")) as { runners: SeededRunner[] };
    const workers = seed.runners.map(
        (runner) => `
[[runners]]
  name = "${runner.description}"
  url = "${url}"
  token = "${runner.deadToken ?? runner.token}"
  executor = "shell"
`,
    );
    return `concurrent = 1\ncheck_interval = 0\n${workers.join("")}`;
}
