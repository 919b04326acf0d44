import { stringify } from "yaml";
import { waitsForDeletion } from "../../core/paths";
import { isMap } from "../../core/values";
import type { GitLab } from "../../gitlab/client";
import { GitLabError, isNotFound, isRefusal } from "../../gitlab/errors";
import type { Producer } from "./access";
import { findProjects, type ListedProject, mapLimited, readFiles, readProducers, registryHosts } from "./gather";
import { type Consumer, candidatesOf, type Needs, resolveNeeds } from "./needs";
import { type Around, asMap, type CiJob, includedProjects, readCiConfig } from "./reading/ci-config";
import { findReferences } from "./reading/find-references";
import { predefinedVariables } from "./reading/predefined";
import { type AccessReference, type ReferenceKind, toProject, WHY } from "./reading/references";
import { expand, flat, unread, type Variables } from "./shell/variables";

export interface ScanOptions {
    projects: readonly ListedProject[];
    /** GitLab's own address. */
    server: string;
    /** Values of the variables in GitLab's settings: they override those of the configurations. */
    variables: Variables;
    /** The kinds of references to look for. @default - all */
    kinds?: readonly ReferenceKind[];
    /** Producers to read in addition to those that are needed: ids or full paths. */
    further?: readonly string[];
    progress(text: string): void;
}

export interface ScanResult extends Needs {
    producers: Producer[];
    /** Projects that run no pipelines, and why. */
    skipped: { project: string; reason: string }[];
    /** Names of producers for which GitLab shows no project. */
    lost: string[];
}

interface Lint {
    valid: boolean;
    errors: string[];
    merged_yaml?: string | null;
    includes?: { type?: string; location?: string; extra?: { project?: string } | null }[] | null;
}

/** The jobs of a merged configuration, the files of the repository it came from, and its own references. */
interface Merged {
    jobs: CiJob[];
    sources: string[];
    references: AccessReference[];
}

const MOST_CHILDREN = 2;
/** Most child pipelines that GitLab merges for one project: a matrix may name hundreds, and each of them more. */
const MOST_MERGES = 50;

/** Reads what every consumer's merged configuration refers to, and what the producers allow. */
export async function scan(gitlab: GitLab, options: ScanOptions): Promise<ScanResult> {
    const { projects, progress } = options;
    const registries = registryHosts(projects);
    const skipped: ScanResult["skipped"] = [];
    const readConsumer = async (project: ListedProject): Promise<Consumer> => {
        const path = project.path_with_namespace;
        const predefined = toPredefined(project, registries, options.server);
        const config = await readConfig(gitlab, project, { predefined, given: options.variables });
        if (typeof config === "string") {
            skipped.push({ project: path, reason: config });
            return { path, references: [] };
        }
        const files = new Map<string, string | undefined>();
        for (;;) {
            // Scripts may name further files: these are fetched, and everything is read again.
            const missing = new Set<string>();
            const file = (name: string) => {
                if (!files.has(name)) missing.add(name);
                return files.get(name);
            };
            const context = { registries, sources: config.sources, file };
            const references = findReferences(config.jobs, context);
            if (missing.size === 0) return { path, references: [...config.references, ...references] };
            for (const [name, text] of await readFiles(gitlab, project, [...missing])) files.set(name, text);
        }
    };
    const consumers = await mapLimited(projects, (project, done) => {
        progress(`reading configurations: ${done} of ${projects.length}`);
        return readConsumer(project).catch((error) => notReadable(gitlab, project, error));
    });
    progress("looking up projects");
    const candidates = candidatesOf(consumers);
    const { paths, ids } = await findProjects(gitlab, candidates);
    const { kinds, further = [] } = options;
    const { needs, exempt, unresolved } = resolveNeeds(consumers, paths, kinds, ids);
    const wanted = new Set<string>([...needs.map(({ producer }) => producer), ...further]);
    const { producers, lost } = await readProducers(gitlab, [...wanted], (done) =>
        progress(`reading allowlists: ${done} of ${wanted.size}`),
    );
    const unique = [...new Map(producers.map((producer) => [producer.id, producer])).values()];
    const byName = skipped.sort((a, b) => (a.project < b.project ? -1 : 1));
    // A project that disappeared during the scan can no longer be let in anywhere.
    const there = needs.filter(({ producer }) => !lost.includes(producer));
    return { needs: there, exempt, unresolved, producers: unique, skipped: byName, lost };
}

/** A project that makes GitLab fail, as with a damaged repository or a slow merge. If GitLab is down, the scan ends. */
async function notReadable(gitlab: GitLab, project: ListedProject, error: unknown): Promise<Consumer> {
    if (!(error instanceof GitLabError) || (error.status ?? 500) < 500) throw error;
    await gitlab.get("/version");
    return { path: project.path_with_namespace, references: [notRead("its configuration", error.message)] };
}

/** The configuration as GitLab merges it, or why the project runs no pipelines. */
async function readConfig(gitlab: GitLab, project: ListedProject, around: Around): Promise<Merged | string> {
    if (project.builds_access_level === "disabled") return "CI is turned off";
    if (waitsForDeletion(project.path_with_namespace)) return "it waits for its deletion";
    const file = project.ci_config_path || ".gitlab-ci.yml";
    // GitLab's lint only looks into the project itself; a configuration elsewhere has to be included.
    const [, path, elsewhere, ref] = /^([^@]+)@([^:]+)(?::(.+))?$/.exec(file) ?? [];
    const include = elsewhere ? { project: elsewhere, file: path, ...(ref && { ref }) } : { remote: file };
    const lint = elsewhere || /^https?:/.test(file) ? mergeOf(gitlab, project, include) : lintOf(gitlab, project);
    const result = await lint;
    if (result === "empty") return "its repository is empty";
    if (typeof result !== "string" && !result.merged_yaml && /provide content/i.test(result.errors[0] ?? "")) {
        if (!project.auto_devops_enabled) return "it has no CI configuration";
        const references = [notRead("Auto DevOps", "the templates of Auto DevOps are not read")];
        return { jobs: [], sources: [], references };
    }
    return withChildren(
        gitlab,
        project,
        toMerged(result, "its configuration", elsewhere ? [] : [file], [around]),
        around,
    );
}

function lintOf(gitlab: GitLab, project: ListedProject): Promise<Lint | "empty" | string> {
    return gitlab.get<Lint>(`/projects/${project.id}/ci/lint`).catch((error) => {
        if (isNotFound(error)) return "empty";
        if (isRefusal(error)) return "the token may not read it: its user needs Reporter in the project";
        throw error;
    });
}

/** GitLab's merge of a configuration that consists of one include. */
function mergeOf(gitlab: GitLab, project: ListedProject, include: unknown): Promise<Lint | string> {
    return gitlab.post<Lint>(`/projects/${project.id}/ci/lint`, { content: stringify({ include }) }).catch((error) => {
        if (isRefusal(error)) return "GitLab merges it for a Developer of the project only";
        throw error;
    });
}

function toMerged(lint: Lint | string, name: string, sources: string[], around: Around[]): Merged {
    const merged: Merged = { jobs: [], sources, references: [] };
    const open = (why: string) => merged.references.push(notRead(name, why));
    if (typeof lint === "string") {
        open(lint);
        return merged;
    }
    if (!lint.valid) open(`GitLab finds it invalid: ${lint.errors[0] ?? "it gives no reason"}`);
    try {
        merged.jobs = around.flatMap((each) => readCiConfig(lint.merged_yaml ?? "", each));
    } catch (error) {
        open(`its merged configuration is not YAML: ${firstLine(error)}`);
    }
    // The merged text contains what was included, but not where it came from.
    for (const include of lint.includes ?? []) {
        if (include.type === "local") sources.push((include.location ?? "").replace(/^\/+/, ""));
        if (include.type === "remote" && !lint.valid) open(`${include.location ?? ""} was not read`);
        merged.references.push(...ofIncluded(include));
    }
    return merged;
}

/** The projects that an include takes files from. */
function ofIncluded({ type, location = "", extra }: NonNullable<Lint["includes"]>[number]): AccessReference[] {
    const projects = includedProjects(type === "component" ? { component: location } : { project: extra?.project });
    return projects.map((each) => toProject("include", "the configuration", each, WHY.byRights));
}

/** Adds child pipelines, merged by GitLab as well: they run jobs of the same project. */
async function withChildren(
    gitlab: GitLab,
    project: ListedProject,
    config: Merged,
    around: Around,
    left = { merges: MOST_MERGES },
    depth = 1,
): Promise<Merged> {
    for (const { name, child, variables } of [...config.jobs]) {
        if (child.length === 0) continue;
        // The job's variables may name the files; all files together are one pipeline.
        const named = (set: Variables) =>
            JSON.stringify(child, (_, value) => (typeof value === "string" ? expand(value, set) : value));
        for (const text of new Set(variables.map(named))) {
            const own = variables.filter((each) => named(each) === text);
            const entries = JSON.parse(text) as unknown[];
            const [made] = entries.flatMap((each) => asMap(each).artifact ?? []);
            let why: string | undefined;
            if (made) why = `${made} is made by a job`;
            else if (depth > MOST_CHILDREN) why = "it is nested too deeply";
            else if (left.merges-- <= 0) why = "the project has too many child pipelines to read all";
            const lint = why ?? (await mergeOf(gitlab, project, entries));
            const locals = entries.map((each) => (isMap(each) ? each.local : each));
            const files = locals.flatMap((each) => (typeof each === "string" ? each.replace(/^\/+/, "") : []));
            const above = own.map((each) => ({ ...around, above: flat(each, around.predefined ?? {}) }));
            const merged = toMerged(lint, `the child pipeline of job ${name}`, files, above);
            await withChildren(gitlab, project, merged, around, left, depth + 1);
            config.jobs.push(...merged.jobs);
            config.references.push(...merged.references);
            config.sources.push(...merged.sources);
        }
    }
    return config;
}

function firstLine(error: unknown): string | undefined {
    return error instanceof Error ? error.message.split("\n")[0] : String(error);
}

function notRead(where: string, open: string): AccessReference {
    return {
        kind: "file",
        where,
        text: "",
        candidates: [],
        open: unread(open.replace(/\.$/, "")),
    };
}

function toPredefined(project: ListedProject, registries: readonly string[], server: string): Variables {
    const [registry = registries[0] ?? "registry.invalid"] = registryHosts([project]);
    // The address that jobs see, which may differ from the one that was asked.
    const path = `/${project.path_with_namespace}`;
    const told = project.web_url?.endsWith(path) ? project.web_url.slice(0, -path.length) : server;
    return predefinedVariables(project, registry, told);
}
