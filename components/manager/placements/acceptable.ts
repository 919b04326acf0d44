import type { Problem } from "../../../core/problems";

/** A warning about a manager that the manager's `silence` can accept. */
export function acceptable(code: string, path: string, message: string): Problem {
    return {
        path,
        message: `${message} To accept it, add ${code} to the manager's silence.`,
        severity: "warning",
        code,
    };
}
