/** The part of GitLab's GraphQL schema about job tokens. */
export const JOB_TOKEN_SCHEMA_TEXT = /* GraphQL */ `
enum CiJobTokenScopeDirection { OUTBOUND INBOUND }
enum CiJobTokenScopePolicies {
    READ_BADGES ADMIN_BADGES
    READ_DEPLOYMENTS ADMIN_DEPLOYMENTS
    READ_ENVIRONMENTS ADMIN_ENVIRONMENTS
    READ_JOBS ADMIN_JOBS
    READ_MERGE_REQUESTS
    READ_PACKAGES ADMIN_PACKAGES
    READ_PIPELINES ADMIN_PIPELINES
    READ_RELEASES ADMIN_RELEASES
    READ_REPOSITORIES ADMIN_REPOSITORIES
    READ_SECURE_FILES ADMIN_SECURE_FILES
    READ_TERRAFORM_STATE ADMIN_TERRAFORM_STATE
    READ_WORK_ITEMS
}

type CiJobTokenAccessibleProject {
    id: ID! name: String! path: String! fullPath: ID! webUrl: String avatarUrl: String
}
type CiJobTokenAccessibleProjectEdge { cursor: String! node: CiJobTokenAccessibleProject }
type CiJobTokenAccessibleProjectConnection {
    edges: [CiJobTokenAccessibleProjectEdge] nodes: [CiJobTokenAccessibleProject] pageInfo: PageInfo!
}
type CiJobTokenAccessibleGroup {
    id: ID! name: String! path: String! fullPath: ID! webUrl: String avatarUrl: String
}
type CiJobTokenAccessibleGroupEdge { cursor: String! node: CiJobTokenAccessibleGroup }
type CiJobTokenAccessibleGroupConnection {
    edges: [CiJobTokenAccessibleGroupEdge] nodes: [CiJobTokenAccessibleGroup] pageInfo: PageInfo!
}
union CiJobTokenScopeTarget = CiJobTokenAccessibleProject | CiJobTokenAccessibleGroup

type CiJobTokenScopeType {
    inboundAllowlist(first: Int, last: Int, after: String, before: String): CiJobTokenAccessibleProjectConnection!
    outboundAllowlist(first: Int, last: Int, after: String, before: String): ProjectConnection!
    projects(first: Int, last: Int, after: String, before: String): ProjectConnection!
    groupsAllowlist(first: Int, last: Int, after: String, before: String): CiJobTokenAccessibleGroupConnection!
    inboundAllowlistCount: Int!
    groupsAllowlistCount: Int!
    inboundAllowlistAutopopulatedIds: [ProjectID!]!
    groupAllowlistAutopopulatedIds: [GroupID!]!
}

type CiJobTokenScopeAllowlistEntry {
    sourceProject: Project!
    target: CiJobTokenScopeTarget
    direction: String
    defaultPermissions: Boolean
    jobTokenPolicies: [CiJobTokenScopePolicies!]
    addedBy: UserCore
    createdAt: Time!
    autopopulated: Boolean
}
type CiJobTokenScopeAllowlistEntryEdge { cursor: String! node: CiJobTokenScopeAllowlistEntry }
type CiJobTokenScopeAllowlistEntryConnection {
    count: Int!
    edges: [CiJobTokenScopeAllowlistEntryEdge]
    nodes: [CiJobTokenScopeAllowlistEntry]
    pageInfo: PageInfo!
}
type CiJobTokenScopeAllowlist {
    projectsAllowlist(
        first: Int, last: Int, after: String, before: String
    ): CiJobTokenScopeAllowlistEntryConnection
    groupsAllowlist(first: Int, last: Int, after: String, before: String): CiJobTokenScopeAllowlistEntryConnection
}

type CiJobTokenAuthLog { originProject: CiJobTokenAccessibleProject! lastAuthorizedAt: Time! }
type CiJobTokenAuthLogEdge { cursor: String! node: CiJobTokenAuthLog }
type CiJobTokenAuthLogConnection {
    count: Int! edges: [CiJobTokenAuthLogEdge] nodes: [CiJobTokenAuthLog] pageInfo: PageInfo!
}

type ProjectCiCdSetting {
    inboundJobTokenScopeEnabled: Boolean
    jobTokenScopeEnabled: Boolean
    pushRepositoryForJobTokenAllowed: Boolean
    project: Project
}

extend type Project {
    ciJobTokenScope: CiJobTokenScopeType
    ciJobTokenScopeAllowlist: CiJobTokenScopeAllowlist
    ciJobTokenAuthLogs(first: Int, last: Int, after: String, before: String): CiJobTokenAuthLogConnection
    ciCdSettings: ProjectCiCdSetting
}

input CiJobTokenScopeAddGroupOrProjectInput {
    clientMutationId: String
    projectPath: ID!
    targetPath: ID!
    defaultPermissions: Boolean = true
    jobTokenPolicies: [CiJobTokenScopePolicies!] = []
}
input CiJobTokenScopeRemoveProjectInput {
    clientMutationId: String
    projectPath: ID!
    targetProjectPath: ID!
    direction: CiJobTokenScopeDirection = OUTBOUND
}
input CiJobTokenScopeRemoveGroupInput { clientMutationId: String projectPath: ID! targetGroupPath: ID! }
input CiJobTokenScopeUpdatePoliciesInput {
    clientMutationId: String
    projectPath: ID!
    targetPath: ID!
    defaultPermissions: Boolean!
    jobTokenPolicies: [CiJobTokenScopePolicies!]!
}

type CiJobTokenScopeAddGroupOrProjectPayload {
    clientMutationId: String
    ciJobTokenScope: CiJobTokenScopeType
    ciJobTokenScopeAllowlistEntry: CiJobTokenScopeAllowlistEntry
    errors: [String!]!
}
type CiJobTokenScopeRemoveProjectPayload {
    clientMutationId: String
    ciJobTokenScope: CiJobTokenScopeType
    ciJobTokenScopeAllowlistEntry: CiJobTokenScopeAllowlistEntry
    errors: [String!]!
}
type CiJobTokenScopeRemoveGroupPayload {
    clientMutationId: String
    ciJobTokenScope: CiJobTokenScopeType
    ciJobTokenScopeAllowlistEntry: CiJobTokenScopeAllowlistEntry
    errors: [String!]!
}
type CiJobTokenScopeUpdatePoliciesPayload {
    clientMutationId: String
    ciJobTokenScopeAllowlistEntry: CiJobTokenScopeAllowlistEntry
    errors: [String!]!
}

type Mutation {
    ciJobTokenScopeAddGroupOrProject(
        input: CiJobTokenScopeAddGroupOrProjectInput!
    ): CiJobTokenScopeAddGroupOrProjectPayload
    ciJobTokenScopeRemoveProject(input: CiJobTokenScopeRemoveProjectInput!): CiJobTokenScopeRemoveProjectPayload
    ciJobTokenScopeRemoveGroup(input: CiJobTokenScopeRemoveGroupInput!): CiJobTokenScopeRemoveGroupPayload
    ciJobTokenScopeUpdatePolicies(input: CiJobTokenScopeUpdatePoliciesInput!): CiJobTokenScopeUpdatePoliciesPayload
}
`;
