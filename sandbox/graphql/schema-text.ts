/**
 * The sandbox's part of GitLab's GraphQL schema, with the names and types of GitLab's reference
 * (https://docs.gitlab.com/api/graphql/reference/, read at 17.10) or, for later additions, its source. It is the only
 * place of these facts: the sandbox's answers and our queries are checked against it, and `make acceptance` checks it
 * against a GitLab.
 */
export const SCHEMA_TEXT = /* GraphQL */ `
"""ISO 8601 time."""
scalar Time
"""Global ids: gid://gitlab/<type>/<number>. A variable of type ID is refused where one of these is expected."""
scalar CiRunnerID
scalar CiRunnerManagerID
scalar GroupID
scalar ProjectID
scalar UserID

type Query {
    currentUser: CurrentUser
    metadata: Metadata
    project(fullPath: ID!): Project
    projects(
        ids: [ID!], fullPaths: [String!], search: String, membership: Boolean
        first: Int, last: Int, after: String, before: String
    ): ProjectConnection
    group(fullPath: ID!): Group
    groups(
        ids: [ID!], search: String, topLevelOnly: Boolean
        first: Int, last: Int, after: String, before: String
    ): GroupConnection
    runner(id: CiRunnerID!): CiRunner
    runners(
        paused: Boolean, status: CiRunnerStatus, type: CiRunnerType, tagList: [String!], search: String
        sort: CiRunnerSort, upgradeStatus: CiRunnerUpgradeStatus, creatorId: UserID, creatorUsername: String
        versionPrefix: String, ownerFullPath: String, ownerWildcard: CiRunnerOwnerWildcard
        first: Int, last: Int, after: String, before: String
    ): CiRunnerConnection
}

type PageInfo {
    hasNextPage: Boolean!
    hasPreviousPage: Boolean!
    startCursor: String
    endCursor: String
}

type Metadata { version: String! revision: String! enterprise: Boolean! }

type CurrentUser {
    id: UserID!
    username: String!
    name: String!
    bot: Boolean!
    publicEmail: String
    webUrl: String!
    groupCount: Int
    namespace: Namespace
    runners(
        paused: Boolean, status: CiRunnerStatus, type: CiRunnerType, tagList: [String!], search: String
        sort: CiRunnerSort, first: Int, last: Int, after: String, before: String
    ): CiRunnerConnection
}

type UserCore { id: UserID! username: String! name: String! bot: Boolean! webUrl: String! }

type Namespace { id: ID! name: String! path: String! fullPath: ID! }

type Group {
    id: ID!
    name: String!
    path: String!
    fullName: String!
    fullPath: ID!
    description: String
    visibility: String
    webUrl: String!
    createdAt: Time
    parent: Group
    projects(
        includeSubgroups: Boolean = false, search: String
        first: Int, last: Int, after: String, before: String
    ): ProjectConnection!
    descendantGroups(
        search: String, first: Int, last: Int, after: String, before: String
    ): GroupConnection
    runners(
        membership: CiRunnerMembershipFilter = DESCENDANTS
        paused: Boolean, status: CiRunnerStatus, type: CiRunnerType, tagList: [String!], search: String
        sort: CiRunnerSort, upgradeStatus: CiRunnerUpgradeStatus, creatorId: UserID, creatorUsername: String
        versionPrefix: String
        first: Int, last: Int, after: String, before: String
    ): CiRunnerConnection
}
type GroupEdge { cursor: String! node: Group }
type GroupConnection { count: Int! edges: [GroupEdge] nodes: [Group] pageInfo: PageInfo! }

type Project {
    id: ID!
    name: String!
    path: String!
    fullPath: ID!
    nameWithNamespace: String!
    description: String
    visibility: String
    archived: Boolean
    markedForDeletionOn: Time
    webUrl: String
    httpUrlToRepo: String
    createdAt: Time
    group: Group
    namespace: Namespace
    containerRegistryEnabled: Boolean
    sharedRunnersEnabled: Boolean
    repository: Repository
    runners(
        paused: Boolean, status: CiRunnerStatus, type: CiRunnerType, tagList: [String!], search: String
        sort: CiRunnerSort, upgradeStatus: CiRunnerUpgradeStatus, creatorId: UserID, creatorUsername: String
        versionPrefix: String
        first: Int, last: Int, after: String, before: String
    ): CiRunnerConnection
}
type ProjectEdge { cursor: String! node: Project }
type ProjectConnection { count: Int! edges: [ProjectEdge] nodes: [Project] pageInfo: PageInfo! }

enum RefType { HEADS TAGS }
type Repository {
    rootRef: String
    blobs(
        paths: [String!]!, ref: String, refType: RefType
        first: Int, last: Int, after: String, before: String
    ): RepositoryBlobConnection
}
type RepositoryBlob { oid: String! path: String! name: String rawBlob: String rawTextBlob: String }
type RepositoryBlobEdge { cursor: String! node: RepositoryBlob }
type RepositoryBlobConnection { edges: [RepositoryBlobEdge] nodes: [RepositoryBlob] pageInfo: PageInfo! }

enum CiRunnerStatus { ACTIVE PAUSED ONLINE OFFLINE NEVER_CONTACTED STALE }
enum CiRunnerType { INSTANCE_TYPE GROUP_TYPE PROJECT_TYPE }
enum CiRunnerAccessLevel { NOT_PROTECTED REF_PROTECTED }
enum CiRunnerCreationMethod { REGISTRATION_TOKEN AUTHENTICATED_USER }
enum CiRunnerCreationState { STARTED FINISHED }
enum CiRunnerJobExecutionStatus { ACTIVE IDLE }
enum CiRunnerMembershipFilter { DIRECT DESCENDANTS ALL_AVAILABLE }
enum CiRunnerUpgradeStatus { AVAILABLE RECOMMENDED NOT_AVAILABLE INVALID }
enum CiRunnerOwnerWildcard { ADMINISTRATORS }
enum CiRunnerSort {
    CREATED_ASC CREATED_DESC CONTACTED_ASC CONTACTED_DESC TOKEN_EXPIRES_AT_ASC TOKEN_EXPIRES_AT_DESC
}

type RunnerPermissions { assignRunner: Boolean! deleteRunner: Boolean! readRunner: Boolean! updateRunner: Boolean! }

type CiRunner {
    id: CiRunnerID!
    description: String
    runnerType: CiRunnerType!
    status: CiRunnerStatus!
    paused: Boolean!
    active: Boolean!
    locked: Boolean
    runUntagged: Boolean!
    accessLevel: CiRunnerAccessLevel!
    maximumTimeout: Int
    tagList: [String!]
    maintenanceNote: String
    contactedAt: Time
    createdAt: Time
    createdBy: UserCore
    creationMethod: CiRunnerCreationMethod
    creationState: CiRunnerCreationState
    tokenExpiresAt: Time
    shortSha: String
    managers(
        systemId: String, status: CiRunnerStatus, first: Int, last: Int, after: String, before: String
    ): CiRunnerManagerConnection
    ownerProject: Project
    projects(first: Int, last: Int, after: String, before: String): ProjectConnection
    projectCount: Int
    groups(first: Int, last: Int, after: String, before: String): GroupConnection
    jobCount: Int
    jobExecutionStatus: CiRunnerJobExecutionStatus
    ephemeralAuthenticationToken: String
    ephemeralRegisterUrl: String
    userPermissions: RunnerPermissions!
}
type CiRunnerEdge { cursor: String! node: CiRunner webUrl: String editUrl: String }
type CiRunnerConnection { count: Int! edges: [CiRunnerEdge] nodes: [CiRunner] pageInfo: PageInfo! }

type CiRunnerManager {
    id: CiRunnerManagerID!
    systemId: String!
    version: String
    revision: String
    platformName: String
    architectureName: String
    executorName: String
    ipAddress: String
    contactedAt: Time
    createdAt: Time
    status: CiRunnerStatus!
    jobExecutionStatus: CiRunnerJobExecutionStatus
    runner: CiRunner
}
type CiRunnerManagerEdge { cursor: String! node: CiRunnerManager }
type CiRunnerManagerConnection {
    count: Int! edges: [CiRunnerManagerEdge] nodes: [CiRunnerManager] pageInfo: PageInfo!
}
`;
