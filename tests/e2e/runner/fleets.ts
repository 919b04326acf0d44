import type { Seed } from "../../../sandbox";

/** A group with a month's token life, an owner, and a second owner whose runners are nobody's here. */
export const SEED: Seed = {
    // GitLab answers a runner at once, so that a process that is there is also heard from.
    settings: { longPollSeconds: 0 },
    users: [{ username: "root", admin: true }, { username: "olga" }],
    groups: [
        { path: "apps", members: { olga: "owner" }, runnerTokenExpirationInterval: 30 * 24 * 3600 },
        { path: "ops", members: { olga: "owner" } },
    ],
    projects: [{ path: "apps/etl" }],
    tokens: [
        { name: "root", user: "root", scopes: ["api"] },
        { name: "owner", user: "olga", scopes: ["api"] },
    ],
};

/** Stack config of a fleet with one runner and one manager in `folder`; `runner` and `more` are lines of YAML. */
export function oneRunner(folder: string, runner = "", more = "", name = "docker-small"): string {
    const indented = (text: string, by: number) =>
        text
            .trim()
            .split("\n")
            .filter((line) => line !== "")
            .map((line) => `${" ".repeat(by)}${line}\n`)
            .join("");
    return `config:
  gitlab-fleet:runners:
    ${name}:
      scope: { group: apps }
      tags: [docker]
      config: { executor: shell }
${indented(runner, 6)}  gitlab-fleet:managers:
    ci-01:
      placement: { directory: ${folder}/manager }
      runners: [${name}]
      config: { concurrent: 1 }
${indented(more, 2)}`;
}
