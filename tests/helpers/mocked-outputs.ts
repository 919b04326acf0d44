/** Identity of the mocked program's state. */
export const IDENTITY = "k7m2x9pq4w";

export const USER_RUNNER = "gitlab:index/userRunner:UserRunner";

type Props = Record<string, unknown>;

const TIME = "2026-01-01T00:00:00.000Z";

/**
 * What our plugin returns in addition to the inputs, by type. `tests/integration/provider/mocked-outputs.spec.ts`
 * compares it with the plugin.
 */
const OUTPUTS: Record<string, (name: string, inputs: Props) => Props> = {
    [USER_RUNNER]: (name) => ({ token: `glrt-${name}-token` }),
    "gitlab:index/projectJobTokenScope:ProjectJobTokenScope": () => ({}),
    "gitlab:index/projectJobTokenScopes:ProjectJobTokenScopes": () => ({}),
    "gitlab:index/projectShareGroup:ProjectShareGroup": () => ({}),
    "gitlab-fleet:index:StackIdentity": () => ({ identity: IDENTITY, gitlab: "https://gitlab.test" }),
    "gitlab-fleet:index:ExclusiveRunners": () => ({ found: [] }),
    "gitlab-fleet:index:RunnerToken": (_, { issuedToken }) => ({
        token: issuedToken,
        obtainedAt: TIME,
        expiresAt: "2026-01-31T00:00:00.000Z",
    }),
    "gitlab-fleet:index:ManagerOnline": () => ({ contactedAt: TIME }),
    "gitlab-fleet:index:JobTokenPolicies": () => ({ added: [] }),
    "gitlab-fleet:index:AllowlistBackup": () => ({ enabled: true, targetProjectIds: [], targetGroupIds: [] }),
    "gitlab-fleet:index:DockerEngine": () => ({ apiVersion: "1.47" }),
    "gitlab-fleet:index:DockerPlace": () => ({ reachedAt: TIME }),
    "gitlab-fleet:index:ManagerVolume": (_, { name, home, systemId, owner, drainTimeout }) => ({
        containerName: name,
        volumeName: name,
        ...(home === true ? { homeVolumeName: `${name as string}-home` } : {}),
        directory: "/etc/gitlab-runner",
        activeSystemId: systemId,
        labels: { "com.gitlab-fleet.owner": owner },
        stopTimeout: drainTimeout,
        writtenAt: "2026-01-01T00:00:00.000000001Z",
    }),
    "gitlab-fleet:index:ManagerPod": () => ({}),
    "gitlab-fleet:index:KubernetesPlace": () => ({ reachedAt: TIME }),
    "gitlab-fleet:index:ConfigLoaded": () => ({ loadedAt: TIME }),
    "gitlab-fleet:index:CacheVolumes": () => ({}),
    "gitlab-fleet:index:ManagerPlace": () => ({ place: { id: "a".repeat(32), host: "ci-01" } }),
    "gitlab-fleet:index:ManagerFiles": (_, { directory }) => ({
        configPath: `${directory}/config.toml`,
        host: "ci-01",
        directoryCreated: false,
    }),
    "gitlab-fleet:index:HostService": () => ({ loadedAt: TIME }),
};

/** Outputs of a resource under mocks. None for types of other plugins. */
export function mockedOutputs(type: string, name: string, inputs: Props): Props {
    return OUTPUTS[type]?.(name, inputs) ?? {};
}
