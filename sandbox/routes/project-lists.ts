import { projectLevel } from "../access";
import type { Call } from "../http/api";
import { readPage } from "../http/paging";
import { p, type Values } from "../http/params";
import { presentProject, presentProjectBasic } from "../present/projects";
import type { Project } from "../store/entities";
import { isProjectFound } from "../store/search";

/** Filters and order of every list of projects. */
export const projectListParams = {
    search: p.string(),
    archived: p.boolean(),
    visibility: p.string().values(["private", "internal", "public"]),
    membership: p.boolean(),
    owned: p.boolean(),
    simple: p.boolean(),
    include_subgroups: p.boolean(),
    with_shared: p.boolean(),
    min_access_level: p.integer(),
    id_after: p.integer(),
    id_before: p.integer(),
    order_by: p
        .string()
        .values(["id", "name", "path", "created_at", "updated_at", "last_activity_at", "similarity", "star_count"])
        .default("created_at"),
    sort: p.string().values(["asc", "desc"]).default("desc"),
    pagination: p.string().values(["legacy", "keyset"]),
};

type ListCall = Call<typeof projectListParams>;

/** Filters, sorts, pages and presents projects that the caller may see. */
export function projectPage(call: ListCall, projects: readonly Project[]): unknown[] {
    const { params } = call;
    const kept = sortProjects(projects.filter(passes(call)), params);
    const present = (project: Project): unknown =>
        params.simple || !call.identity.user ? presentProjectBasic(call.db, project) : presentProject(call, project);
    return params.pagination === "keyset" ? keyset(call, kept, present) : call.page(kept, present);
}

function passes(call: ListCall): (project: Project) => boolean {
    const { db, identity, params } = call;
    return (project) =>
        isProjectFound(project, params.search) &&
        (typeof params.archived !== "boolean" || project.archived === params.archived) &&
        (!params.visibility || project.visibility === params.visibility) &&
        (!params.min_access_level ||
            (identity.user !== undefined && projectLevel(db, identity.user, project) >= params.min_access_level)) &&
        (!params.id_after || project.id > params.id_after) &&
        (!params.id_before || project.id < params.id_before);
}

function sortProjects(projects: Project[], { order_by, sort }: Values<typeof projectListParams>): Project[] {
    const text = order_by === "name" || order_by === "path" ? order_by : undefined;
    const number = order_by === "id" ? "id" : order_by === "last_activity_at" ? "lastActivityAt" : "createdAt";
    const sign = sort === "asc" ? 1 : -1;
    return projects.sort(
        (a, b) => sign * ((text ? a[text].localeCompare(b[text]) : a[number] - b[number]) || a.id - b.id),
    );
}

/** The next page begins after the last id; there are no page numbers and no totals. */
function keyset(call: ListCall, projects: Project[], present: (project: Project) => unknown): unknown[] {
    const { perPage } = readPage(call.raw);
    const shown = projects.slice(0, perPage);
    const last = shown.at(-1);
    if (last && projects.length > perPage) {
        const url = new URL(call.req.url, call.db.settings.externalUrl);
        url.searchParams.delete("private_token");
        url.searchParams.set(call.params.sort === "asc" ? "id_after" : "id_before", String(last.id));
        call.headers.link = `<${url.href}>; rel="next"`;
    }
    return shown.map(present);
}
