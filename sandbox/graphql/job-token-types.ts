import { hasProjectRole } from "../access";
import { groupUrl, projectUrl, time } from "../present/common";
import type { AuthLogEntry, Group, GroupLink, Project, ProjectLink } from "../store/entities";
import type { Store } from "../store/store";
import { type ConnectionArgs, connection } from "./connection";
import { type Context, gid, type Resolvers } from "./context";

/** An entry of an allowlist in GraphQL, where both kinds look the same. */
export type Entry = ProjectLink | GroupLink;

export function isProjectLink(entry: Entry): entry is ProjectLink {
    return "direction" in entry;
}

const linksOf = (db: Store, project: Project, direction: "inbound" | "outbound"): ProjectLink[] =>
    db.projectLinks.find("source", `${direction}:${project.id}`);

/** Every project is implicitly on its own list. */
const listed = (db: Store, project: Project, direction: "inbound" | "outbound"): Project[] =>
    [project, ...linksOf(db, project, direction).map((link) => db.projects.must(link.targetId))].sort(
        (a, b) => b.id - a.id,
    );

/** Everything about job tokens is visible only to maintainers; others see null. */
const forMaintainers = (project: Project, { world, identity }: Context): Project | null =>
    hasProjectRole(world.db, identity, project, "maintainer") ? project : null;

const accessible = {
    avatarUrl: () => null,
};

export const jobTokenResolvers: Resolvers = {
    Project: {
        ciJobTokenScope: (project: Project, _, context) => forMaintainers(project, context),
        ciJobTokenScopeAllowlist: (project: Project, _, context) => forMaintainers(project, context),
        ciCdSettings: (project: Project, _, context) => forMaintainers(project, context),
        ciJobTokenAuthLogs: (project: Project, args: ConnectionArgs, context) =>
            forMaintainers(project, context) &&
            connection(context.world.db.authLog.find("accessed", project.id).reverse(), args),
    },
    CiJobTokenScopeType: {
        inboundAllowlist: (project: Project, args: ConnectionArgs, { world }) =>
            connection(listed(world.db, project, "inbound"), args),
        outboundAllowlist: (project: Project, args: ConnectionArgs, { world }) =>
            connection(listed(world.db, project, "outbound"), args),
        projects: (project: Project, args: ConnectionArgs, { world }) =>
            connection(listed(world.db, project, "outbound"), args),
        groupsAllowlist: (project: Project, args: ConnectionArgs, { world }) => {
            const links = world.db.groupLinks.find("source", project.id);
            return connection(
                links.map((link) => world.db.groups.must(link.targetId)),
                args,
            );
        },
        inboundAllowlistCount: (project: Project, _, { world }) => linksOf(world.db, project, "inbound").length + 1,
        groupsAllowlistCount: (project: Project, _, { world }) => world.db.groupLinks.count("source", project.id),
        inboundAllowlistAutopopulatedIds: (project: Project, _, { world }) =>
            linksOf(world.db, project, "inbound")
                .filter((link) => link.autopopulated)
                .map((link) => gid("Project", link.targetId)),
        groupAllowlistAutopopulatedIds: (project: Project, _, { world }) =>
            world.db.groupLinks
                .find("source", project.id)
                .filter((link) => link.autopopulated)
                .map((link) => gid("Group", link.targetId)),
    },
    CiJobTokenScopeAllowlist: {
        projectsAllowlist: (project: Project, args: ConnectionArgs, { world }) =>
            connection(linksOf(world.db, project, "inbound"), args),
        groupsAllowlist: (project: Project, args: ConnectionArgs, { world }) =>
            connection(world.db.groupLinks.find("source", project.id), args),
    },
    CiJobTokenScopeAllowlistEntry: {
        sourceProject: (entry: Entry, _, { world }) => world.db.projects.must(entry.sourceId),
        target: (entry: Entry, _, { world }) =>
            isProjectLink(entry)
                ? { __typename: "CiJobTokenAccessibleProject", ...world.db.projects.must(entry.targetId) }
                : { __typename: "CiJobTokenAccessibleGroup", ...world.db.groups.must(entry.targetId) },
        direction: (entry: Entry) => (isProjectLink(entry) ? entry.direction : "inbound"),
        jobTokenPolicies: (entry: Entry) => entry.policies,
        addedBy: (entry: Entry, _, { world }) =>
            entry.addedById === null ? null : (world.db.users.get(entry.addedById) ?? null),
        createdAt: (entry: Entry) => time(entry.createdAt),
    },
    CiJobTokenAccessibleProject: {
        ...accessible,
        id: (project: Project) => gid("Project", project.id),
        webUrl: (project: Project, _, { world }) => projectUrl(world.db, project),
    },
    CiJobTokenAccessibleGroup: {
        ...accessible,
        id: (group: Group) => gid("Group", group.id),
        webUrl: (group: Group, _, { world }) => groupUrl(world.db, group),
    },
    CiJobTokenAuthLog: {
        originProject: (entry: AuthLogEntry, _, { world }) => world.db.projects.must(entry.originProjectId),
        lastAuthorizedAt: (entry: AuthLogEntry) => time(entry.lastAuthorizedAt),
    },
    ProjectCiCdSetting: {
        // The project's own switch, whereas REST returns whether the list is in force.
        inboundJobTokenScopeEnabled: (project: Project) => project.inboundJobTokenScopeEnabled,
        jobTokenScopeEnabled: (project: Project) => project.outboundJobTokenScopeEnabled,
        pushRepositoryForJobTokenAllowed: (project: Project) => project.pushRepositoryForJobTokenAllowed,
        project: (project: Project) => project,
    },
};
