import { MANAGERS, RUNNERS } from "./mistakes";

// What was nearly right: the answer is what to write in its place.
export const NEAR_MISSES: [title: string, yaml: string, ...problems: string[]][] = [
    [
        "what stands in quotes and is nothing else without them, with what to write",
        `${RUNNERS}: { ci: { scope: instance, maximumTimeout: "10 minutes", locked: "no", rotateBefore: 7 }, b: { scope: instance, maximumTimeout: 1h, tags: "docker, small", paused: maybe } }`,
        `${RUNNERS}.ci.maximumTimeout must be a number (got "10 minutes"). Write the seconds: 600.`,
        `${RUNNERS}.ci.locked must be true or false (got "no"). Write false.`,
        `${RUNNERS}.ci.rotateBefore must be a duration such as 7d, 36h or 1d12h (got 7). Add its unit: 7s or 7m.`,
        `${RUNNERS}.b.maximumTimeout must be a number (got "1h"). Write the seconds: 3600.`,
        `${RUNNERS}.b.tags must be a list (got "docker, small"). Write ["docker", "small"].`,
        `${RUNNERS}.b.paused must be true or false (got "maybe"). Write one of them.`,
    ],
    [
        "a duration without its unit, and one in words",
        `${MANAGERS}: { m: { placement: { docker: {} }, runners: [], config: { concurrent: "4" }, drainTimeout: 90 } }\ngitlab-fleet:exclusive: { a: { scope: instance, quietPeriod: 1 hour } }`,
        `${MANAGERS}.m.drainTimeout must be a duration of at least 1s, such as 2h or 90m (got 90). Add its unit: 90s or 90m.`,
        `gitlab-fleet:exclusive.a.quietPeriod must be a duration such as 1h or 30m (got "1 hour"). Write 1h.`,
        `${MANAGERS}.m.config.concurrent must be a whole number of at least 1 (got "4"). Write it without quotes.`,
    ],
    [
        "keys that belong one level deeper",
        "gitlab-fleet:registries: { a/b: { projects: [c/d] }, c/d: { group: [e] }, e/f: { consumers: [g/h] } }\n" +
            `${RUNNERS}: { ci: { scope: instance, project: a/b } }\n` +
            `${MANAGERS}: { m: { directory: /x, runners: [], config: { concurrent: 1 } } }`,
        "gitlab-fleet:registries.a/b.projects is not a known key here. It belongs deeper: gitlab-fleet:registries.a/b.consumers.projects.",
        "gitlab-fleet:registries.a/b.consumers is missing. Add { projects: [<path or id>], groups: [<path or id>] }.",
        "gitlab-fleet:registries.c/d.group is not a known key here. It belongs deeper: gitlab-fleet:registries.c/d.consumers.groups or gitlab-fleet:registries.c/d.grantMembership.group.",
        "gitlab-fleet:registries.c/d.consumers is missing. Add { projects: [<path or id>], groups: [<path or id>] }.",
        "gitlab-fleet:registries.e/f.consumers must be a map (got a list of 1). Write { projects: [<path or id>], groups: [<path or id>] }.",
        `${RUNNERS}.ci.project is not a known key here. It belongs deeper: ${RUNNERS}.ci.scope.project.`,
        `${MANAGERS}.m.directory is not a known key here. It belongs deeper: ${MANAGERS}.m.placement.directory.`,
        `${MANAGERS}.m.placement is missing. Write { directory: /etc/gitlab-runner }, { ssh: { host: ci@vm-01.example.org, directory: /etc/gitlab-runner } }, { docker: {} } or { kubernetes: { namespace: gitlab-runner } }.`,
    ],
    [
        "keys that have lost their indentation, in one sentence",
        `${RUNNERS}: { ci: null, scope: { group: apps }, tags: [a], other: { scope: instance, lockd: true } }`,
        `${RUNNERS}.ci has nothing below it, and scope, tags beside it are keys of a runner. Move them further to the right.`,
        `${RUNNERS}.other.lockd is not a known key. Did you mean "locked"?`,
    ],
    [
        "an entry with nothing below it beside one that is called like a key",
        `${RUNNERS}: { ci: null, config: { scope: instance, lockd: true } }`,
        `${RUNNERS}.ci must be a map (got null). Write its keys below it, as in { name: value }.`,
        `${RUNNERS}.config.lockd is not a known key. Did you mean "locked"?`,
    ],
    [
        "a runner that a manager names twice, once",
        `${RUNNERS}: { ci: { scope: instance, config: { executor: shell } } }\n${MANAGERS}: { m: { placement: { directory: /x }, runners: [ci, ci], config: { concurrent: 1, concurrency: 2 } } }`,
        `${MANAGERS}.m.config.concurrency is not a key of gitlab-runner 19.4.0 at the top of config.toml (got 2). Did you mean "concurrent"?`,
        `${MANAGERS}.m.runners[1] repeats ${MANAGERS}.m.runners[0] (got "ci"). Remove one of them.`,
    ],
    [
        "a misspelt key of config.toml that stands beside config",
        `${RUNNERS}: { ci: { scope: instance, executer: shell } }\n${MANAGERS}: { m: { placement: { directory: /x }, runners: [], config: { concurrent: 1 }, concurency: 2 } }`,
        `${RUNNERS}.ci.executer is not a known key here. It belongs under config: ${RUNNERS}.ci.config.executor.`,
        `${MANAGERS}.m.concurency is not a known key here. It belongs under config: ${MANAGERS}.m.config.concurrent.`,
    ],
];
