import type { Problem } from "../core/problems";
import type { Props } from "../core/props";
import type { GitLab } from "../gitlab/client";
import type { EngineOf } from "./docker/engine";

/** What a handler may use besides its arguments. */
export interface Call {
    /** GitLab, logged in as the provider's configuration says. */
    gitlab: GitLab;
    /** Name of the resource in the program; the token of the function for functions. */
    name: string;
    /** `<project>/<stack>` of the program, as markers of runners name it; empty for functions. */
    owner: string;
    /** The Docker engine that a property names. */
    docker: EngineOf;
    /** Messages for the user, shown with the resource. */
    log: Log;
    /**
     * Ids of all resources of a type that the program has now: made, imported or compared in this operation. Complete
     * when something is deleted, because Pulumi does that last.
     */
    declared(type: string): string[];
}

/** Messages for the user, tied to one resource. */
export interface Log {
    info(message: string): void;
    warn(message: string): void;
    /** What is being done right now; shown beside the resource while it lasts. */
    status(message: string): void;
}

/** How one property changes. The `-replace` kinds need a new resource. */
export type ChangeKind = "add" | "add-replace" | "delete" | "delete-replace" | "update" | "update-replace";

/** What would change; empty `changes` mean that nothing has to be done. */
export interface Diff {
    /** Kind of change by property path. */
    changes: Record<string, ChangeKind>;
    /** Delete the old resource first, because both cannot exist at once. */
    deleteBeforeReplace?: boolean;
}

/** A resource that exists, with the inputs it was last made or updated from. */
export interface Existing {
    id: string;
    state: Props;
    oldInputs: Props;
}

/** What a read finds. */
export interface Found {
    id: string;
    state: Props;
    inputs: Props;
}

/**
 * What GitLab says about the thing that a resource of the state stands for. `why` is a sentence that names the thing and
 * what was found instead.
 */
export type Standing<Seen = unknown> =
    /** It is the one that the state knows. `seen` is what was read to find that out. */
    | { is: "ours"; seen: Seen }
    /** GitLab is known to have it no more. */
    | { is: "gone"; why: string }
    /** It is gone, or this token may no longer look at it. */
    | { is: "hidden"; why: string }
    /** Another thing has its id now. */
    | { is: "another"; why: string };

/** One resource type. Values are plain: no secrets' wrappers, no wire markers; `UNKNOWN` only during previews. */
export interface ResourceHandler<Seen = unknown> {
    /** Names of properties that are always secret. */
    secrets?: readonly string[];
    /**
     * What a state stands for outside; absent where its id says it all. A resource that gets another name, or is replaced because
     * somebody wants it so, is made again, with nothing to do, and then the old one is deleted: that must not take away what the
     * new one has just been given.
     */
    thing?(state: Props): string;
    /**
     * Why none can be imported, as a sentence that follows "because". Absent where `read` finds one by its id alone, and where
     * nothing of it exists outside.
     */
    notImported?: string;
    /**
     * Whether what has this id in GitLab is what the state knows. Asked before anything is compared, read, changed or
     * deleted (rpc/standing.ts says what follows from the answer); not for an import, which has no state. Absent where
     * nothing of the resource is in GitLab.
     */
    standing?(call: Call, id: string, state: Props): Promise<Standing<Seen>>;
    /** What is wrong with inputs whose types are right; unknown values pass. Absent where the package's schema says it all. */
    check?(news: Props, call: Call): Problem[] | Promise<Problem[]>;
    /** Inputs in their normal form, unknown values left alone. Absent where they have no other. */
    normal?(news: Props): Props;
    /** `standing` is what was found about it just now: `ours`, or `hidden`, when there is nothing to compare with but the state. */
    diff(call: Call, existing: Existing, inputs: Props, standing?: Standing<Seen>): Diff | Promise<Diff>;
    /** With `preview` nothing may be written; the id is then ignored. */
    create(call: Call, inputs: Props, preview: boolean): Promise<{ id: string; state: Props }>;
    /**
     * `undefined` when the resource is gone. For an import `state` and `inputs` are empty, and 404 says that there is none.
     * Absent where the state alone knows it: it stays as it is.
     */
    read?(call: Call, id: string, state: Props, inputs: Props, seen?: Seen): Promise<Found | undefined>;
    update(call: Call, existing: Existing, inputs: Props, preview: boolean, seen?: Seen): Promise<Props>;
    /** Absent where nothing is made outside, or what is made goes by itself. */
    delete?(call: Call, id: string, state: Props): Promise<void>;
    /** In place of `delete` where the program still has the thing: nothing may be changed, but something may have to be said. */
    leave?(call: Call, id: string, state: Props): Promise<void>;
}

/** One function of a package. None of them answers with a secret. */
export type FunctionHandler = (call: Call, args: Props) => Promise<Props>;

/** A later step of a create or update failed; what exists must be kept in the state. */
export class PartialFailure extends Error {
    /** @param id id of what exists @param state its properties @param reason what went wrong @param cause the error behind it */
    constructor(
        readonly id: string,
        readonly state: Props,
        readonly reason: string,
        cause?: unknown,
    ) {
        super(reason, { cause });
    }
}

/** Why most of our own resources cannot be imported. */
export const NOTHING_OUTSIDE = "nothing of it exists outside. Declare the manager, and run up.";

/** Whether a read is an import, which has no state. */
export function isImport(state: Props): boolean {
    return Object.keys(state).length === 0;
}

/** What of a resource is said where making it and changing it are the same. */
interface Settling<Seen> extends Omit<ResourceHandler<Seen>, "create" | "update"> {
    /** Its id; not asked for in a preview. */
    idOf(call: Call, inputs: Props): string;
    /** Does what inputs want, and tells the state after it. With `preview` nothing may be written. A new resource has no `state`. */
    settle(call: Call, inputs: Props, preview: boolean, state?: Props): Promise<Props>;
}

/** A resource that is made and changed in one way. */
export function settled<Seen>({ idOf, settle, ...handler }: Settling<Seen>): ResourceHandler<Seen> {
    return {
        ...handler,
        async create(call, inputs, preview) {
            const state = await settle(call, inputs, preview);
            return { id: preview ? "" : idOf(call, inputs), state };
        },
        update: (call, { state }, inputs, preview) => settle(call, inputs, preview, state),
    };
}
