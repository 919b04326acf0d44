import type { GitLab } from "./client";
import { type Connection, wholeConnection } from "./connection";
import { type GitLabError, refusedByGraphql, unlessRefused } from "./errors";
import { fromGid } from "./ids";
import { type PermissionsNode, type PermittedEntry, policiesOf } from "./listed-projects";

/** One stored entry of an allowlist, and the path of its target. */
export interface PolicyEntry extends PermittedEntry {
    /** Full path. */
    path: string;
}

/** A change to one entry. Without `policies`, the entry returns to default permissions. */
export type PolicyChange =
    | { action: "add" | "update"; kind: PolicyEntry["kind"]; path: string; policies?: readonly string[] }
    | { action: "remove"; kind: PolicyEntry["kind"]; path: string };

interface EntryNode extends PermissionsNode {
    target: { __typename: string; id: string; fullPath: string } | null;
}

const SIDES = ["projectsAllowlist", "groupsAllowlist"] as const;
// Each costs two units of complexity, of 250.
const MUTATIONS_AT_ONCE = 50;

/**
 * The permissions that this GitLab knows, which grow from version to version; undefined if it does not list them. All
 * lists share one request.
 */
export function readPolicyNames(gitlab: GitLab): Promise<string[] | undefined> {
    return gitlab.shared.get("policy-names", async () => {
        const query = 'query { __type(name: "CiJobTokenScopePolicies") { enumValues { name } } }';
        const data = await gitlab
            .graphql<{ __type: { enumValues: { name: string }[] } | null }>(query, {})
            .catch(unlessRefused);
        return data?.__type?.enumValues.map(({ name }) => name);
    });
}

export async function readPolicies(gitlab: GitLab, project: string): Promise<PolicyEntry[]> {
    const sides = await Promise.all(SIDES.map((side) => readSide(gitlab, project, side)));
    return sides.flat();
}

async function readSide(gitlab: GitLab, path: string, side: (typeof SIDES)[number]): Promise<PolicyEntry[]> {
    const query = `query($path: ID!, $after: String) { project(fullPath: $path) { ciJobTokenScopeAllowlist {
        ${side}(first: 100, after: $after) {
            nodes {
                target {
                    __typename
                    ... on CiJobTokenAccessibleProject { id fullPath }
                    ... on CiJobTokenAccessibleGroup { id fullPath }
                }
                defaultPermissions
                jobTokenPolicies
            }
            pageInfo { hasNextPage endCursor }
        }
    } } }`;
    const nodes = await wholeConnection(async (after) => {
        const { project } = await gitlab.graphql<{
            project: { ciJobTokenScopeAllowlist: Record<string, Connection<EntryNode>> | null } | null;
        }>(query, { path, after });
        return project?.ciJobTokenScopeAllowlist?.[side];
    });
    if (nodes === undefined) throw notAllowed(path);
    return nodes.flatMap(toEntry);
}

function toEntry({ target, ...permissions }: EntryNode): PolicyEntry[] {
    // An entry that this token may not see cannot have been declared with it.
    if (target === null) return [];
    const kind = target.__typename === "CiJobTokenAccessibleGroup" ? "group" : "project";
    return [{ kind, id: fromGid(target.id), path: target.fullPath, policies: policiesOf(permissions) }];
}

/** Makes changes, in order, in as few requests as possible. Throws with everything that GitLab refused. */
export async function changePolicies(gitlab: GitLab, project: string, changes: readonly PolicyChange[]): Promise<void> {
    for (let start = 0; start < changes.length; start += MUTATIONS_AT_ONCE) {
        const batch = changes.slice(start, start + MUTATIONS_AT_ONCE).map((change) => toMutation(project, change));
        const parameters = batch.map(({ name }, i) => `$m${i}: ${name[0]!.toUpperCase()}${name.slice(1)}Input!`);
        const data = await gitlab.mutate<Record<string, { errors: string[] } | null>>(
            `mutation(${parameters.join(", ")}) { ${batch.map(({ name }, i) => `m${i}: ${name}(input: $m${i}) { errors }`).join(" ")} }`,
            Object.fromEntries(batch.map(({ input }, i) => [`m${i}`, input])),
        );
        const refused = batch.flatMap(({ name, input }, i) => {
            const errors = data[`m${i}`]?.errors ?? ["no answer"];
            const target = "targetPath" in input ? input.targetPath : Object.values(input).at(-1);
            return errors.map((words) => `${name} ${String(target)}: ${words}`);
        });
        if (refused.length > 0) {
            const remedy = `Entries of project ${project} can be changed by its Maintainers.`;
            throw refusedByGraphql(refused.join("; "), remedy, 200);
        }
    }
}

function toMutation(projectPath: string, change: PolicyChange): { name: string; input: Record<string, unknown> } {
    if (change.action === "remove") {
        return change.kind === "group"
            ? { name: "ciJobTokenScopeRemoveGroup", input: { projectPath, targetGroupPath: change.path } }
            : {
                  name: "ciJobTokenScopeRemoveProject",
                  // Without it, GitLab assumes OUTBOUND: another list, so that removing succeeds without changing this
                  // one.
                  input: { projectPath, direction: "INBOUND", targetProjectPath: change.path },
              };
    }
    const name = change.action === "add" ? "ciJobTokenScopeAddGroupOrProject" : "ciJobTokenScopeUpdatePolicies";
    const { path: targetPath, policies } = change;
    const input = { projectPath, targetPath, defaultPermissions: policies === undefined };
    return { name, input: { ...input, jobTokenPolicies: policies ?? [] } };
}

function notAllowed(path: string): GitLabError {
    return refusedByGraphql(
        `the allowlist of project ${path} may not be read, or this GitLab has no fine-grained permissions`,
        "The token's user needs Maintainer in the project, and GitLab must be 17.10 or newer.",
    );
}
