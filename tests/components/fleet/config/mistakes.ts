export const RUNNERS = "gitlab-fleet:runners";
export const MANAGERS = "gitlab-fleet:managers";
const MANAGER = "{ placement: { directory: /x }, runners: [], config: { concurrent: 1 } }";

// What the user wrote, and every word of the answer.
export const MISTAKES: [title: string, yaml: string, ...problems: string[]][] = [
    [
        "an unknown key, with the one that was meant",
        `${RUNNERS}: { ci: { scope: instance, tag: [a], maxTimeout: 600, xyzzy: 1 } }`,
        `${RUNNERS}.ci.tag is not a known key. Did you mean "tags"?`,
        `${RUNNERS}.ci.maxTimeout is not a known key. Did you mean "maximumTimeout"?`,
        `${RUNNERS}.ci.xyzzy is not a known key. Remove it.`,
    ],
    [
        "an unknown section",
        "gitlab-fleet:runner: {}\ngitlab-fleet:allow: {}",
        `gitlab-fleet:runner is not a known key. Did you mean "runners"?`,
        "gitlab-fleet:allow is not a known key. Remove it, or use one of extends, runners, managers, exclusive, registries, stateLost, movedFrom.",
    ],
    [
        "wrong types, everywhere",
        `${RUNNERS}: { ci: { scope: instance, tags: docker, runUntagged: "yes", maximumTimeout: "3600", description: 5, config: [a] }, other: text }`,
        `${RUNNERS}.ci.tags must be a list (got "docker"). Write ["docker"].`,
        `${RUNNERS}.ci.runUntagged must be true or false (got "yes"). Write true.`,
        `${RUNNERS}.ci.maximumTimeout must be a number (got "3600"). Write it without quotes.`,
        `${RUNNERS}.ci.description must be a text (got 5). Put it in quotes.`,
        `${RUNNERS}.other must be a map (got "text"). Write its keys below it, as in { name: value }.`,
        `${RUNNERS}.ci.config must be a table (got a list of 1). Put the keys of [runners] under it.`,
    ],
    [
        "a section that is no map",
        `${RUNNERS}: ci\n${MANAGERS}: { m: { placement: { directory: /x }, runners: [ci], config: { concurrent: 1 } } }`,
        `${RUNNERS} must be a map (got "ci"). Write its keys below it, as in { name: value }.`,
    ],
    [
        "a number in place of a tag",
        `${RUNNERS}: { ci: { scope: instance, tags: [python, 3.11] } }`,
        `${RUNNERS}.ci.tags[1] must be a text (got 3.11). Put it in quotes.`,
    ],
    [
        "a missing scope and missing keys of a manager",
        `${RUNNERS}: { ci: {} }\n${MANAGERS}: { m: {} }`,
        `${RUNNERS}.ci.scope is missing. Add { group: <path or id> }, { project: <path or id> } or instance.`,
        `${MANAGERS}.m.runners is missing. Add the names of the runners it serves, [] for none.`,
        `${MANAGERS}.m.config is missing. Add { concurrent: 4 }.`,
        `${MANAGERS}.m.placement is missing. Write { directory: /etc/gitlab-runner }, { ssh: { host: ci@vm-01.example.org, directory: /etc/gitlab-runner } }, { docker: {} } or { kubernetes: { namespace: gitlab-runner } }.`,
    ],
    [
        "a runner that a manager names but nobody declared",
        `${RUNNERS}: { docker-small: { scope: instance } }\n${MANAGERS}: { ci-01: { placement: { directory: /x }, runners: [docker-smal, other], config: { concurrent: 1 } } }`,
        `${MANAGERS}.ci-01.runners[0] names a runner that is not declared (got "docker-smal"). Did you mean "docker-small"? Correct the name, or declare it under runners.`,
        `${MANAGERS}.ci-01.runners[1] names a runner that is not declared (got "other"). Correct the name, or declare it under runners.`,
    ],
    [
        "two managers that write one directory",
        `${MANAGERS}: { a: ${MANAGER}, b: ${MANAGER.replace("/x", "/y/../x/")} }`,
        `${MANAGERS}.b.placement.directory is the same as ${MANAGERS}.a.placement.directory (got "/y/../x/"). Give each manager a directory of its own.`,
    ],
    [
        "a scope with both group and project",
        `${RUNNERS}: { ci: { scope: { group: apps, project: apps/etl } } }`,
        `${RUNNERS}.ci.scope has both group and project, but a runner belongs to one of them. Keep one and remove the other.`,
    ],
    [
        "a scope of another shape",
        `${RUNNERS}: { a: { scope: group }, b: { scope: { grop: apps } }, c: { scope: { group: [apps] } }, d: { scope: {} }, e: { scope: { project: etl } } }`,
        `${RUNNERS}.a.scope is not a scope (got "group"). Write { group: <path or id> }, { project: <path or id> } or instance.`,
        `${RUNNERS}.b.scope.grop is not a known key. Did you mean "group"? Write { group: <path or id> }, { project: <path or id> } or instance.`,
        `${RUNNERS}.c.scope.group must be a group's full path or its id (got a list of 1). Correct the value.`,
        `${RUNNERS}.d.scope names neither a group nor a project (got an empty map). Write { group: <path or id> }, { project: <path or id> } or instance.`,
        `${RUNNERS}.e.scope.project must name the project's group as well (got "etl"). Give a project's full path such as group/project, or its id.`,
    ],
    [
        "runUntagged: false without tags",
        `${RUNNERS}: { ci: { scope: instance, runUntagged: false, tags: [] } }`,
        `${RUNNERS}.ci.runUntagged must not be false without tags, or no job could ever match (got false). Add tags, or set it to true.`,
    ],
    [
        "a timeout under 600 seconds, and one that is no whole number",
        `${RUNNERS}: { a: { scope: instance, maximumTimeout: 599 }, b: { scope: instance, maximumTimeout: 900.5 } }`,
        `${RUNNERS}.a.maximumTimeout must be at least 600 seconds (got 599). Raise it or leave it out.`,
        `${RUNNERS}.b.maximumTimeout must be a whole number of seconds (got 900.5). Round it.`,
    ],
    [
        "more than 50 tags",
        `${RUNNERS}: { ci: { scope: instance, tags: [${Array.from({ length: 51 }, (_, index) => `t${index}`)}] } }`,
        `${RUNNERS}.ci.tags must have at most 50 entries (got 51). Remove 1 of them.`,
    ],
    [
        "a note over 1,024 characters, and one that is so with the marker",
        `${RUNNERS}: { ci: { scope: instance, note: ${"x".repeat(1025)} }, me: { scope: instance, note: ${"x".repeat(1000)} } }`,
        `${RUNNERS}.ci.note must have at most 967 characters, since GitLab takes 1024 and the marker needs 57 (got 1025). Shorten it.`,
        `${RUNNERS}.me.note must have at most 967 characters, since GitLab takes 1024 and the marker needs 57 (got 1000). Shorten it.`,
    ],
    [
        "a description over 1,024 characters",
        `${RUNNERS}: { ci: { scope: instance, description: ${"x".repeat(1025)} } }`,
        `${RUNNERS}.ci.description must have at most 1024 characters (got 1025). Shorten it, or move part of it to note.`,
    ],
    [
        "a note of too many emoji, and none of 500",
        `${RUNNERS}: { ci: { scope: instance, note: ${"🚀".repeat(968)} }, me: { scope: instance, note: ${"🚀".repeat(967)}, description: ${"🚀".repeat(1024)} } }`,
        `${RUNNERS}.ci.note must have at most 967 characters, since GitLab takes 1024 and the marker needs 57 (got 968). Shorten it.`,
    ],
    [
        "a project in its own allowlist",
        "gitlab-fleet:registries: { containers/poetry: { consumers: { projects: [apps/etl, Containers/Poetry] } } }",
        `gitlab-fleet:registries.containers/poetry.consumers.projects[1] is the producer itself (got "Containers/Poetry"). Remove it: a project's own jobs always have access.`,
    ],
    [
        "over 200 entries",
        `gitlab-fleet:registries: { containers/poetry: { consumers: { projects: [${Array.from({ length: 201 }, (_, index) => index + 1)}] } } }`,
        "gitlab-fleet:registries.containers/poetry.consumers.projects must have at most 200 entries, GitLab's limit (got 201). Allow a group in place of its projects.",
    ],
    [
        "empty names",
        `${RUNNERS}: { "": { scope: { group: "" } } }\n${MANAGERS}: { " ": ${MANAGER.replace("/x", '""')} }\ngitlab-fleet:registries: { "": { consumers: {} } }`,
        `${RUNNERS}[""].scope.group must not be empty (got ""). Give a group's full path or its id.`,
        `${RUNNERS}[""] must not be empty (got ""). Give it a name.`,
        `${MANAGERS}[" "] must not be empty (got " "). Give it a name.`,
        `${MANAGERS}[" "].placement.directory must not be empty (got ""). Give the path of a directory.`,
        `gitlab-fleet:registries[""] must not be empty (got ""). Give a project's full path such as group/project, or its id.`,
    ],
    [
        "a registration token given as the token to log in with",
        "gitlab:token: GR1348941secretsecretsecret",
        "gitlab:token is a registration token (got a secret of 27 characters), which this project never uses: it cannot log in to GitLab's API. Give a personal, group or project access token (glpat-…) or an OAuth access token.",
    ],
    [
        "a runner's token given as the token to log in with",
        "gitlab:token: glrt-abcdefghijklmnopqrst",
        "gitlab:token is a runner's authentication token (got a secret of 25 characters), which gets jobs for a runner: it cannot log in to GitLab's API. Give a personal, group or project access token (glpat-…) or an OAuth access token.",
    ],
    [
        "half of a client certificate, and retries that are no number",
        "gitlab:clientKey: /k.pem\ngitlab:retries: many",
        "gitlab:clientCert is missing beside gitlab:clientKey. Give the path of its PEM file.",
        'gitlab:retries must be a whole number, 0 or more (got "many"). Write digits alone.',
    ],
    [
        "a token in a worker's keys",
        `${RUNNERS}: { ci: { scope: instance, config: { executor: shell, token: GR1348941secretsecret } } }`,
        `${RUNNERS}.ci.config.token must not be given (got a secret of 21 characters). Remove it: it comes from the declared runner.`,
    ],
    [
        "an address that is none, and one without /api/v4/",
        "gitlab:baseUrl: gitlab.example.org",
        'gitlab:baseUrl is not a web address (got "gitlab.example.org"). Write it like https://gitlab.example.org/api/v4/.',
    ],
    [
        "an address without /api/v4/, an unknown key and a switch that is none",
        "gitlab:baseUrl: https://gitlab.example.org\ngitlab:baseURL: x\ngitlab:insecure: maybe\ngitlab:compareWithGitlab: maybe\ngitlab:earlyAuthCheck: ' true'",
        'gitlab:baseURL is not a known key. Did you mean "baseUrl"?',
        'gitlab:baseUrl must end with /api/v4/ (got "https://gitlab.example.org"). Write it like https://gitlab.example.org/api/v4/.',
        'gitlab:insecure must be true or false (got "maybe"). Write one of them.',
        'gitlab:earlyAuthCheck must be true or false (got " true"). Write it without quotes.',
        'gitlab:compareWithGitlab must be true or false (got "maybe"). Write one of them.',
    ],
    [
        "a choice that is none",
        `${RUNNERS}: { ci: { scope: instance, accessLevel: ref_protectd } }\ngitlab-fleet:exclusive: { a: { scope: instance, claim: { tags: [x] }, foreign: destroy } }`,
        `${RUNNERS}.ci.accessLevel must be one of not_protected, ref_protected (got "ref_protectd"). Did you mean "ref_protected"?`,
        'gitlab-fleet:exclusive.a.foreign must be one of report, pause, delete (got "destroy"). Choose one of them.',
    ],
    [
        "the shapes of a value that has none of them",
        "gitlab-fleet:registries: { a/b: { consumers: { projects: [[c/d]], groups: x }, policies: 5, checkMembership: 1 } }\n" +
            "gitlab-fleet:exclusive: { a: { scope: instance, keep: { ids: [{}] } } }",
        "gitlab-fleet:registries.a/b.consumers.projects[0] must be a project's full path such as group/project, or its id (got a list of 1). Correct the value.",
        'gitlab-fleet:registries.a/b.consumers.groups must be a list (got "x"). Write ["x"].',
        "gitlab-fleet:registries.a/b.policies must be a map or pull (got 5). Give pull, or a map from an entry of the list to pull or to names such as READ_PACKAGES.",
        "gitlab-fleet:registries.a/b.checkMembership must be true or false (got 1). Write true.",
        "gitlab-fleet:exclusive.a.keep.ids[0] must be GitLab's number of a runner (got an empty map). For instance: 42.",
    ],
    [
        "codes that silence nothing, for a runner too",
        `${RUNNERS}: { ci: { scope: instance, silence: [long-poling], config: { executor: shell } } }`,
        `${RUNNERS}.ci.silence[0] is not a warning (got "long-poling"). Did you mean "long-polling"?`,
    ],
    [
        "permissions that are nearly pull",
        "gitlab-fleet:registries: { a/b: { consumers: { projects: [c/d] }, policies: pulll } }",
        'gitlab-fleet:registries.a/b.policies must be a map or pull (got "pulll"). Did you mean "pull"? Give pull, or a map from an entry of the list to pull or to names such as READ_PACKAGES.',
    ],
    [
        "parts of a claim that are none",
        "gitlab-fleet:exclusive: { a: { scope: instance, claim: { statuses: [stal, paused], match: both, offlineFor: 0d } } }",
        'gitlab-fleet:exclusive.a.claim.statuses[0] must be one of stale, never_contacted, offline (got "stal"). Did you mean "stale"?',
        'gitlab-fleet:exclusive.a.claim.statuses[1] must be one of stale, never_contacted, offline (got "paused"). Choose one of them.',
        'gitlab-fleet:exclusive.a.claim.match must be one of any, all (got "both"). Choose one of them.',
        'gitlab-fleet:exclusive.a.claim.offlineFor must be longer than nothing, such as 30d or 12h (got "0d"). Correct it.',
    ],
    [
        "a scope that is two",
        "gitlab-fleet:exclusive: { a: { scope: { projectsBelow: x, group: y } } }",
        "gitlab-fleet:exclusive.a.scope.group is not a known key. Remove it, or use one of projectsBelow.",
    ],
];
