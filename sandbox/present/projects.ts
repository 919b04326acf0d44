import { groupLevel, hasProjectRole } from "../access";
import type { Call } from "../http/api";
import type { Group, Project } from "../store/entities";
import type { Store } from "../store/store";
import { day, groupUrl, nameWithNamespace, presentNamespace, presentUserBasic, projectUrl, time } from "./common";

/** GitLab: entity `ProjectIdentity`. */
export function presentProjectIdentity(db: Store, project: Project): Record<string, unknown> {
    return {
        id: project.id,
        description: project.description,
        name: project.name,
        name_with_namespace: nameWithNamespace(db, project),
        path: project.path,
        path_with_namespace: project.fullPath,
        created_at: time(project.createdAt),
    };
}

/** GitLab: entity `BasicProjectDetails`, as allowlists and runners list projects. */
export function presentProjectBasic(db: Store, project: Project): Record<string, unknown> {
    const url = projectUrl(db, project);
    return {
        ...presentProjectIdentity(db, project),
        default_branch: project.defaultBranch,
        tag_list: [],
        topics: [],
        ssh_url_to_repo: `git@${new URL(url).hostname}:${project.fullPath}.git`,
        http_url_to_repo: `${url}.git`,
        web_url: url,
        readme_url: readmeUrl(db, project, url),
        forks_count: 0,
        avatar_url: null,
        star_count: 0,
        last_activity_at: time(project.lastActivityAt),
        visibility: project.visibility,
        namespace: presentNamespace(db, project),
    };
}

/** GitLab: entity `Project`. */
export function presentProject(call: Call, project: Project): Record<string, unknown> {
    const { db, identity } = call;
    const creator = project.creatorId === null ? undefined : db.users.get(project.creatorId);
    return {
        ...presentProjectBasic(db, project),
        container_registry_image_prefix: registryPrefix(db, project),
        archived: project.archived,
        ...(project.ownerId === null ? {} : { owner: presentUserBasic(db, db.users.must(project.ownerId)) }),
        creator_id: creator?.id ?? null,
        empty_repo: db.files.count("project", project.id) === 0,
        container_registry_enabled: project.registryAccessLevel !== "disabled",
        container_registry_access_level: project.registryAccessLevel,
        builds_access_level: project.buildsAccessLevel,
        jobs_enabled: project.buildsAccessLevel !== "disabled",
        shared_runners_enabled: project.sharedRunnersEnabled,
        group_runners_enabled: project.groupRunnersEnabled,
        ci_config_path: project.ciConfigPath ?? "",
        build_timeout: project.buildTimeout,
        // The outbound switch: GitLab keeps this name from the time when there was only one switch.
        ci_job_token_scope_enabled: project.outboundJobTokenScopeEnabled,
        ci_push_repository_for_job_token_allowed: project.pushRepositoryForJobTokenAllowed,
        marked_for_deletion_on: project.markedForDeletionOn,
        shared_with_groups: db.projectShares.find("project", project.id).map((share) => {
            const group = db.groups.must(share.groupId);
            return {
                group_id: group.id,
                group_name: group.name,
                group_full_path: group.fullPath,
                group_access_level: share.accessLevel,
                expires_at: day(share.expiresAt),
            };
        }),
        ...(hasProjectRole(db, identity, project, "maintainer")
            ? {
                  runners_token: project.runnersToken,
                  runner_token_expiration_interval: project.runnerTokenExpirationInterval,
              }
            : {}),
        permissions: {
            project_access: access(directProjectLevel(call, project)),
            group_access: access(
                identity.user && project.groupId !== null ? groupLevel(db, identity.user, project.groupId) : 0,
            ),
        },
    };
}

/** GitLab: entity `Group`. */
export function presentGroup(db: Store, group: Group): Record<string, unknown> {
    return {
        id: group.id,
        web_url: groupUrl(db, group),
        name: group.name,
        path: group.path,
        description: group.description,
        visibility: group.visibility,
        share_with_group_lock: false,
        require_two_factor_authentication: false,
        project_creation_level: "developer",
        subgroup_creation_level: "maintainer",
        request_access_enabled: true,
        lfs_enabled: true,
        shared_runners_setting: group.sharedRunnersSetting,
        avatar_url: null,
        full_name: group.fullName,
        full_path: group.fullPath,
        created_at: time(group.createdAt),
        parent_id: group.parentId,
        organization_id: 1,
        marked_for_deletion_on: group.markedForDeletionOn,
    };
}

/** Address of the default branch's README; null without one. */
function readmeUrl(db: Store, { id, defaultBranch }: Project, url: string): string | null {
    const files = db.files.find("project", id).filter((file) => file.ref === defaultBranch);
    const readme = files.find(({ path }) => /^readme(\.[a-z]+)?$/i.test(path));
    return readme === undefined ? null : `${url}/-/blob/${defaultBranch}/${readme.path}`;
}

/** Prefix of image names in a project's registry; null without a registry. */
export function registryPrefix(db: Store, project: Project): string | null {
    const host = db.settings.registryHost;
    return host === "" ? null : `${host}/${project.fullPath.toLowerCase()}`;
}

function directProjectLevel(call: Call, project: Project): number {
    const { db, identity } = call;
    return identity.user
        ? (db.members.first("pair", `${identity.user.id}:project:${project.id}`)?.accessLevel ?? 0)
        : 0;
}

function access(level: number): { access_level: number; notification_level: number } | null {
    return level === 0 ? null : { access_level: level, notification_level: 3 };
}
