import { MANAGERS, RUNNERS } from "./mistakes";

const online = (value: string, directory = "/a") =>
    `{ placement: { directory: ${directory} }, runners: [], config: { concurrent: 1 }, online: ${value} }`;
const placed = (placement: string) => `{ placement: ${placement}, runners: [], config: { concurrent: 1 } }`;

// What is wrong with a runner manager, and every word of the answer.
export const MANAGER_MISTAKES: [title: string, yaml: string, ...problems: string[]][] = [
    [
        "misspelt keys of config.toml under the names they were written with, once for a runner with two managers",
        `${RUNNERS}: { ci: { scope: instance, config: { executor: docker, docker: { image: alpine, pull_polcy: always } } } }\n` +
            `${MANAGERS}: { a: { placement: { directory: /a }, runners: [ci], config: { concurent: 1 } }, b: { placement: { directory: /b }, runners: [ci], config: { concurrent: 1 } } }`,
        `${MANAGERS}.a.config.concurent is not a key of gitlab-runner 19.4.0 at the top of config.toml (got 1). Did you mean "concurrent"?`,
        `${MANAGERS}.a.config.concurrent must be a whole number of at least 1 (got nothing). Set how many jobs may run at once; gitlab-runner stops at 0.`,
        `${RUNNERS}.ci.config.docker.pull_polcy is not a key of gitlab-runner 19.4.0 in [runners.docker] (got a string of 6 characters). Did you mean "pull_policy"?`,
    ],
    [
        "a runner that a manager serves without saying how",
        `${RUNNERS}: { ci: { scope: instance } }\n${MANAGERS}: { a: { placement: { directory: /a }, runners: [ci], config: { concurrent: 1 } } }`,
        `${RUNNERS}.ci.config is missing, but ${MANAGERS}.a serves the runner. Set how its jobs are run: { executor: shell }, for instance.`,
    ],
    [
        "one identity of two managers, and one that is none",
        `${MANAGERS}: { a: { placement: { directory: /a }, systemId: s_1746f8786189, runners: [], config: { concurrent: 1 } }, b: { placement: { directory: /b }, systemId: s_1746f8786189, runners: [], config: { concurrent: 1 } }, c: { placement: { directory: /c }, systemId: vm, runners: [], config: { concurrent: 1 } } }`,
        `${MANAGERS}.c.systemId must be s_ or r_ and 12 letters or digits (got "vm"). Copy it from .runner_system_id, or leave it out.`,
        `${MANAGERS}.b.systemId is the same as ${MANAGERS}.a.systemId (got "s_1746f8786189"): GitLab would take both for one. Leave it out at one of them.`,
    ],
    [
        "a docker placement with an address that is none, a misspelt key and a duration without a unit",
        `${MANAGERS}: { a: { placement: { docker: { host: x, replica: 2 } }, runners: [], config: { concurrent: 1 }, drainTimeout: "2" } }`,
        `${MANAGERS}.a.drainTimeout must be a duration of at least 1s, such as 2h or 90m (got "2"). Correct it.`,
        `${MANAGERS}.a.placement.docker.replica is not a known key. Did you mean "replicas"?`,
        `${MANAGERS}.a.placement.docker.host must be unix:///path, tcp://host:2376 or ssh://user@host (got "x"). Correct it.`,
    ],
    [
        "a drainTimeout that nothing drains with",
        `${MANAGERS}: { a: { placement: { directory: /a }, runners: [], config: { concurrent: 1 }, drainTimeout: 2h } }`,
        `${MANAGERS}.a.drainTimeout is for placement.docker, placement.kubernetes, and a placement with drainOnStop: true, only (got "2h"). Remove it.`,
    ],
    [
        "two managers that want one container",
        `${MANAGERS}: { a: { placement: { docker: { containerName: ci } }, runners: [], config: { concurrent: 1 } }, b: { placement: { docker: { containerName: ci } }, runners: [], config: { concurrent: 1 } } }`,
        `${MANAGERS}.b.placement.docker.containerName is the same as ${MANAGERS}.a.placement.docker.containerName (got "ci"). Give each manager a container of its own.`,
    ],
    [
        "keys of config.toml beside config, under the place where they belong, and runners' settings under another name",
        `${RUNNERS}: { ci: { scope: instance, executor: shell, limit: 2, image: alpine, concurrent: 4, tag_list: [a], config: { executor: shell, run_untagged: true } } }\n` +
            `${MANAGERS}: { m: { placement: { directory: /m }, runners: [ci], concurrent: 4, environment: [], config: { concurrent: 1, online: true } } }`,
        `${RUNNERS}.ci.executor is not a known key here. It belongs under config: ${RUNNERS}.ci.config.executor.`,
        `${RUNNERS}.ci.limit is not a known key here. It belongs under config: ${RUNNERS}.ci.config.limit.`,
        `${RUNNERS}.ci.image is not a known key here. It belongs under config: ${RUNNERS}.ci.config.docker.image or ${RUNNERS}.ci.config.kubernetes.image.`,
        `${RUNNERS}.ci.concurrent is not a known key here. It belongs to the manager that serves the runner, under its config.`,
        `${RUNNERS}.ci.tag_list is not a known key here. It is called tags here.`,
        `${MANAGERS}.m.concurrent is not a known key here. It belongs under config: ${MANAGERS}.m.config.concurrent.`,
        `${MANAGERS}.m.environment is not a known key here. It belongs to the runners that the manager serves, under their config.`,
        `${MANAGERS}.m.config.online is not a key of gitlab-runner 19.4.0 at the top of config.toml (got true). It belongs beside config, as online of the manager.`,
        `${RUNNERS}.ci.config.run_untagged is not a key of gitlab-runner 19.4.0 in [[runners]] (got true). It belongs beside config, as runUntagged of the runner.`,
    ],
    [
        "values of the wrong type in a placement that one of its keys tells, and those of no other placement",
        `${MANAGERS}: {` +
            " a: { placement: { kubernetes: { namespace: ci, resources: { requests: { cpu: 1 } }, user: 100, proxy: { no: [a] } } }, runners: [], config: { concurrent: 1 } }," +
            " b: { placement: { docker: { user: 100, networkMode: host, log: { maxFiles: x } } }, runners: [], config: { concurrent: 1 } }," +
            " c: { placement: { ssh: { host: h, directory: /d, sudo: 1, look: 2 } }, runners: [], config: { concurrent: 1 } } }",
        `${MANAGERS}.a.placement.kubernetes.resources.requests.cpu must be a text (got 1). Put it in quotes.`,
        `${MANAGERS}.a.placement.kubernetes.user must be numbers, uid or uid:gid, in quotes, and not root (got 100). Put it in quotes.`,
        `${MANAGERS}.a.placement.kubernetes.proxy.no must be a text with hosts, separated by commas (got a list of 1). Correct it.`,
        `${MANAGERS}.b.placement.docker.user must be numbers, uid or uid:gid, in quotes (got 100). Put it in quotes.`,
        `${MANAGERS}.b.placement.docker.log.maxFiles must be a whole number, 1 or more (got "x"). Write digits alone.`,
        `${MANAGERS}.c.placement.ssh.sudo must be true or false (got 1). Write true.`,
        `${MANAGERS}.c.placement.ssh.look must be true or false (got 2). Write one of them.`,
    ],
    [
        "a directory of this machine in a shell's words",
        `${MANAGERS}: { a: ${online("true", "~/runner")}, b: ${online("true", "$HOME/runner")}, d: ${online("true", "./~")}, e: ${online("true", "/srv/a~b")} }`,
        `${MANAGERS}.a.placement.directory holds ~, and nothing puts a value in its place (got "~/runner"). Write the whole path.`,
        `${MANAGERS}.b.placement.directory holds $HOME, and nothing puts a value in its place (got "$HOME/runner"). Write the whole path.`,
    ],
    [
        "a time to wait that is none",
        `${MANAGERS}: { a: ${online("{ timeout: soon }")}, b: ${online("{ timeout: 0s }", "/b")}, c: ${online("maybe", "/c")}, d: ${online("{ timeut: 5m }", "/d")} }`,
        `${MANAGERS}.a.online.timeout must be a duration such as 2m or 90s (got "soon"). Correct it.`,
        `${MANAGERS}.b.online.timeout must be longer than nothing, such as 2m or 90s (got "0s"). Correct it.`,
        `${MANAGERS}.c.online must be true, false or a map (got "maybe"). Write true, false or { timeout: 5m }.`,
        `${MANAGERS}.d.online.timeut is not a known key. Did you mean "timeout"?`,
        `${MANAGERS}.d.online.timeout is missing. Add how long up waits, such as 5m.`,
    ],
    [
        "a text in place of functions, which only a program has",
        `${MANAGERS}: { a: ${placed("{ docker: { transform: x } }")}, b: ${placed("{ kubernetes: { namespace: n, transform: [x] } }")} }`,
        `${MANAGERS}.a.placement.docker.transform must be a map (got "x"). Write functions by name in a program, or leave it out.`,
        `${MANAGERS}.b.placement.kubernetes.transform must be a map (got a list of 1). Write functions by name in a program, or leave it out.`,
    ],
    [
        "functions, which only a program has",
        `${MANAGERS}: { a: ${placed("{ docker: { transform: { container: x } } }")}, b: ${placed("{ kubernetes: { namespace: n, transform: { secret: {} } } }")} }`,
        `${MANAGERS}.a.placement.docker.transform.container must be a function (got "x"). Give one in a program, or leave it out.`,
        `${MANAGERS}.b.placement.kubernetes.transform.secret must be a function (got an empty map). Give one in a program, or leave it out.`,
    ],
    [
        "options beside a placement in place of inside",
        `${MANAGERS}: { a: ${placed("{ docker: {}, image: x }")}, b: ${placed("{ directory: /x, servic: y }")} }`,
        `${MANAGERS}.a.placement.image is not a known key. Remove it, or use one of docker.`,
        `${MANAGERS}.b.placement.servic is not a known key. Did you mean "service"?`,
    ],
    [
        "a manager's keys that are no map, and nothing of what would depend on them",
        `${MANAGERS}: { a: { placement: { docker: { publishMetrics: 9252 } }, runners: [], config: text } }`,
        `${MANAGERS}.a.config must be a table (got "text"). Put its keys under it.`,
    ],
    [
        "a part of a login that says nothing",
        `${MANAGERS}: { a: ${placed('{ docker: { registryAuth: [{ address: "", username: u, password: p }] } }')} }`,
        `${MANAGERS}.a.placement.docker.registryAuth[0].address must be a text that says something (got ""). Correct it.`,
    ],
];
