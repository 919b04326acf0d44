import { findImageCommands } from "./build-commands";
import type { CiConfig, CiJob } from "./ci-config";
import { fetchesSubmodules, findClones, findSubmodules } from "./clones";
import { findPulledImages } from "./dockerfile";
import { parseImageName, projectCandidates } from "./image-name";
import { expand, hasVariable, type Variables } from "./variables";

/** What in a CI configuration refers to another project. */
export type ReferenceKind = "image" | "service" | "from" | "pull" | "include" | "trigger" | "needs" | "clone";

/** One reference from a consumer to something that a project of this GitLab may own. */
export interface AccessReference {
    kind: ReferenceKind;
    /** Where it stands: `job build`, `Dockerfile:3`. */
    where: string;
    /** What stands there, with variables replaced as far as they are known. */
    text: string;
    /** Full paths of projects that it may mean, longest first; empty when variables hide them all. */
    candidates: string[];
    /** Names of the variables whose value is not known. */
    unknown: string[];
}

/** Everything the references of one consumer depend on. */
export interface ReferenceContext {
    /** Hosts of this GitLab's container registry; images from anywhere else are nobody's here. */
    registries: readonly string[];
    /** Predefined variables and those that the user gave. */
    predefined: Variables;
    /** Content of a file of the repository, undefined where there is none. */
    file(path: string): string | undefined;
}

const GITMODULES = ".gitmodules";

/** The Dockerfiles and lists of submodules that jobs use, for the caller to fetch. Paths that hold a variable are left out. */
export function filesOf(config: CiConfig, predefined: Variables): string[] {
    const paths = config.jobs.flatMap((job) =>
        eachVariables(job, predefined).flatMap((variables) => [
            ...findImageCommands(job.script, variables).builds.map((build) => build.dockerfile),
            ...(fetchesSubmodules(variables) ? [GITMODULES] : []),
        ]),
    );
    return [...new Set(paths)].filter((path) => !hasVariable(path) && !path.startsWith(".."));
}

/** All references of a consumer's configuration, each once for every place it stands in. */
export function findReferences(config: CiConfig, context: ReferenceContext): AccessReference[] {
    const globals = { ...context.predefined, ...config.variables };
    const found = [
        ...config.includes.map((path) => toProject("include", "the configuration", path, globals)),
        ...config.jobs.flatMap((job) =>
            eachVariables(job, context.predefined).flatMap((each) => ofJob(job, each, context)),
        ),
    ].filter((reference) => reference !== undefined);
    return [...new Map(found.map((one) => [`${one.kind} ${one.where} ${one.text}`, one])).values()];
}

function ofJob(job: CiJob, variables: Variables, context: ReferenceContext): (AccessReference | undefined)[] {
    const where = `job ${job.name}`;
    const { builds, pulls } = findImageCommands(job.script, variables);
    return [
        ...job.images.map((image) => toImage("image", where, image, variables, context)),
        ...job.services.map((image) => toImage("service", where, image, variables, context)),
        ...pulls.map((image) => toImage("pull", where, image, variables, context)),
        ...builds.flatMap(({ dockerfile, args }) =>
            hasVariable(dockerfile)
                ? [{ kind: "from" as const, where, text: dockerfile, candidates: [], unknown: variablesIn(dockerfile) }]
                : findPulledImages(context.file(dockerfile) ?? "", args).map(({ image, line }) =>
                      // The arguments were replaced by the build's; what is left has no value anywhere.
                      toImage("from", `${dockerfile}:${line}`, image, {}, context),
                  ),
        ),
        ...job.triggers.map((path) => toProject("trigger", where, path, variables)),
        ...job.needs.map((path) => toProject("needs", where, path, variables)),
        ...job.includes.map((path) => toProject("include", where, path, variables)),
        ...findClones(job.script, variables).map((path) => toProject("clone", where, path, variables)),
        ...(fetchesSubmodules(variables)
            ? findSubmodules(context.file(GITMODULES) ?? "", variables).map((path) =>
                  toProject("clone", GITMODULES, path, variables),
              )
            : []),
    ];
}

function eachVariables(job: CiJob, predefined: Variables): Variables[] {
    return job.variables.map((variables) => ({ ...predefined, ...variables }));
}

function toImage(
    kind: ReferenceKind,
    where: string,
    written: string,
    variables: Variables,
    { registries }: ReferenceContext,
): AccessReference | undefined {
    const { text } = expand(written, variables);
    const { host, repository } = parseImageName(text);
    const isOurs = registries.some((registry) => host?.toLowerCase() === registry.toLowerCase());
    if (isOurs) {
        const candidates = projectCandidates(repository);
        const unknown = candidates.length === 0 || hasVariable(repository) ? variablesIn(repository) : [];
        return { kind, where, text, candidates, unknown };
    }
    // The dependency proxy belongs to a group, and is no project's registry.
    if (!hasVariable(host ?? text) || /\$\{CI_DEPENDENCY_PROXY_\w+\}/.test(text)) return undefined;
    return { kind, where, text, candidates: [], unknown: variablesIn(text) };
}

function toProject(kind: ReferenceKind, where: string, written: string, variables: Variables): AccessReference {
    const { text, unknown } = expand(written, variables);
    const path = text.replace(/^\/|\/$/g, "");
    // A component is named after its project: `group/project/component`.
    return { kind, where, text: path, candidates: unknown.length > 0 ? [] : projectCandidates(path), unknown };
}

function variablesIn(text: string): string[] {
    return [...new Set([...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name!))];
}
