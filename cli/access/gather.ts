import { atMost } from "../../core/at-most";
import { pathKey } from "../../core/paths";
import { isId } from "../../core/reference";
import { readPolicies } from "../../gitlab/allowlist-policies";
import { readAllowlist, readListed } from "../../gitlab/allowlist-reads";
import { encodeId, type GitLab } from "../../gitlab/client";
import { type Connection, wholeConnection } from "../../gitlab/connection";
import { unlessHidden, unlessNotFound, unlessOwnRefusal, unlessRefusal } from "../../gitlab/errors";
import { locate, readProject } from "../../gitlab/namespaces";
import { type AllowlistNow, type Entry, keyOf, type Producer } from "./access";

/** A project as GitLab's REST API lists it; only the properties used here. */
export interface ListedProject {
    id: number;
    path_with_namespace: string;
    default_branch: string | null;
    visibility: Producer["visibility"];
    container_registry_access_level?: Producer["registry"];
    container_registry_image_prefix?: string | null;
    web_url?: string;
    ci_config_path?: string | null;
    builds_access_level?: string;
    auto_devops_enabled?: boolean;
}

const AT_ONCE = 8;

/** Projects of a group and all its subgroups, without archived ones, which run no jobs. */
export function listConsumers(gitlab: GitLab, group: string): Promise<ListedProject[]> {
    const query = { include_subgroups: true, archived: false, with_shared: false, order_by: "id", sort: "asc" };
    return gitlab.list<ListedProject>(`/groups/${encodeId(group)}/projects`, query);
}

/** Which of the paths and ids are projects: their full paths as GitLab spells them, and the paths by id. */
export async function findProjects(gitlab: GitLab, names: readonly string[]) {
    const written = names.filter((name) => !isId(name));
    const query = "query($paths: [String!]!) { projects(fullPaths: $paths) { nodes { fullPath } } }";
    const paths: string[] = [];
    for (let start = 0; start < written.length; start += 50) {
        type Data = { projects: { nodes: ({ fullPath: string } | null)[] } | null };
        const data = await gitlab.graphql<Data>(query, { paths: written.slice(start, start + 50) });
        for (const node of data.projects?.nodes ?? []) if (node !== null) paths.push(node.fullPath);
    }
    const located = await Promise.all(names.filter(isId).map((id) => locate(gitlab, "project", Number(id))));
    return { paths, ids: new Map(located.flatMap((one) => (one ? [[String(one.id), one.path] as const] : []))) };
}

/** A producer with its list, permissions and usage log, as far as the token may see them. */
export async function readProducer(gitlab: GitLab, project: string | number): Promise<Producer> {
    const one = await readProject<ListedProject>(gitlab, project);
    const { id, path_with_namespace: path, visibility } = one;
    const list = await readList(gitlab, id, path).catch(unlessHidden);
    return { id, path, visibility, registry: one.container_registry_access_level ?? "enabled", list };
}

/** Several producers, and the names for which GitLab shows no project: a missing one does not end the scan. */
export async function readProducers(gitlab: GitLab, names: readonly string[], progress: (done: number) => void) {
    const found = await mapLimited(names, (name, done) => {
        progress(done);
        return readProducer(gitlab, name).catch(unlessNotFound);
    });
    const producers = found.filter((one) => one !== undefined);
    return { producers, lost: names.filter((_, at) => found[at] === undefined) };
}

async function readList(gitlab: GitLab, id: number, path: string): Promise<AllowlistNow> {
    // Producers that are read at the same time, or are in one group, share this request.
    const listed = await readListed(gitlab, id, { path, listing: "permissions" });
    const { enabled, ...ids } = await readAllowlist(gitlab, id, listed);
    // Entries that the token may not see still let their jobs in.
    const nameOf = async (kind: Entry["kind"], one: number) =>
        (await locate(gitlab, kind, one))?.path ?? `${kind} ${one}`;
    const paths = async (kind: Entry["kind"], of: readonly number[]) =>
        (await Promise.all(of.map((one) => nameOf(kind, one)))).sort();
    const [projects, groups, policies, lastUsed] = await Promise.all([
        paths("project", ids.projects),
        paths("group", ids.groups),
        listed?.permitted === undefined
            ? readPermitted(gitlab, path)
            : Promise.all(
                  listed.permitted.flatMap(({ kind, id, policies }) =>
                      policies === undefined ? [] : nameOf(kind, id).then((name) => [name, policies] as const),
                  ),
              ),
        readLog(gitlab, path),
    ]);
    return { enabled, projects, groups, policies: Object.fromEntries(policies), ...(lastUsed && { lastUsed }) };
}

/** Entries with permissions of their own, and the permissions; empty if this GitLab has no such permissions. */
async function readPermitted(gitlab: GitLab, project: string): Promise<[path: string, policies: string[]][]> {
    const entries = await readPolicies(gitlab, project).catch(unlessOwnRefusal);
    return (entries ?? []).flatMap(({ path, policies }) => (policies ? [[path, policies]] : []));
}

/** When an entry was added to a list, and by whom. */
export interface Origin {
    /** ISO 8601. */
    since: string;
    /** Username of the token that added it; absent if GitLab does not say, as for deleted users. */
    addedBy?: string;
}

interface OriginNode {
    target: { fullPath: string } | null;
    createdAt: string;
    addedBy: { username: string } | null;
}

const SIDES = [
    ["project", "projectsAllowlist"],
    ["group", "groupsAllowlist"],
] as const;

/** Origins of a list's entries, by entry key; empty if GitLab does not say (before 17.6). */
export async function readOrigins(gitlab: GitLab, path: string): Promise<ReadonlyMap<string, Origin>> {
    const target =
        "target { ... on CiJobTokenAccessibleProject { fullPath } ... on CiJobTokenAccessibleGroup { fullPath } }";
    const sides = await Promise.all(
        SIDES.map(async ([kind, side]) => {
            const query = `query($path: ID!, $after: String) { project(fullPath: $path) { ciJobTokenScopeAllowlist {
                side: ${side}(first: 100, after: $after) {
                    nodes { ${target} createdAt addedBy { username } } pageInfo { hasNextPage endCursor }
                }
            } } }`;
            const nodes = await wholeConnection<OriginNode>(async (after) => {
                type Data = { project: { ciJobTokenScopeAllowlist: { side: Connection<OriginNode> } | null } | null };
                const data = await gitlab.graphql<Data>(query, { path, after }).catch(unlessOwnRefusal);
                return data?.project?.ciJobTokenScopeAllowlist?.side;
            });
            return (nodes ?? []).flatMap(({ target, createdAt, addedBy }) =>
                target === null
                    ? []
                    : [
                          [
                              keyOf({ kind, path: target.fullPath }),
                              { since: createdAt, ...(addedBy && { addedBy: addedBy.username }) },
                          ] as const,
                      ],
            );
        }),
    );
    return new Map(sides.flat());
}

interface LogEntry {
    originProject: { fullPath: string } | null;
    lastAuthorizedAt: string;
}

/** When each project's jobs last got in; undefined if the instance has no such log. */
async function readLog(gitlab: GitLab, path: string): Promise<Record<string, number> | undefined> {
    const query = `query($path: ID!, $after: String) { project(fullPath: $path) { ciJobTokenAuthLogs(first: 100, after: $after) {
        nodes { originProject { fullPath } lastAuthorizedAt } pageInfo { hasNextPage endCursor }
    } } }`;
    const entries = await wholeConnection<LogEntry>(async (after) => {
        type Data = { project: { ciJobTokenAuthLogs: Connection<LogEntry> | null } | null };
        const data = await gitlab.graphql<Data>(query, { path, after }).catch(unlessOwnRefusal);
        return data?.project?.ciJobTokenAuthLogs;
    });
    const used = entries?.flatMap(({ originProject, lastAuthorizedAt }) =>
        originProject === null ? [] : [[originProject.fullPath, Date.parse(lastAuthorizedAt)] as const],
    );
    // GitLab returns no stable order, but the output must not change from one run to the next.
    return used && Object.fromEntries(used.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** GitLab counts every file towards a query's complexity. */
const FILES_AT_ONCE = 50;
/** Found in files that are not text. */
const NO_TEXT = "\0";

/** Texts of files on the default branch, by name; undefined for files that do not exist. */
export async function readFiles(gitlab: GitLab, project: ListedProject, names: readonly string[]) {
    const found = new Map<string, string | undefined>();
    for (let start = 0; start < names.length; start += FILES_AT_ONCE) {
        const some = names.slice(start, start + FILES_AT_ONCE);
        const texts = await readTogether(gitlab, project, some);
        const read = async (name: string) =>
            found.set(name, texts ? texts.get(name) : await readFile(gitlab, project, name));
        await Promise.all(some.map(read));
    }
    return found;
}

/** The files that exist; undefined if GitLab does not return them so, for instance if together they are too large. */
async function readTogether(gitlab: GitLab, project: ListedProject, names: readonly string[]) {
    const query = `query($path: ID!, $names: [String!]!, $ref: String) { project(fullPath: $path) { repository {
        blobs(paths: $names, ref: $ref) { nodes { path rawTextBlob } }
    } } }`;
    const { path_with_namespace: path, default_branch: ref } = project;
    type Blobs = { nodes: { path: string; rawTextBlob: string | null }[] };
    type Data = { project: { repository: { blobs: Blobs | null } | null } | null };
    const data = await gitlab.graphql<Data>(query, { path, names, ref }).catch(unlessRefusal);
    const blobs = data?.project?.repository?.blobs;
    return blobs && new Map(blobs.nodes.map(({ path, rawTextBlob }) => [path, rawTextBlob ?? NO_TEXT]));
}

async function readFile(gitlab: GitLab, project: ListedProject, path: string): Promise<string | undefined> {
    const at = `/projects/${project.id}/repository/files/${encodeId(path)}`;
    const query = { ref: project.default_branch ?? "HEAD" };
    const file = await gitlab.get<{ content: string; encoding: string }>(at, query).catch(unlessNotFound);
    return file && Buffer.from(file.content, file.encoding === "base64" ? "base64" : "utf8").toString("utf8");
}

/** Processes all items, a few at a time; the results keep the order. */
export async function mapLimited<T, U>(items: readonly T[], run: (item: T, done: number) => Promise<U>): Promise<U[]> {
    const inTurn = atMost(AT_ONCE);
    let done = 0;
    const runNext = async (item: T) => {
        const result = await run(item, done);
        done++;
        return result;
    };
    return Promise.all(items.map((item) => inTurn(() => runNext(item))));
}

/** The hosts of this GitLab's container registry, from the image prefixes of its projects. */
export function registryHosts(projects: readonly ListedProject[]): string[] {
    const hosts = projects.flatMap(({ container_registry_image_prefix: prefix, path_with_namespace: path }) =>
        prefix && pathKey(prefix).endsWith(`/${pathKey(path)}`) ? [prefix.slice(0, -path.length - 1)] : [],
    );
    return [...new Set(hosts)];
}
