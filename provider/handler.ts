import type { Problem } from "../core/problems";
import type { Props } from "../core/props";
import type { GitLab } from "../gitlab/client";
import type { EngineOf } from "./docker/engine";

/** What a handler may use besides its arguments. */
export interface Call {
    /** GitLab, with the credentials of the provider's configuration. */
    gitlab: GitLab;
    /** Name of the resource in the program; for a function, its token. */
    name: string;
    /** `<project>/<stack>` of the program, as in the markers of runners; empty for functions. */
    owner: string;
    /** Opens the Docker engine that a property names. */
    docker: EngineOf;
    /** Messages for the user, shown with the resource. */
    log: Log;
    /**
     * Ids of all resources of a type that the program has now: created, imported or compared in this operation.
     * Complete during deletions, because Pulumi does those last.
     */
    declared(type: string): string[];
}

/** Messages for the user, tied to one resource. */
export interface Log {
    info(message: string): void;
    warn(message: string): void;
    /** What is happening right now; shown beside the resource meanwhile. */
    status(message: string): void;
}

/** How one property changes. The `-replace` kinds require a new resource. */
export type ChangeKind = "add" | "add-replace" | "delete" | "delete-replace" | "update" | "update-replace";

/** What would change; empty `changes` mean that there is nothing to do. */
export interface Diff {
    /** Kind of change by property path. */
    changes: Record<string, ChangeKind>;
    /** Delete the old resource first, because the two cannot coexist. */
    deleteBeforeReplace?: boolean;
}

/** An existing resource, with the inputs of its last create or update. */
export interface Existing {
    id: string;
    state: Props;
    oldInputs: Props;
}

/** The result of a read. */
export interface Found {
    id: string;
    state: Props;
    inputs: Props;
}

/**
 * What GitLab says about the object behind a resource of the state. `why` is a sentence that names the object and what
 * was found instead.
 */
export type Standing<Seen = unknown> =
    /** It is the object that the state knows. `seen` is what was read to find that out. */
    | { is: "ours"; seen: Seen }
    /** GitLab certainly no longer has it. */
    | { is: "gone"; why: string }
    /** It is gone, or this token may no longer see it. */
    | { is: "hidden"; why: string }
    /** Another object has its id now. */
    | { is: "another"; why: string };

/** One resource type. Values are plain: no secret wrappers, no wire markers; `UNKNOWN` only during previews. */
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
     * Why it cannot be imported, as a sentence that follows "because". Absent if `read` can find it by its id alone, or
     * if nothing of it exists outside.
     */
    notImported?: string;
    /**
     * Whether the object with this id in GitLab is the one that the state knows. Called before anything is compared,
     * read, changed or deleted (see rpc/standing.ts for the consequences); not for an import, which has no state.
     * Absent if the resource has no object in GitLab.
     */
    standing?(call: Call, id: string, state: Props): Promise<Standing<Seen>>;
    /**
     * What is wrong with inputs of the right types; unknown values are accepted. Absent if the package's schema is
     * enough.
     */
    check?(news: Props, call: Call): Problem[] | Promise<Problem[]>;
    /** Inputs in normal form; unknown values are left alone. Absent if there is no other form. */
    normal?(news: Props): Props;
    /** `standing` is what was just found: `ours`, or `hidden`, if only the state is left to compare with. */
    diff(call: Call, existing: Existing, inputs: Props, standing?: Standing<Seen>): Diff | Promise<Diff>;
    /** With `preview`, nothing may be written; the id is then ignored. */
    create(call: Call, inputs: Props, preview: boolean): Promise<{ id: string; state: Props }>;
    /**
     * `undefined` if the resource is gone. For an import, `state` and `inputs` are empty, and 404 means that it does
     * not exist. Absent if only the state knows the resource, which then stays as it is.
     */
    read?(call: Call, id: string, state: Props, inputs: Props, seen?: Seen): Promise<Found | undefined>;
    update(call: Call, existing: Existing, inputs: Props, preview: boolean, seen?: Seen): Promise<Props>;
    /** Absent if nothing exists outside, or if it disappears by itself. */
    delete?(call: Call, id: string, state: Props): Promise<void>;
    /** In place of `delete` where the program still has the thing: nothing may be changed, but something may have to be said. */
    leave?(call: Call, id: string, state: Props): Promise<void>;
}

/** One function of a package. None returns a secret. */
export type FunctionHandler = (call: Call, args: Props) => Promise<Props>;

/** A later step of a create or update failed; what already exists must be kept in the state. */
export class PartialFailure extends Error {
    /**
     * @param id id of what exists @param state its properties @param reason what went wrong @param cause the error
     * behind it
     */
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

/** A resource whose create and update do the same. */
interface Settling<Seen> extends Omit<ResourceHandler<Seen>, "create" | "update"> {
    /** Its id; not called in a preview. */
    idOf(call: Call, inputs: Props): string;
    /**
     * Applies the inputs, and returns the new state. With `preview`, nothing may be written. A new resource has no
     * `state`.
     */
    settle(call: Call, inputs: Props, preview: boolean, state?: Props): Promise<Props>;
}

/** A handler with the same `create` and `update`. */
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
