import type { Demand, ManagerSeen, RunnerSeen } from "../core/diagnosis/facts";
import { countBy } from "../core/groups";
import type { GitLab } from "./client";
import { isAnswered, isNotFound, isRefusal, unlessHidden, unlessOwnRefusal } from "./errors";
import { fromGid, toGid } from "./ids";
import { readTokenFacts, toTime } from "./runner-tokens";
import type { RunnerDetails } from "./types";

const MOST_PROJECTS = 10;
const JOBS_PER_PROJECT = 50;

/** What is known about a runner and its scope. */
export interface RunnerFound {
    seen: RunnerSeen;
    details: RunnerDetails;
}

/** A runner with its managers; `gone` if GitLab has none with that id, `hidden` if the user may not see it. */
export async function readRunnerFacts(gitlab: GitLab, id: number): Promise<RunnerFound | "gone" | "hidden"> {
    try {
        const details = await gitlab.get<RunnerDetails>(`/runners/${id}`);
        const managers = await readManagers(gitlab, id);
        const token = await readTokenFacts(gitlab, id).catch(unlessOwnRefusal);
        const seen: RunnerSeen = {
            id,
            paused: details.paused,
            runUntagged: details.run_untagged,
            tags: details.tag_list,
            tokenExpiresAt: token?.expiresAt,
            managers,
        };
        return { seen, details };
    } catch (error) {
        if (isNotFound(error)) return "gone";
        if (isAnswered(error, 403)) return "hidden";
        throw error;
    }
}

/** The processes that GitLab has seen under a runner. https://docs.gitlab.com/api/runners/#list-all-runners-managers */
export async function readManagers(gitlab: GitLab, runner: number | string): Promise<ManagerSeen[]> {
    const managers = await gitlab.get<{ system_id: string; contacted_at: string | null; version?: string | null }[]>(
        `/runners/${runner}/managers`,
    );
    return managers.map(({ system_id, contacted_at, version }) => ({
        systemId: system_id,
        contactedAt: toTime(contacted_at),
        version: version || undefined,
    }));
}

/**
 * Whose a token is: a runner's id; `nobody`: not of a runner that the user manages; `unanswered`: GitLab did not say.
 */
type TokenOwner = number | "nobody" | "unanswered";

/**
 * Id of the runner that a token belongs to, alive or not, if the user may see it. GitLab's search accepts a whole
 * token. The variable is called `token` because GitLab keeps values of that name out of its logs.
 */
export async function findRunnerByToken(gitlab: GitLab, token: string): Promise<TokenOwner> {
    const found = await searchRunners(
        gitlab,
        token,
        "currentUser { runners(search: $token, first: 9) { nodes { id description } } }",
    );
    if (typeof found === "number") return found;
    // Only administrators may search all runners.
    const all = await searchRunners(gitlab, token, "runners(search: $token, first: 9) { nodes { id description } }");
    return typeof all === "number" ? all : found;
}

interface Nodes {
    nodes: { id: string; description: string | null }[];
}

async function searchRunners(gitlab: GitLab, token: string, query: string): Promise<TokenOwner> {
    try {
        const data = await gitlab.graphql<{ currentUser?: { runners: Nodes | null } | null; runners?: Nodes | null }>(
            `query($token: String!) { ${query} }`,
            { token },
        );
        const list = data.currentUser?.runners ?? data.runners;
        if (!list) return "unanswered";
        // The search also matches descriptions, into which somebody may have pasted a token.
        const owners = list.nodes.filter(
            ({ description }) => !description?.toLowerCase().includes(token.toLowerCase()),
        );
        return owners.length === 1 ? fromGid(owners[0]!.id) : "nobody";
    } catch (error) {
        if (isRefusal(error)) return "unanswered";
        throw error;
    }
}

/** The latest jobs of the projects that a runner serves; undefined if they are not visible. */
export async function readDemand(gitlab: GitLab, { details, seen }: RunnerFound): Promise<Demand | undefined> {
    const projects = await projectsOf(gitlab, details);
    if (projects === undefined) return undefined;
    const lists = await Promise.all(
        projects.map((id) =>
            gitlab
                .get<{ tag_list: string[] }[]>(`/projects/${id}/jobs`, { per_page: JOBS_PER_PROJECT })
                .catch(unlessHidden),
        ),
    );
    const jobs = lists.flatMap((list) => list ?? []);
    const fits = (tags: string[]) =>
        tags.length === 0 ? seen.runUntagged : tags.every((tag) => seen.tags.includes(tag));
    const missed = jobs.flatMap(({ tag_list: tags }) => (fits(tags) ? [] : tags));
    return {
        jobs: jobs.length,
        matching: jobs.filter(({ tag_list }) => fits(tag_list)).length,
        wanted: [...countBy(missed)].sort((a, b) => b[1] - a[1]).map(([tag]) => tag),
    };
}

async function projectsOf(gitlab: GitLab, details: RunnerDetails): Promise<number[] | undefined> {
    if (details.runner_type === "project_type") return details.projects?.slice(0, MOST_PROJECTS).map(({ id }) => id);
    const recent = { order_by: "last_activity_at", per_page: MOST_PROJECTS, simple: true };
    const group = details.groups?.[0]?.id;
    // An instance runner serves all projects, so nobody can tell whose jobs it should run.
    if (group === undefined) return undefined;
    const found = await gitlab.get<{ id: number }[]>(`/groups/${group}/projects`, {
        ...recent,
        include_subgroups: true,
    });
    return found.map(({ id }) => id);
}

/**
 * The project that owns a project runner; other projects merely use it. Only GraphQL returns the owner. `undefined` if
 * the user may not see it.
 */
export async function readOwnerProject(
    gitlab: GitLab,
    runner: number,
): Promise<{ id: number; path: string } | undefined> {
    const { runner: found } = await gitlab.graphql<{
        runner: { ownerProject: { id: string; fullPath: string } | null } | null;
    }>(`{ runner(id: "${toGid("Ci::Runner", runner)}") { ownerProject { id fullPath } } }`, {});
    const owner = found?.ownerProject;
    return owner ? { id: fromGid(owner.id), path: owner.fullPath } : undefined;
}
