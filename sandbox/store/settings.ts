import type { Settings } from "./entities";

/** Settings of a freshly installed GitLab 17 or later. */
export function defaultSettings(): Settings {
    return {
        externalUrl: "",
        enforceInboundJobTokenScope: true,
        allowRunnerRegistrationToken: false,
        validRunnerRegistrars: ["project", "group"],
        runnersRegistrationToken: "",
        runnerTokenExpirationInterval: null,
        groupRunnerTokenExpirationInterval: null,
        projectRunnerTokenExpirationInterval: null,
        instanceTokenPrefix: "",
        adminMode: false,
        registryHost: "",
        longPollSeconds: 50,
        rateLimits: {
            jobsRequest: 2000,
            jobUpdate: 200,
            jobTrace: 200,
            project: 400,
            group: 400,
            projects: 200,
            groups: 200,
        },
        throttlePerMinute: 0,
        paginationTotals: true,
        maxTraceBytes: 100 * 1024 * 1024,
        maxArtifactsBytes: 100 * 1024 * 1024,
        allowlistLimit: 200,
    };
}
