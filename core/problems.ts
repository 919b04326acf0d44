/** One thing that is wrong, or unwise, with what a user wrote. */
export interface Problem {
    /** Where, as the user wrote it: `managers.ci-01.runners[2].docker.pull_polcy`. */
    path: string;
    /** What is wrong, what came in, and what to do. Follows the path in one sentence; never holds a secret. */
    message: string;
    /** An error stops the program; a warning is printed. */
    severity: "error" | "warning";
    /** Stable name of a warning, to silence it by. Errors have none. */
    code?: string;
    /** The same error comes again, with more to say, once GitLab was asked: alone it does not stop the program yet. */
    later?: boolean;
}

/** A problem that stops the program. */
export function error(path: string, message: string): Problem {
    return { path, message, severity: "error" };
}

/** The errors that stop the program now. What is told later goes with the others, so that all come at once. */
export function stoppingErrors(problems: readonly Problem[]): Problem[] {
    const errors = problems.filter((problem) => problem.severity === "error");
    return errors.every((problem) => problem.later) ? [] : errors;
}
