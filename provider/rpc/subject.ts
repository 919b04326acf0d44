import { scopeOfOrphans } from "../../core/orphans-name";
import { kindOfUrn, nameOfUrn } from "../../core/urn";

/** The user's word for a resource, by the last part of its type. */
const NOUNS: Record<string, string> = {
    UserRunner: "runner",
    RunnerToken: "token of runner",
    ExclusiveRunners: "runners of",
    StackIdentity: "identity of",
    ManagerFiles: "manager",
    ManagerVolume: "manager",
    ManagerPod: "manager",
    DockerPlace: "manager",
    KubernetesPlace: "manager",
    ManagerPlace: "manager",
    ManagerOnline: "manager",
    ConfigLoaded: "manager",
    HostService: "service of manager",
    CacheVolumes: "cache volumes of manager",
    DockerEngine: "Docker engine",
    ProjectJobTokenScopes: "allowlist",
    ProjectJobTokenScope: "allowlist entry",
    JobTokenPolicies: "policies of allowlist",
    AllowlistBackup: "backup of allowlist",
    ProjectShareGroup: "membership",
};

/** The beginning of a message about a resource: `runner docker-small: `; empty if the message is not about one. */
export function subjectOf(urn: string): string {
    const name = nameOfUrn(urn);
    if (name === "") return "";
    const noun = NOUNS[kindOfUrn(urn)];
    if (noun === undefined) return `${name}: `;
    return `${noun} ${noun === NOUNS.ExclusiveRunners ? scopeOfOrphans(name) : name}: `;
}
