import { oneLine } from "../../../core/one-line";
import type { FleetArgs } from "../args";
import { type Extended, extendStack } from "./extend";
import { toKnown } from "./known";
import { findOrigin, type Layer, type Origin } from "./layers";
import { findMisplacedKeys } from "./misplaced";
import { findLoginProblems, parseStackConfig, type StackConfig } from "./parse";
import type { PlacedProblem } from "./shared-files";

/** A stack's own configuration, and what has to be known to judge it. */
export interface StackToCheck extends Omit<StackConfig, "values"> {
    /** The stack's own values. */
    own: Layer;
    /** Folder of the stacks' files, asked when it is needed. */
    folder: () => string;
    /** Whether the program is of a language that has no `readStackConfig`. */
    otherLanguage?: boolean;
}

/** A stack's configuration with its shared files, and everything that is wrong with it. */
export interface CheckedStack extends Omit<Extended, "problems" | "complete"> {
    /** The fleet; usable only when there are no errors. */
    fleet: FleetArgs;
    /** Every problem, with the file and line where its value was written, as far as that is known. */
    problems: PlacedProblem[];
    /** Where the value of a problem was written. */
    locate(problem: PlacedProblem): Origin | undefined;
    /** A problem in words, with the place at its end where that is a shared file. */
    present(problem: PlacedProblem): string;
}

/** Reads a stack's configuration together with its shared files. Finds every problem that can be found without a request. */
export function checkStack({ own, folder, otherLanguage, ...rest }: StackToCheck): CheckedStack {
    const { values, layers, problems: shared, complete } = extendStack(own, folder);
    // Without one of the files, what it declares would be missing everywhere.
    const { fleet, problems } = complete
        ? parseStackConfig({ values, ...rest })
        : { fleet: {}, problems: findLoginProblems({ values, ...rest }) };
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

/** The project of `<project>/<stack>`. */
function projectOf(owner: string): string {
    return owner.slice(0, owner.indexOf("/"));
}

function present(problem: PlacedProblem, { file, line }: Partial<Origin> = {}, own: string | undefined): string {
    const isShared = file !== undefined && file !== own;
    const place = isShared ? ` (${oneLine(file)}${line === undefined ? "" : `:${line}`})` : "";
    return `${problem.path} ${problem.message}${place}`;
}
