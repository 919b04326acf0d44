import * as path from "node:path";

/** The stack config of the demo's two stories, with the manager's files below `folder`. */
export function demoFleet(folder: string): string {
    return `config:
  gitlab-fleet:runners:
    my-runner:
      scope: { group: apps }
      description: my-runner
      tags: [docker, fastapi]
      runUntagged: true
      config: { executor: shell }
  gitlab-fleet:managers:
    ci-01:
      placement: { directory: ${JSON.stringify(managerFolder(folder))} }
      runners: [my-runner]
      config: { concurrent: 4 }
  gitlab-fleet:exclusive:
    apps-group: { scope: { group: apps }, claim: { descriptions: ["my-runner"] }, foreign: delete }
  gitlab-fleet:registries:
    containers/poetry: { consumers: { projects: [apps/etl, apps/web] } }
`;
}

/** Where the manager of `demoFleet` has its files. */
export function managerFolder(folder: string): string {
    return path.join(folder, "etc-gitlab-runner");
}

/** A stack config of `count` runners in group `apps` and nothing else. */
export function manyRunners(count: number): string {
    const lines = Array.from(
        { length: count },
        (_, i) => `    runner-${i}: { scope: { group: apps }, tags: [bulk], config: { executor: shell } }\n`,
    );
    return `config:\n  gitlab-fleet:runners:\n${lines.join("")}`;
}

/** A stack config of `count` runners, each with a manager that the preview warns of. */
export function warningFleet(folder: string, count: number): string {
    const names = Array.from({ length: count }, (_, i) => i);
    const runner =
        "{ scope: { group: apps }, config: { executor: docker, docker: { image: alpine, privileged: true } } }";
    const manager = (i: number) =>
        `{ placement: { directory: ${JSON.stringify(`${folder}/manager-${i}`)} }, runners: [runner-${i}], config: { concurrent: 1 } }`;
    return `config:
  gitlab-fleet:runners:
${names.map((i) => `    runner-${i}: ${runner}\n`).join("")}  gitlab-fleet:managers:
${names.map((i) => `    manager-${i}: ${manager(i)}\n`).join("")}`;
}
