import { describeConsumers, findMembershipGaps } from "./functions/describe-consumers";
import { findLeftovers } from "./functions/find-leftovers";
import { findRunner } from "./functions/find-runner";
import { lookAhead } from "./functions/look-ahead";
import { noteAllowlists } from "./functions/note-allowlists";
import { resolvePaths } from "./functions/resolve-paths";
import type { FunctionHandler, ResourceHandler } from "./handler";
import { allowlistBackup } from "./resources/allowlist-backup/allowlist-backup";
import { cacheVolumes } from "./resources/cache-volumes/cache-volumes";
import { configLoaded } from "./resources/config-loaded/config-loaded";
import { dockerEngine } from "./resources/docker-engine/docker-engine";
import { dockerPlace } from "./resources/docker-place/docker-place";
import { exclusiveRunners } from "./resources/exclusive-runners/exclusive-runners";
import { hostService } from "./resources/host-service/host-service";
import { jobTokenPolicies } from "./resources/job-token-policies/job-token-policies";
import { kubernetesPlace } from "./resources/kubernetes-place/kubernetes-place";
import { managerFiles } from "./resources/manager-files/manager-files";
import { managerOnline } from "./resources/manager-online/manager-online";
import { managerPlace } from "./resources/manager-place/manager-place";
import { managerPod } from "./resources/manager-pod/manager-pod";
import { managerVolume } from "./resources/manager-volume/manager-volume";
import { projectJobTokenScope } from "./resources/project-job-token-scope/project-job-token-scope";
import { projectJobTokenScopes } from "./resources/project-job-token-scopes/project-job-token-scopes";
import { projectShareGroup } from "./resources/project-share-group/project-share-group";
import { runnerToken } from "./resources/runner-token/runner-token";
import { stackIdentity } from "./resources/stack-identity/stack-identity";
import { userRunner } from "./resources/user-runner/user-runner";
import gitlabSchema from "./schema/gitlab.json";
import gitlabFleetSchema from "./schema/gitlab-fleet.json";
import type { ShortSchema } from "./schema/whole";
import type { SchemaSpec } from "./schema-check";

/** A Pulumi package that this program can serve. */
export interface Package {
    name: string;
    version: string;
    schema: SchemaSpec & ShortSchema;
    resources: Record<string, ResourceHandler>;
    functions: Record<string, FunctionHandler>;
}

/** The packages by name. A new type takes one file and one line here. */
export const packages: Record<string, Package> = {
    gitlab: {
        name: "gitlab",
        version: gitlabSchema.version,
        schema: gitlabSchema,
        resources: {
            "gitlab:index/userRunner:UserRunner": userRunner,
            "gitlab:index/projectJobTokenScopes:ProjectJobTokenScopes": projectJobTokenScopes,
            "gitlab:index/projectJobTokenScope:ProjectJobTokenScope": projectJobTokenScope,
            "gitlab:index/projectShareGroup:ProjectShareGroup": projectShareGroup,
        },
        functions: {},
    },
    "gitlab-fleet": {
        name: "gitlab-fleet",
        version: gitlabFleetSchema.version,
        schema: gitlabFleetSchema,
        resources: {
            "gitlab-fleet:index:StackIdentity": stackIdentity,
            "gitlab-fleet:index:ExclusiveRunners": exclusiveRunners,
            "gitlab-fleet:index:ManagerPlace": managerPlace,
            "gitlab-fleet:index:ManagerFiles": managerFiles,
            "gitlab-fleet:index:HostService": hostService,
            "gitlab-fleet:index:DockerEngine": dockerEngine,
            "gitlab-fleet:index:DockerPlace": dockerPlace,
            "gitlab-fleet:index:ManagerVolume": managerVolume,
            "gitlab-fleet:index:ManagerPod": managerPod,
            "gitlab-fleet:index:KubernetesPlace": kubernetesPlace,
            "gitlab-fleet:index:ConfigLoaded": configLoaded,
            "gitlab-fleet:index:CacheVolumes": cacheVolumes,
            "gitlab-fleet:index:JobTokenPolicies": jobTokenPolicies,
            "gitlab-fleet:index:AllowlistBackup": allowlistBackup,
            "gitlab-fleet:index:ManagerOnline": managerOnline,
            "gitlab-fleet:index:RunnerToken": runnerToken,
        },
        functions: {
            "gitlab-fleet:index:findRunner": findRunner,
            "gitlab-fleet:index:findLeftovers": findLeftovers,
            "gitlab-fleet:index:resolvePaths": resolvePaths,
            "gitlab-fleet:index:describeConsumers": describeConsumers,
            "gitlab-fleet:index:findMembershipGaps": findMembershipGaps,
            "gitlab-fleet:index:lookAhead": lookAhead,
            "gitlab-fleet:index:noteAllowlists": noteAllowlists,
        },
    },
};
