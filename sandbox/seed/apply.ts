import { DAY, HOUR, MINUTE, SECOND } from "../clock";
import { addGroupLink, addProjectLink } from "../job-token-links";
import type { Group, Project, User } from "../store/entities";
import {
    addGroup,
    addManager,
    addMember,
    addProject,
    addRunner,
    addToken,
    addUser,
    ROLES,
    type Role,
} from "../store/factory";
import type { Store } from "../store/store";
import type { Seed, SeedGroup, SeedProject, SeedRunner } from "./schema";

const UNITS = { d: DAY, h: HOUR, m: MINUTE, s: SECOND };

/** Fills an empty store from a seed, and returns the text of its access tokens by name. */
export function applySeed(db: Store, seed: Seed): Record<string, string> {
    const { settings: { rateLimits, ...settings } = {}, users = [], groups = [], projects = [] } = seed;
    const { runners = [], jobs = [], authLog = [], tokens = [] } = seed;
    Object.assign(db.settings, settings);
    Object.assign(db.settings.rateLimits, rateLimits);
    for (const { blocked, ...user } of users) addUser(db, { ...user, state: blocked ? "blocked" : "active" });
    for (const group of groups.flatMap(repeat)) seedGroup(db, group);
    for (const project of projects.flatMap(repeat)) seedProject(db, project);
    // Links come last, because they may name projects further down the list.
    for (const project of projects.flatMap(repeat)) seedLinks(db, project);
    for (const runner of runners.flatMap(repeat)) seedRunner(db, runner);
    for (const { count: _, ...job } of jobs.flatMap(repeat)) db.jobs.enqueue(job);
    for (const { project, from, at } of authLog) {
        db.authLog.insert({
            accessedProjectId: projectAt(db, project, "authLog").id,
            originProjectId: projectAt(db, from, "authLog").id,
            lastAuthorizedAt: time(db, at)!,
        });
    }
    return Object.fromEntries(
        tokens.map(({ user, expiresAt, ...token }) => {
            const userId = userNamed(db, user, `Token "${token.name}"`).id;
            return [token.name, addToken(db, { ...token, userId, expiresAt: time(db, expiresAt) ?? null }).text];
        }),
    );
}

/** `count` copies, each with `{n}` replaced by its number. */
function repeat<T extends { count?: number | undefined }>(row: T): T[] {
    const { count, ...one } = row;
    if (count === undefined) return [row];
    return Array.from(
        { length: count },
        (_, at) => JSON.parse(JSON.stringify(one).replaceAll("{n}", String(at + 1))) as T,
    );
}

function seedGroup(db: Store, { path, members, count: _, ...group }: SeedGroup): void {
    const { parent, last } = split(path);
    const parentId = parent === "" ? null : groupAt(db, parent, `Group "${path}"`).id;
    const added = addGroup(db, { ...group, path: last, parentId });
    addMembers(db, members, "group", added.id, `Group "${path}"`);
}

function seedProject(db: Store, seed: SeedProject): void {
    const { path, members, sharedWith, jobTokenScope, files, registry, count: _, ...project } = seed;
    const owner = `Project "${path}"`;
    const { parent, last } = split(path);
    const user = db.users.first("username", parent.toLowerCase());
    const home = user ? { ownerId: user.id } : { groupId: groupAt(db, parent, owner).id };
    const added = addProject(db, {
        ...project,
        ...home,
        path: last,
        registryAccessLevel: registry ?? "enabled",
        inboundJobTokenScopeEnabled: jobTokenScope?.enabled ?? true,
    });
    addMembers(db, members, "project", added.id, owner);
    for (const [file, content] of Object.entries(files ?? {})) {
        db.files.insert({ projectId: added.id, ref: added.defaultBranch, path: file, content });
    }
}

function seedLinks(db: Store, { path, jobTokenScope, sharedWith }: SeedProject): void {
    const owner = `Project "${path}"`;
    const sourceId = projectAt(db, path, owner).id;
    for (const share of sharedWith ?? []) {
        const groupId = groupAt(db, share.group, owner).id;
        db.projectShares.insert({ projectId: sourceId, groupId, accessLevel: ROLES[share.role], expiresAt: null });
    }
    for (const target of jobTokenScope?.projects ?? []) {
        complain(owner, addProjectLink(db, { sourceId, targetId: projectAt(db, target, owner).id, addedById: null }));
    }
    for (const target of jobTokenScope?.groups ?? []) {
        complain(owner, addGroupLink(db, { sourceId, targetId: groupAt(db, target, owner).id, addedById: null }));
    }
}

function seedRunner(db: Store, seed: SeedRunner): void {
    const {
        scope,
        tags = [],
        paused = false,
        legacy = false,
        createdBy,
        managers = [],
        createdAt,
        contactedAt,
        tokenExpiresAt,
        count: _,
        ...rest
    } = seed;
    const owner = `Runner "${seed.description ?? ""}"`;
    const creator = createdBy === undefined ? undefined : userNamed(db, createdBy, owner);
    const place = placeOf(db, scope, owner);
    const runner = addRunner(
        db,
        {
            ...rest,
            ...place.row,
            active: !paused,
            tagList: tags,
            creatorId: creator?.id ?? null,
            creationMethod: legacy ? "registration_token" : "authenticated_user",
            creationState: legacy || contactedAt !== undefined ? "finished" : "started",
            name: legacy ? "gitlab-runner" : null,
            createdAt: time(db, createdAt) ?? db.now(),
            contactedAt: time(db, contactedAt) ?? null,
            ...(tokenExpiresAt === undefined ? {} : { tokenExpiresAt: time(db, tokenExpiresAt) ?? null }),
        },
        place.projectIds,
    );
    for (const { contactedAt: contact, ...manager } of managers) {
        const state = contact === undefined ? "started" : "finished";
        addManager(db, {
            ...manager,
            runnerId: runner.id,
            contactedAt: time(db, contact) ?? null,
            creationState: state,
        });
    }
}

function placeOf(db: Store, scope: SeedRunner["scope"], owner: string) {
    if (scope === "instance") return { row: { runnerType: "instance_type" as const }, projectIds: [] };
    if ("group" in scope) {
        return {
            row: { runnerType: "group_type" as const, groupId: groupAt(db, scope.group, owner).id },
            projectIds: [],
        };
    }
    const paths = "project" in scope ? [scope.project] : scope.projects;
    const projectIds = paths.map((path) => projectAt(db, path, owner).id);
    return { row: { runnerType: "project_type" as const }, projectIds };
}

function addMembers(
    db: Store,
    members: Record<string, Role> = {},
    type: "group" | "project",
    id: number,
    owner: string,
): void {
    for (const [username, role] of Object.entries(members)) {
        addMember(db, userNamed(db, username, owner).id, type, id, ROLES[role]);
    }
}

function userNamed(db: Store, username: string, owner: string): User {
    const user = db.users.first("username", username.toLowerCase());
    if (!user) throw new Error(`Seed: ${owner}: no user "${username}". List it under users.`);
    return user;
}

function groupAt(db: Store, path: string, owner: string): Group {
    const group = db.groups.first("path", path.toLowerCase());
    if (!group) throw new Error(`Seed: ${owner}: no group "${path}". List it under groups, parents first.`);
    return group;
}

function projectAt(db: Store, path: string, owner: string): Project {
    const project = db.projects.first("path", path.toLowerCase());
    if (!project) throw new Error(`Seed: ${owner}: no project "${path}". List it under projects.`);
    return project;
}

function complain(owner: string, problem: string | undefined): void {
    if (problem) throw new Error(`Seed: ${owner}: jobTokenScope: ${problem}`);
}

function split(path: string): { parent: string; last: string } {
    const at = path.lastIndexOf("/");
    return { parent: path.slice(0, Math.max(at, 0)), last: path.slice(at + 1) };
}

function time(db: Store, when: string | Date | undefined): number | undefined {
    if (when === undefined) return undefined;
    const relative = typeof when === "string" ? /^([-+]\d+)([dhms])$/.exec(when) : null;
    if (!relative) return new Date(when).getTime();
    return db.now() + Number(relative[1]) * UNITS[relative[2] as keyof typeof UNITS];
}
