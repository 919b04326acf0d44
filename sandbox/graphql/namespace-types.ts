import { canReadGroup, canReadProject, hasGroupRole, hasProjectRole } from "../access";
import { isAdmin } from "../http/api";
import { groupUrl, namespaceIdOfUser, nameWithNamespace, projectUrl, time } from "../present/common";
import { VERSIONS } from "../routes/instance";
import { manageableBy, runnersOfProject } from "../routes/runner-lists";
import type { Group, Project, Runner, User } from "../store/entities";
import { isGroupFound, isProjectFound } from "../store/search";
import type { Store } from "../store/store";
import { type ConnectionArgs, connection } from "./connection";
import { gid, idOf, Refusal, type Resolvers, unavailable } from "./context";
import { type RunnersArgs, runnerConnection } from "./runner-types";

const MAX_FULL_PATHS = 50;

interface ListArgs extends ConnectionArgs {
    ids?: string[] | null;
    fullPaths?: string[] | null;
    search?: string | null;
    membership?: boolean | null;
    topLevelOnly?: boolean | null;
    includeSubgroups?: boolean | null;
}

export const namespaceResolvers: Resolvers = {
    Query: {
        currentUser: (_, __, { identity }) => identity.user ?? null,
        metadata: (_, __, { world, identity }) =>
            identity.user ? { ...VERSIONS[world.db.release], enterprise: true } : null,
        // Unlike in REST, a former path does not lead to the project.
        project: (_, { fullPath }: { fullPath: string }, { world, identity }) => {
            const project = world.db.projects.first("path", fullPath.toLowerCase());
            return project && canReadProject(world.db, identity, project) ? project : null;
        },
        projects: (_, args: ListArgs, { world, identity }) => {
            const { db } = world;
            if ((args.fullPaths?.length ?? 0) > MAX_FULL_PATHS) {
                throw new Refusal(`You cannot provide more than ${MAX_FULL_PATHS} full paths.`);
            }
            const candidates = args.fullPaths
                ? args.fullPaths.flatMap((path) => db.projects.first("path", path.toLowerCase()) ?? [])
                : args.ids
                  ? args.ids.flatMap((id) => db.projects.get(idOf("Project", id)) ?? [])
                  : db.projects.all();
            const rows = candidates.filter(
                (row) =>
                    canReadProject(db, identity, row) &&
                    isProjectFound(row, args.search) &&
                    (!args.membership || hasProjectRole(db, identity, row, "guest")),
            );
            return connection(newestFirst(rows), args);
        },
        group: (_, { fullPath }: { fullPath: string }, { world, identity }) => {
            const group = world.db.groups.first("path", fullPath.toLowerCase());
            return group && canReadGroup(world.db, identity, group) ? group : null;
        },
        groups: (_, args: ListArgs, { world, identity }) => {
            const { db } = world;
            const candidates = args.ids
                ? args.ids.flatMap((id) => db.groups.get(idOf("Group", id)) ?? [])
                : db.groups.all();
            const rows = candidates.filter(
                (row) =>
                    canReadGroup(db, identity, row) &&
                    isGroupFound(row, args.search, "all") &&
                    (!args.topLevelOnly || row.parentId === null),
            );
            return connection(rows, args);
        },
        runners: (_, args: RunnersArgs, { world, identity }) => {
            if (!isAdmin(world.db, identity)) throw unavailable();
            return runnerConnection(world.db, world.db.runners.all(), args);
        },
    },
    CurrentUser: {
        id: (user: User) => gid("User", user.id),
        publicEmail: () => null,
        webUrl: (user: User, _, { world }) => `${world.db.settings.externalUrl}/${user.username}`,
        groupCount: (user: User, _, { world }) =>
            world.db.members.find("user", user.id).filter((member) => member.sourceType === "group").length,
        namespace: (user: User) => userNamespace(user),
        runners: (user: User, args: RunnersArgs, { world }) =>
            runnerConnection(world.db, world.db.runners.all().filter(manageableBy(world.db, user)), args),
    },
    UserCore: {
        id: (user: User) => gid("User", user.id),
        webUrl: (user: User, _, { world }) => `${world.db.settings.externalUrl}/${user.username}`,
    },
    Group: {
        id: (group: Group) => gid("Group", group.id),
        webUrl: (group: Group, _, { world }) => groupUrl(world.db, group),
        createdAt: (group: Group) => time(group.createdAt),
        parent: (group: Group, _, { world, identity }) => {
            const parent = group.parentId === null ? undefined : world.db.groups.must(group.parentId);
            return parent && canReadGroup(world.db, identity, parent) ? parent : null;
        },
        projects: (group: Group, args: ListArgs, { world, identity }) => {
            const groups = args.includeSubgroups ? world.db.subtree(group.id) : [group];
            const projects = groups.flatMap((one) => world.db.projects.find("group", one.id));
            const rows = projects.filter(
                (row) => canReadProject(world.db, identity, row) && isProjectFound(row, args.search),
            );
            return connection(newestFirst(rows), args);
        },
        descendantGroups: (group: Group, args: ListArgs, { world, identity }) => {
            const below = world.db.subtree(group.id).slice(1);
            const rows = below.filter(
                (row) => canReadGroup(world.db, identity, row) && isGroupFound(row, args.search, "below"),
            );
            return connection(rows, args);
        },
        runners: (group: Group, args: RunnersArgs & { membership?: string | null }, { world, identity }) => {
            if (!hasGroupRole(world.db, identity, group.id, "maintainer")) throw unavailable();
            return runnerConnection(world.db, runnersByMembership(world.db, group, args.membership), args);
        },
    },
    Project: {
        id: (project: Project) => gid("Project", project.id),
        nameWithNamespace: (project: Project, _, { world }) => nameWithNamespace(world.db, project),
        webUrl: (project: Project, _, { world }) => projectUrl(world.db, project),
        httpUrlToRepo: (project: Project, _, { world }) => `${projectUrl(world.db, project)}.git`,
        createdAt: (project: Project) => time(project.createdAt),
        group: (project: Project, _, { world, identity }) => {
            const group = project.groupId === null ? undefined : world.db.groups.must(project.groupId);
            return group && canReadGroup(world.db, identity, group) ? group : null;
        },
        namespace: (project: Project, _, { world }) =>
            project.groupId === null
                ? userNamespace(world.db.users.must(project.ownerId!))
                : groupNamespace(world.db.groups.must(project.groupId)),
        containerRegistryEnabled: (project: Project) => project.registryAccessLevel !== "disabled",
        runners: (project: Project, args: RunnersArgs, { world, identity }) => {
            if (!hasProjectRole(world.db, identity, project, "maintainer")) throw unavailable();
            return runnerConnection(world.db, runnersOfProject(world.db, project), args);
        },
    },
};

/** GraphQL lists projects by descending id, unlike REST's runner and allowlist lists. */
function newestFirst<Row extends { id: number }>(rows: readonly Row[]): Row[] {
    return [...rows].sort((a, b) => b.id - a.id);
}

function runnersByMembership(db: Store, group: Group, membership = "DESCENDANTS" as string | null): Runner[] {
    if (membership === "DIRECT") return db.runners.find("group", group.id);
    const parts: Runner[][] = [];
    for (const below of db.subtree(group.id)) {
        parts.push(db.runners.find("group", below.id));
        for (const project of db.projects.find("group", below.id)) {
            const links = db.runnerProjects.find("project", project.id);
            if (links.length > 0) parts.push(links.map((link) => db.runners.must(link.runnerId)));
        }
    }
    if (membership === "ALL_AVAILABLE") {
        for (const above of db.lineage(group.parentId)) parts.push(db.runners.find("group", above.id));
        if (group.sharedRunnersSetting === "enabled") parts.push(db.runners.find("type", "instance_type"));
    }
    // One runner may serve several projects below.
    return parts.length === 1 ? parts[0]! : [...new Set(parts.flat())];
}

function userNamespace(user: User): Record<string, unknown> {
    return {
        id: gid("Namespaces::UserNamespace", namespaceIdOfUser(user)),
        name: user.name,
        path: user.username,
        fullPath: user.username,
    };
}

function groupNamespace(group: Group): Record<string, unknown> {
    return { id: gid("Group", group.id), name: group.name, path: group.path, fullPath: group.fullPath };
}
