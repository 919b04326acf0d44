import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { findStackFiles, shortName } from "../../components/fleet/config/stack-files";
import { Failed, Withheld } from "../exit";
import type { Io } from "../io";
import { stackFileOf } from "../report/stack-file";
import { ADVISORY } from "./policies";

/** The current job, as GitLab's variables describe it. */
export interface Job {
    stack: string;
    /** Folder of Pulumi.yaml. */
    folder: string;
    /** Folder for reports. */
    output: string;
    /** Base of GitLab's API. */
    api: string | undefined;
    projectId: string | undefined;
    pipelineId: number;
    /** The merge request's number; undefined in other pipelines. */
    mergeRequest: string | undefined;
    commit: string | undefined;
    /** The commit that the preview is of: in a merge request the head of its branch; empty if unknown. */
    head: string;
    /** Address of this job's artifacts. */
    artifacts: string | undefined;
    /** Token for notes and issues; undefined if none is given. */
    notesToken: string | undefined;
    /** `advisory`, `off`, or a file of levels and exemptions. */
    policies: string;
}

export interface JobOptions {
    stack?: string;
    project: string;
    output: string;
    policies?: string;
}

export function readJob(io: Io, { stack = io.env.FLEET_STACK, project, output, policies }: JobOptions): Job {
    const { env } = io;
    if (!stack) throw new Failed("Which stack? Give --stack NAME, or set FLEET_STACK.");
    if (!/^[\w./-]+$/.test(stack) || stack.startsWith("-"))
        throw new Failed("The stack's name must be of letters, digits, dots, hyphens, underscores and slashes.");
    return {
        stack,
        folder: resolve(project),
        output: resolve(output),
        api: env.CI_API_V4_URL || undefined,
        projectId: env.CI_PROJECT_ID || undefined,
        pipelineId: Number(env.CI_PIPELINE_ID) || 0,
        mergeRequest: env.CI_MERGE_REQUEST_IID || undefined,
        commit: env.CI_COMMIT_SHA || undefined,
        // A pipeline for merged results runs on a commit of its own.
        head: env.CI_MERGE_REQUEST_SOURCE_BRANCH_SHA || env.CI_COMMIT_SHA || "",
        artifacts: env.CI_JOB_URL ? `${env.CI_JOB_URL}/artifacts/browse` : undefined,
        notesToken: env.FLEET_NOTES_TOKEN?.trim() || undefined,
        policies: policies || env.FLEET_POLICIES?.trim() || ADVISORY,
    };
}

/**
 * Ends the job if the pipeline lacks what a preview needs. In a merge request that is not a mistake: variables are
 * protected so that not every branch can read them.
 */
export function requireAccess(io: Io, { folder, stack }: Job): void {
    const { env } = io;
    const missing: string[] = [];
    if (!env.GITLAB_TOKEN?.trim() && !hasOwnToken(folder, stack))
        missing.push("a token for GitLab (FLEET_TOKEN_READ or FLEET_TOKEN)");
    const hasPassphrase = env.PULUMI_CONFIG_PASSPHRASE !== undefined || env.PULUMI_CONFIG_PASSPHRASE_FILE !== undefined;
    if (!hasPassphrase && /^encryptionsalt:/m.test(stackFileOf(folder, stack).text))
        missing.push(
            "the passphrase of the stack (PULUMI_CONFIG_PASSPHRASE), without which Pulumi cannot read its state",
        );
    if (missing.length === 0) return;
    const { CI_MERGE_REQUEST_SOURCE_PROJECT_ID: source, CI_MERGE_REQUEST_PROJECT_ID: target } = env;
    const why =
        source !== undefined && source !== target
            ? "The merge request comes from a fork, which gets none of this project's variables."
            : env.CI_COMMIT_REF_PROTECTED === "true"
              ? "Set it in the project's CI/CD variables."
              : "Protected variables are for protected branches only, and this one is none.";
    throw new Withheld(
        `No preview of ${stack}: the job has not got ${missing.join(", nor ")}. ${why} docs/pipelines.md`,
    );
}

/**
 * Returns an error if a stack has no file where other stacks have theirs: the program would take it for an empty stack,
 * and `up` would delete everything it had. A file that only Pulumi has written since and that is not committed does not
 * count.
 */
export function findMissingFile({ folder, stack }: Pick<Job, "folder" | "stack">): string | undefined {
    const { path, text } = stackFileOf(folder, stack);
    const others = [...findStackFiles(folder).keys()].filter((name) => name !== shortName(stack));
    const isThere = existsSync(join(folder, path)) && !(isPulumisOwn(text) && isUntracked(folder, path));
    if (others.length === 0 || isThere) return undefined;
    return (
        `Stack ${stack} has no file ${path}, and other stacks have theirs: it would lose whatever it declared, so up refuses. ` +
        "Was it renamed, removed or misspelt by mistake? A stack that needs no configuration of its own has an empty one. " +
        `To take a stack away: pulumi destroy --stack ${stack}, and then its name ` +
        "from the pipeline's stacks."
    );
}

/** Whether a stack's file holds only what Pulumi itself writes as soon as it reads a stack's secrets. */
function isPulumisOwn(text: string): boolean {
    return text.split("\n").every((line) => /^(\s*|#.*|(encryptionsalt|encryptedkey|secretsprovider):.*)$/.test(line));
}

function isUntracked(folder: string, path: string): boolean {
    // Exit code 1: git knows the folder, but not the file.
    return (
        spawnSync("git", ["-C", folder, "ls-files", "--error-unmatch", "--", path], { stdio: "ignore" }).status === 1
    );
}

function hasOwnToken(folder: string, stack: string): boolean {
    return /^\s+["']?gitlab:token["']?:/m.test(stackFileOf(folder, stack).text);
}
