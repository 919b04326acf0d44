import { oneLine } from "../../../core/one-line";
import type { Problem } from "../../../core/problems";
import { ENCRYPTED } from "../../../core/values";
import type { FleetArgs } from "../args";
import { checkFleet } from "../problems";
import { findGitlabProblems, type GitlabSettings } from "./gitlab-problems";
import { OURS, toKnown } from "./known";
import { findOrigin, type Layer, type Origin } from "./layers";
import { findLostIndent, findMisplacedKeys } from "./misplaced";
import { findPrograms } from "./programs";
import { FLEET_KEYS } from "./schema";
import { type Extended, extendStack, type PlacedProblem } from "./shared-files";
import { findUnset } from "./unset";

const GITLAB = "gitlab:";

/** A stack's configuration, as Pulumi passes it to a program or as it is in its file. */
interface StackConfig {
    /** Values by full key (`gitlab-fleet:runners`): texts, with maps and lists as JSON, or the values themselves. */
    values: Record<string, unknown>;
    /** Full keys whose values contain a secret. */
    secretKeys: readonly string[];
    /** The environment variables that replace keys below `gitlab:`. */
    env: GitlabSettings["env"] & { FLEET_GITLAB_ONLY?: string };
    /** `<project>/<stack>`, which is in every runner's marker. */
    owner: string;
}

/**
 * Reads a stack's configuration. Finds every problem that can be found without a request, with its path as the user
 * wrote it. The fleet is usable only if none of them is an error.
 */
export function parseStackConfig({ values, secretKeys, env, owner }: StackConfig) {
    const config = Object.fromEntries(below(toKnown(values), OURS));
    const fleet = config as FleetArgs;
    const problems = [
        ...findLoginProblems({ values, env }),
        ...findPrograms(config.managers, env),
        ...findUnset(config),
        ...checkFleet(fleet, owner, { root: OURS, shape: FLEET_KEYS }).problems,
    ];
    const lost = findLostIndent(config, OURS);
    const told = problems.filter((one) => !lost.strays.some((path) => isWithin(one, { path })));
    return { fleet, problems: [...lost.problems, ...told].map((problem) => hideSecrets(problem, secretKeys)) };
}

/** Problems that can be found while a shared file is missing: those of keys that only the stack's own file has. */
function findLoginProblems({ values, env }: Pick<StackConfig, "values" | "env">): Problem[] {
    return findGitlabProblems({ config: Object.fromEntries(below(values, GITLAB).map(toText)), env });
}

/** Whether a problem's path is equal to or below that of another. */
function isWithin({ path }: Pick<Problem, "path">, { path: whole }: Pick<Problem, "path">): boolean {
    return path.startsWith(whole) && /^($|[.[])/.test(path.slice(whole.length));
}

function below(values: Record<string, unknown>, prefix: string): [string, unknown][] {
    return Object.entries(values)
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, value]) => [key.slice(prefix.length), value]);
}

/** A value of another package, as Pulumi passes it. */
function toText([key, value]: [string, unknown]): [string, string | typeof ENCRYPTED] {
    if (value === ENCRYPTED) return [key, ENCRYPTED];
    return [key, typeof value === "string" ? value : JSON.stringify(value ?? "")];
}

/** Pulumi marks whole keys as secret and does not say which part of the value is secret. */
export function hideSecrets(problem: Problem, secretKeys: readonly string[]): Problem {
    const secret = secretKeys.some((key) => key.startsWith(OURS) && problem.path.startsWith(key));
    if (!secret) return problem;
    const message = problem.message.replace(/\(got (.*)\)(.*)$/s, (_, got: string, remedy: string) => {
        return `(got a secret value)${echoes(remedy, got) ? ". Correct the value." : remedy}`;
    });
    return { ...problem, message };
}

/** Remedies that repeat the value itself. */
const FROM_VALUE = /Add its unit: |Write (true|false)\.|Write (the seconds: )?\d|Write \["/;

/** Whether the remedy repeats the value or a part of it: `Write ["a"].` */
function echoes(remedy: string, got: string): boolean {
    return FROM_VALUE.test(remedy) || (got.match(/\w{2,}/g) ?? []).some((word) => remedy.includes(word));
}

/** A stack's own configuration, and what is needed to check it. */
interface StackToCheck extends Omit<StackConfig, "values"> {
    own: Layer;
    /** Returns the folder of the stacks' files; called only if it is needed. */
    folder: () => string;
    /** Whether the program is in a language without `readStackConfig`. */
    otherLanguage?: boolean;
}

/** A stack's configuration with its shared files, and everything that is wrong with it. */
interface CheckedStack extends Omit<Extended, "problems" | "complete"> {
    /** The fleet; usable only when there are no errors. */
    fleet: FleetArgs;
    /** Every problem, with the file and line where its value was written, if known. */
    problems: PlacedProblem[];
    /** Where the value of a problem was written. */
    locate(problem: PlacedProblem): Origin | undefined;
    /** Formats a problem, followed by its place if that is in a shared file. */
    present(problem: PlacedProblem): string;
}

/** Reads a stack's configuration with its shared files. Finds every problem that can be found without a request. */
export function checkStack({ own, folder, otherLanguage, ...rest }: StackToCheck): CheckedStack {
    const { values, layers, problems: shared, complete } = extendStack(own, folder);
    // If one of the files is missing, everything that it declares would be reported as missing.
    const { fleet, problems } = complete
        ? parseStackConfig({ values, ...rest })
        : { fleet: {} as FleetArgs, problems: findLoginProblems({ values, ...rest }) };
    const owner = { project: projectOf(rest.owner), readsItself: otherLanguage };
    const locate = (problem: PlacedProblem) => problem.origin ?? findOrigin(layers, problem.path);
    return {
        fleet,
        problems: [...shared, ...findMisplacedKeys(toKnown(own.config), owner), ...problems],
        values,
        layers,
        locate,
        present: (problem) => present(problem, locate(problem), own.file),
    };
}

function projectOf(owner: string): string {
    return owner.slice(0, owner.indexOf("/"));
}

function present(problem: PlacedProblem, { file, line }: Partial<Origin> = {}, own: string | undefined): string {
    const isShared = file !== undefined && file !== own;
    const place = isShared ? ` (${oneLine(file)}${line === undefined ? "" : `:${line}`})` : "";
    return `${problem.path} ${problem.message}${place}`;
}
