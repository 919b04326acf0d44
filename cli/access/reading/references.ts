import { variablesIn, whyHidden } from "../shell/variables";
import type { Address } from "./addresses";
import { projectCandidates } from "./image-name";

/** Kinds of references to another project in a CI configuration. */
export type ReferenceKind =
    | "image"
    | "service"
    | "from"
    | "pull"
    | "include"
    | "trigger"
    | "needs"
    | "clone"
    | "push"
    | "api"
    | "file";

/** A reference from a consumer to something that a project of this GitLab may own. */
export interface AccessReference {
    kind: ReferenceKind;
    /** Where it was found: `job build (.gitlab-ci.yml:4)`, `Dockerfile:3 (job build)`. */
    where: string;
    /** The text, with known variables replaced. */
    text: string;
    /** Full paths or ids of the projects it may mean, longest first; empty if variables hide all of them. */
    candidates: string[];
    /** Why it needs no entry, whichever project it means. */
    exempt?: string;
    /** Why its meaning is unknown, and what would resolve it. */
    open?: string;
}

/** Everything that the references of one consumer depend on. */
export interface ReferenceContext {
    /** Hosts of this GitLab's container registry; other images do not matter. */
    registries: readonly string[];
    /** Files of the configuration that are in the repository, in which jobs are searched. */
    sources: readonly string[];
    /** Content of a file in the repository; undefined if it does not exist. */
    file(path: string): string | undefined;
}

/** Why no entry is needed, by the credentials for an address; undefined if one is. */
export const OTHERWISE: Record<Address["credentials"], string | undefined> = {
    "job token": undefined,
    key: "it is reached with an SSH key",
    others: "it is reached with a token of its own",
    none: "it is reached without the job's token",
};

/** Other reasons. */
export const WHY = {
    byRights: "GitLab asks for the rights of the person who starts the pipeline, not for the list",
    bySwitch:
        "a push with a job token is decided by the project's own switch (ci_push_repository_for_job_token_allowed), not by the list",
    notSent: "no job token is sent with it",
    elsewhere: "it runs on another machine, which is not given the job's token",
    inVariable: "no command that was read takes it from this variable. The job-token log shows whether it is pulled",
    givenToImage: "what this image does with the job's token is not known. The job-token log shows it",
    notRun: "it is not known which of its lines a job runs",
    ofMany: "this index hands out packages of many projects. The job-token log names those whose packages were fetched",
    sendsAlways:
        "the job's token goes to every repository of this GitLab here. What programs fetch by themselves is not seen; the job-token log names it",
};

export function toProject(kind: ReferenceKind, where: string, text: string, exempt?: string): AccessReference {
    const project = text.replace(/^\/|\/$/g, "");
    const hidden = variablesIn(project).length > 0;
    // A component's path is `group/project/component`. An id is kept.
    const candidates = hidden ? [] : /^\d+$/.test(project) ? [project] : projectCandidates(project);
    return { kind, where, text: project, candidates, exempt, open: hidden ? whyHidden(project) : undefined };
}
