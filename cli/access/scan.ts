import type { GitLab } from "../../gitlab/client";
import { isNotFound } from "../../gitlab/errors";
import type { Producer } from "./access";
import { type CiConfig, readCiConfig } from "./ci-config";
import { findProjects, type ListedProject, mapLimited, readFile, readProducer, registryHosts } from "./gather";
import { type Consumer, candidatesOf, type Needs, resolveNeeds } from "./needs";
import { filesOf, findReferences, type ReferenceKind } from "./references";
import { predefinedVariables, type Variables } from "./variables";

/** What to scan, and how. */
export interface ScanOptions {
    projects: readonly ListedProject[];
    /** GitLab's own address. */
    server: string;
    /** Values for variables that the configurations do not define: group, project and instance variables. */
    variables: Variables;
    /** Only these kinds. @default - all */
    kinds?: readonly ReferenceKind[];
    /** Producers to read besides those that are needed: ids or full paths. */
    further?: readonly string[];
    progress(text: string): void;
}

/** What the scan found. */
export interface ScanResult extends Needs {
    producers: Producer[];
    /** Consumers without a usable configuration, and why. */
    skipped: { project: string; reason: string }[];
}

interface Lint {
    valid: boolean;
    errors: string[];
    merged_yaml?: string | null;
    includes?: { type?: string; location?: string; extra?: { project?: string } | null }[] | null;
}

/** Reads what every consumer's merged configuration refers to, and what the producers allow. */
export async function scan(gitlab: GitLab, options: ScanOptions): Promise<ScanResult> {
    const { projects, progress } = options;
    const registries = registryHosts(projects);
    const skipped: ScanResult["skipped"] = [];
    const consumers = await mapLimited(projects, async (project, done): Promise<Consumer> => {
        progress(`reading configurations: ${done} of ${projects.length}`);
        const path = project.path_with_namespace;
        const config = await readConfig(gitlab, project);
        if (typeof config === "string") {
            skipped.push({ project: path, reason: config });
            return { path, references: [] };
        }
        const predefined = { ...options.variables, ...toPredefined(project, registries, options.server) };
        const files = new Map<string, string | undefined>();
        for (const file of filesOf(config, predefined)) files.set(file, await readFile(gitlab, project, file));
        const references = findReferences(config, { registries, predefined, file: (file) => files.get(file) });
        return { path, references };
    });
    progress("looking up projects");
    const known = await findProjects(gitlab, candidatesOf(consumers));
    const { needs, unresolved } = resolveNeeds(consumers, [...known.keys()], options.kinds);
    const wanted = new Set<string>([...needs.map(({ producer }) => producer), ...(options.further ?? [])]);
    const producers = await mapLimited([...wanted], (producer, done) => {
        progress(`reading allowlists: ${done} of ${wanted.size}`);
        return readProducer(gitlab, producer);
    });
    const unique = [...new Map(producers.map((producer) => [producer.id, producer])).values()];
    return { needs, unresolved, producers: unique, skipped: skipped.sort((a, b) => (a.project < b.project ? -1 : 1)) };
}

/** The configuration, or why there is none. */
async function readConfig(gitlab: GitLab, project: ListedProject): Promise<CiConfig | string> {
    let lint: Lint;
    try {
        lint = await gitlab.get<Lint>(`/projects/${project.id}/ci/lint`);
    } catch (error) {
        if (isNotFound(error)) return "its repository is empty";
        throw error;
    }
    if (!lint.merged_yaml) return lint.errors[0] ?? "it has no CI configuration";
    let config: CiConfig;
    try {
        config = readCiConfig(lint.merged_yaml);
    } catch (error) {
        return `its merged configuration is not YAML: ${error instanceof Error ? error.message.split("\n")[0] : error}`;
    }
    // The merged text holds what was included and no longer where it came from.
    const included = (lint.includes ?? []).flatMap(({ type, location, extra }) => {
        const component =
            type === "component" && location ? location.replace(/@[^@]*$/, "").replace(/^[^/]*\//, "") : undefined;
        return [extra?.project, component].filter((path) => path !== undefined);
    });
    return { ...config, includes: [...new Set([...config.includes, ...included])] };
}

function toPredefined(project: ListedProject, registries: readonly string[], server: string): Variables {
    const path = project.path_with_namespace;
    const registry = registryHosts([project])[0] ?? registries[0] ?? "registry.invalid";
    return predefinedVariables({
        id: project.id,
        path,
        registry,
        server,
        defaultBranch: project.default_branch ?? "main",
    });
}
