import type { AccessToken, Group, Member, MemberSource, Project, Runner, RunnerManager, User } from "./entities";
import { expiryAt } from "./expiry";
import type { Store } from "./store";
import { accessToken, registrationToken, runnerToken } from "./token-text";

/** Roles by GitLab's names. GitLab: `access_level`. */
export const ROLES = { guest: 10, planner: 15, reporter: 20, developer: 30, maintainer: 40, owner: 50 } as const;
export type Role = keyof typeof ROLES;

/** Adds a user; everything but the name has a default. */
export function addUser(db: Store, user: Partial<User> & { username: string }): User {
    return db.users.insert({
        name: user.username,
        email: `${user.username}@example.org`,
        admin: false,
        state: "active",
        bot: false,
        external: false,
        createdAt: db.now(),
        ...user,
    });
}

/** Adds an access token of a user; its text is generated unless given. */
export function addToken(
    db: Store,
    token: Partial<AccessToken> & { name: string; userId: number; scopes: string[] },
): AccessToken {
    return db.tokens.insert({
        kind: "personal",
        description: null,
        expiresAt: null,
        revoked: false,
        createdAt: db.now(),
        lastUsedAt: null,
        ...token,
        text: token.text ?? accessToken(db.random),
    });
}

/** Adds a group; `parentId` places it, `path` is the last part of its path. */
export function addGroup(db: Store, group: Partial<Group> & { path: string }): Group {
    const parent = group.parentId ? db.groups.must(group.parentId) : undefined;
    const name = group.name ?? group.path;
    return db.groups.insert({
        parentId: null,
        description: "",
        visibility: parent?.visibility ?? "private",
        sharedRunnersSetting: "enabled",
        runnerRegistrationEnabled: true,
        runnersToken: registrationToken(db.random),
        runnerTokenExpirationInterval: null,
        subgroupRunnerTokenExpirationInterval: null,
        projectRunnerTokenExpirationInterval: null,
        markedForDeletionOn: null,
        createdAt: db.now(),
        ...group,
        name,
        fullPath: parent ? `${parent.fullPath}/${group.path}` : group.path,
        fullName: parent ? `${parent.fullName} / ${name}` : name,
    });
}

/** Adds a project to a group (`groupId`) or to a user's own namespace (`ownerId`). */
export function addProject(db: Store, project: Partial<Project> & { path: string }): Project {
    const group = project.groupId ? db.groups.must(project.groupId) : undefined;
    const owner = project.ownerId ? db.users.must(project.ownerId) : undefined;
    const namespace = group?.fullPath ?? owner?.username;
    if (namespace === undefined) throw new Error(`Project "${project.path}": needs a groupId or an ownerId.`);
    const added = db.projects.insert({
        groupId: null,
        ownerId: null,
        creatorId: null,
        name: project.path,
        description: null,
        visibility: group?.visibility ?? "private",
        defaultBranch: "main",
        archived: false,
        registryAccessLevel: "enabled",
        hasImages: false,
        buildsAccessLevel: "enabled",
        sharedRunnersEnabled: true,
        groupRunnersEnabled: true,
        runnerRegistrationEnabled: true,
        runnersToken: registrationToken(db.random),
        runnerTokenExpirationInterval: null,
        inboundJobTokenScopeEnabled: true,
        outboundJobTokenScopeEnabled: false,
        fineGrainedJobTokens: true,
        pushRepositoryForJobTokenAllowed: false,
        protectedRefs: [project.defaultBranch ?? "main"],
        ciConfigPath: null,
        buildTimeout: 3600,
        markedForDeletionOn: null,
        createdAt: db.now(),
        lastActivityAt: db.now(),
        ...project,
        fullPath: `${namespace}/${project.path}`,
    });
    if (owner) addMember(db, owner.id, "project", added.id, ROLES.owner);
    return added;
}

/** Makes a user a member, or changes a member's role. */
export function addMember(
    db: Store,
    userId: number,
    sourceType: MemberSource,
    sourceId: number,
    accessLevel: number,
): Member {
    const known = db.members.first("pair", `${userId}:${sourceType}:${sourceId}`);
    if (known) return db.members.update(known.id, { accessLevel });
    return db.members.insert({ userId, sourceType, sourceId, accessLevel, expiresAt: null, createdAt: db.now() });
}

/**
 * Removes a role, as somebody might while a program runs: whatever was visible only through it answers 404 from now on.
 */
export function removeMember(db: Store, userId: number, sourceType: MemberSource, sourceId: number): void {
    const known = db.members.first("pair", `${userId}:${sourceType}:${sourceId}`);
    if (known) db.members.delete(known.id);
}

/** Adds a runner with its projects; the token and its expiry are generated unless given. */
export function addRunner(
    db: Store,
    runner: Partial<Runner> & Pick<Runner, "runnerType">,
    projectIds: number[] = [],
): Runner {
    const now = db.now();
    const row: Omit<Runner, "id"> = {
        deadToken: null,
        tokenExpiresAt: null,
        tokenRotationDeadline: null,
        groupId: null,
        creatorId: null,
        creationMethod: "authenticated_user",
        creationState: "started",
        name: null,
        description: null,
        maintenanceNote: null,
        active: true,
        locked: false,
        accessLevel: "not_protected",
        runUntagged: true,
        tagList: [],
        maximumTimeout: null,
        contactedAt: null,
        createdAt: now,
        updatedAt: now,
        ...runner,
        token: "",
    };
    row.token = runner.token ?? tokenFor(db, row, projectIds[0] ?? null);
    if (runner.tokenExpiresAt === undefined) row.tokenExpiresAt = expiryAt(db, { ...row, projectIds });
    const added = db.runners.insert(row);
    for (const projectId of projectIds) db.runnerProjects.insert({ runnerId: added.id, projectId });
    return added;
}

/** A fresh token text for a runner. */
export function newRunnerToken(db: Store, runner: Runner): string {
    return tokenFor(db, runner, db.runnerProjects.first("runner", runner.id)?.projectId ?? null);
}

function tokenFor(db: Store, runner: Omit<Runner, "id">, projectId: number | null): string {
    return runnerToken(db.random, {
        version: db.version,
        instancePrefix: db.settings.instanceTokenPrefix,
        runner: { ...runner, projectId },
    });
}

/** Adds a manager that has been in contact with GitLab. */
export function addManager(
    db: Store,
    manager: Partial<RunnerManager> & Pick<RunnerManager, "runnerId" | "systemId">,
): RunnerManager {
    return db.managers.insert({
        version: null,
        revision: null,
        platform: null,
        architecture: null,
        executor: null,
        ipAddress: null,
        creationState: "started",
        createdAt: db.now(),
        contactedAt: null,
        ...manager,
    });
}
