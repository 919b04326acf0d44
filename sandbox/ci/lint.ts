import { stringify } from "yaml";
import type { Identity } from "../http/auth";
import type { Project } from "../store/entities";
import type { Store } from "../store/store";
import { expandExtends } from "./extends";
import { type IncludeNote, Includer } from "./includes";
import { fillInputs } from "./inputs";
import { ConfigProblem, parseConfig, resolveReferences, toPlain } from "./yaml";

/** GitLab: entity `Ci::Lint::Result`. */
export interface LintResult {
    valid: boolean;
    errors: string[];
    warnings: string[];
    merged_yaml: string | null;
    includes: IncludeNote[];
    jobs?: { name: string; stage: string }[];
}

/** Keys of a configuration that are not jobs. */
const GLOBAL_KEYS = new Set([
    "default",
    "include",
    "stages",
    "variables",
    "workflow",
    "image",
    "services",
    "before_script",
    "after_script",
    "cache",
    "spec",
]);
const WORK = ["script", "trigger", "run"];

/** Checks includes, `extends` and references of a configuration, and merges it. */
export function lintConfig(
    db: Store,
    who: Identity,
    project: Project,
    ref: string,
    content: string | undefined,
    withJobs: boolean,
): LintResult {
    const result: LintResult = { valid: false, errors: [], warnings: [], merged_yaml: null, includes: [] };
    if (content === undefined || content.trim() === "") {
        return { ...result, errors: ["Please provide content of .gitlab-ci.yml"] };
    }
    const includer = new Includer(db, who);
    try {
        const { header, content: own } = parseConfig(content);
        const merged = includer.expand(fillInputs(header, own, {}), { project, ref });
        // GitLab: Gitlab::Ci::Config expands `extends` first, so that a reference sees what a job inherited.
        const config = toPlain(resolveReferences(expandExtends(merged)));
        const errors = problemsOf(config);
        const jobs = withJobs ? { jobs: jobsOf(config) } : {};
        const text = `---\n${stringify(config, { lineWidth: 0, aliasDuplicateObjects: false })}`;
        return { ...result, valid: errors.length === 0, errors, merged_yaml: text, includes: includer.notes, ...jobs };
    } catch (error) {
        if (!(error instanceof ConfigProblem)) throw error;
        return { ...result, errors: [error.message], includes: includer.notes };
    }
}

/** Differs from GitLab: checks only that there is a job, and that each job does something. */
function problemsOf(config: Record<string, unknown>): string[] {
    const visible = Object.entries(config).filter(([name]) => !GLOBAL_KEYS.has(name) && !name.startsWith("."));
    if (visible.length === 0) return ["jobs config should contain at least one visible job"];
    return visible.flatMap(([name, job]) => {
        const keys = typeof job === "object" && job !== null ? Object.keys(job) : [];
        if (WORK.some((key) => keys.includes(key))) return [];
        return [`jobs:${name} config should implement the script:, run:, or trigger: keyword`];
    });
}

function jobsOf(config: Record<string, unknown>): { name: string; stage: string }[] {
    return Object.entries(config)
        .filter(([name]) => !GLOBAL_KEYS.has(name) && !name.startsWith("."))
        .map(([name, job]) => ({ name, stage: (job as { stage?: string }).stage ?? "test" }));
}
