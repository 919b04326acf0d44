import { canReadProject, hasProjectRole } from "../access";
import type { Identity } from "../http/auth";
import { projectUrl } from "../present/common";
import type { Project } from "../store/entities";
import type { Store } from "../store/store";
import { fillInputs } from "./inputs";
import { type Config, ConfigProblem, deepMerge, isConfig, parseConfig } from "./yaml";

/** The place from which a file is read. */
export interface Place {
    project: Project;
    ref: string;
}

/** One included file. GitLab: `includes` of a lint result. */
export interface IncludeNote {
    type: "local" | "file" | "remote" | "template" | "component";
    location: string;
    blob: string | null;
    raw: string | null;
    extra: Record<string, unknown>;
    context_project: string;
    context_sha: string | null;
}

const MAX_INCLUDES = 150;

/** Follows `include:` through local files and files of other projects that the caller may read. */
export class Includer {
    /** Every file included so far. */
    readonly notes: IncludeNote[] = [];

    constructor(
        private readonly db: Store,
        private readonly who: Identity,
    ) {}

    /** A configuration merged with its includes, which it may override. */
    expand(config: Config, place: Place): Config {
        const { include, ...own } = config;
        const entries = include === undefined ? [] : [include].flat();
        const included = entries.flatMap((entry) => this.load(entry, place));
        return [...included, own].reduce(deepMerge, {});
    }

    private load(written: unknown, place: Place): Config[] {
        const entry = this.replaced(written, place);
        if (typeof entry === "string") {
            return /^https?:/.test(entry) ? this.unsupported("remote", entry, place) : this.local(entry, place);
        }
        if (!isConfig(entry)) throw new ConfigProblem("Each include must be a hash or a string");
        if (typeof entry.local === "string") return this.local(entry.local, place, entry.inputs);
        if (typeof entry.project === "string") return this.fromProject(entry, place);
        for (const type of ["remote", "template", "component"] as const) {
            if (typeof entry[type] === "string") return this.unsupported(type, entry[type], place);
        }
        throw new ConfigProblem(`\`${JSON.stringify(entry)}\` does not have a valid subkey for include.`);
    }

    /**
     * Replaces the variables that GitLab knows before there is a pipeline; others become empty. The configuration's own
     * do not count.
     */
    private replaced(entry: unknown, { project, ref }: Place): unknown {
        const parts = project.fullPath.split("/");
        const variables: Record<string, string> = {
            CI_COMMIT_BRANCH: ref,
            CI_COMMIT_REF_NAME: ref,
            CI_DEFAULT_BRANCH: project.defaultBranch,
            CI_PROJECT_ID: String(project.id),
            CI_PROJECT_NAME: parts.at(-1)!,
            CI_PROJECT_NAMESPACE: parts.slice(0, -1).join("/"),
            CI_PROJECT_PATH: project.fullPath,
            CI_PROJECT_ROOT_NAMESPACE: parts[0]!,
            CI_SERVER_FQDN: new URL(this.db.settings.externalUrl).host,
            CI_SERVER_HOST: new URL(this.db.settings.externalUrl).hostname,
        };
        const fill = (value: unknown): unknown => {
            if (Array.isArray(value)) return value.map(fill);
            if (isConfig(value)) {
                // Variables in inputs are not replaced before a job runs.
                const filled = Object.entries(value).map(([key, one]) => [key, key === "inputs" ? one : fill(one)]);
                return Object.fromEntries(filled);
            }
            if (typeof value !== "string") return value;
            return value.replace(/\$\{(\w+)\}|\$(\w+)/g, (_, braced, plain) => variables[braced ?? plain] ?? "");
        };
        return fill(entry);
    }

    private local(path: string, place: Place, inputs?: unknown): Config[] {
        const clean = path.replace(/^\/+/, "");
        const paths = clean.includes("*") ? this.glob(clean, place) : [clean];
        return paths.map((one) => {
            const content = this.read(place, one);
            if (content === undefined) throw new ConfigProblem(`Local file \`${path}\` does not exist!`);
            return this.follow("local", one, content, { inner: place, outer: place }, {}, inputs);
        });
    }

    private fromProject(entry: Config, place: Place): Config[] {
        const name = String(entry.project);
        const project = this.db.projects.first("path", name.toLowerCase());
        const readable =
            project &&
            canReadProject(this.db, this.who, project) &&
            (project.visibility !== "private" || hasProjectRole(this.db, this.who, project, "reporter"));
        if (!readable) {
            throw new ConfigProblem(
                `Project \`${name}\` not found or access denied! Make sure any includes in the pipeline configuration ` +
                    "are correctly defined.",
            );
        }
        const ref = typeof entry.ref === "string" ? entry.ref : project.defaultBranch;
        const files = [entry.file ?? []].flat().map(String);
        if (files.length === 0) throw new ConfigProblem(`Project \`${name}\` file is missing!`);
        return files.map((file) => {
            const path = file.replace(/^\/+/, "");
            const content = this.read({ project, ref }, path);
            if (content === undefined) throw new ConfigProblem(`Project \`${name}\` file \`${file}\` does not exist!`);
            const extra = { project: project.fullPath, ref: entry.ref ?? "HEAD" };
            return this.follow("file", file, content, { inner: { project, ref }, outer: place }, extra, entry.inputs);
        });
    }

    /** Notes the file and follows its own includes. */
    private follow(
        type: IncludeNote["type"],
        location: string,
        text: string,
        { inner, outer }: { inner: Place; outer: Place },
        extra: Record<string, unknown>,
        inputs: unknown,
    ): Config {
        if (this.notes.length >= MAX_INCLUDES) {
            throw new ConfigProblem(`Maximum of ${MAX_INCLUDES} nested includes are allowed!`);
        }
        const at = `${projectUrl(this.db, inner.project)}/-`;
        const path = location.replace(/^\/+/, "");
        this.notes.push({
            type,
            location,
            blob: `${at}/blob/${inner.ref}/${path}`,
            raw: `${at}/raw/${inner.ref}/${path}`,
            extra,
            context_project: outer.project.fullPath,
            context_sha: null,
        });
        const { header, content } = parseConfig(text);
        return this.expand(fillInputs(header, content, isConfig(inputs) ? inputs : {}), inner);
    }

    /** Differs from GitLab: nothing outside the sandbox is fetched; such an include is noted and left out. */
    private unsupported(type: "remote" | "template" | "component", location: string, place: Place): Config[] {
        this.notes.push({
            type,
            location,
            blob: null,
            raw: type === "remote" ? location : null,
            extra: {},
            context_project: place.project.fullPath,
            context_sha: null,
        });
        return [];
    }

    private read({ project, ref }: Place, path: string): string | undefined {
        return this.db.files.first("file", `${project.id}:${ref}:${path}`)?.content;
    }

    private glob(pattern: string, { project, ref }: Place): string[] {
        const source = pattern
            .split(/(\*\*\/?|\*)/)
            .map((part) =>
                part.startsWith("**")
                    ? "(?:.*/)?"
                    : part === "*"
                      ? "[^/]*"
                      : part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"),
            )
            .join("");
        const matcher = new RegExp(`^${source}$`);
        const files = this.db.files.find("project", project.id).filter((file) => file.ref === ref);
        return files
            .map((file) => file.path)
            .filter((path) => matcher.test(path))
            .sort();
    }
}
