import { DIRECTORY_ENDS, type DirectoryEnd } from "../../../core/manager-directory";
import type { Cost } from "./kind";
import { type Checks, choiceOf, flag, orLater, textLike } from "./option-checks";

/** What a directory may say about other machines and owners, wherever it is. */
export interface OwnerOptions {
    /**
     * Whether the directory is mounted on several machines, so that each of them may write it. Without it only the
     * machine on which it was first written does. @default false
     */
    sharedBetweenMachines?: boolean;
    /**
     * The manager, `<project>/<stack>/<manager>`, that wrote the directory until now and whose it shall be no longer. Its
     * `config.toml` is kept aside. @default - a directory of another manager is refused
     */
    takeOverFrom?: string;
    /**
     * What becomes of the files when the manager is taken out, destroyed or put elsewhere: `remove`, or `keep`, by which
     * nothing in the directory is touched and its host need not answer. @default "remove"
     */
    onDestroy?: DirectoryEnd;
}

/** What a change of each does. */
export const OWNER_COSTS = {
    sharedBetweenMachines: "in place",
    takeOverFrom: "in place",
    onDestroy: "in place",
} as const satisfies Record<keyof OwnerOptions, Cost>;

/** What each must be. */
export const OWNER_CHECKS: Checks<OwnerOptions> = {
    sharedBetweenMachines: orLater(flag),
    takeOverFrom: orLater(
        textLike(/^[^/\s]+\/[^/\s]+\/\S/, "<project>/<stack>/<manager>, as the error about the directory says it"),
    ),
    onDestroy: orLater(choiceOf(DIRECTORY_ENDS)),
};
