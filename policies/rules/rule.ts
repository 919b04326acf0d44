import type { ServedFacts } from "../../core/config-toml/types";

/** The effect of a violation: `advisory` is printed, `mandatory` ends a preview and an `up` with an error. */
export type Level = "advisory" | "mandatory";

/** One manager's `config.toml`, without its secrets. */
export interface ManagerFacts {
    name: string;
    /** Keys above the first `[[runners]]` table. */
    global: unknown;
    /** The image of its container or pod; absent if it has none. */
    image?: string;
    /** The path of the image. */
    imagePath?: string;
    workers: readonly WorkerFacts[];
}

/** One worker of a manager. */
export interface WorkerFacts {
    name: string;
    /** The `[[runners]]` table. */
    config: Record<string, unknown>;
    /** The runner whose jobs it takes, as far as known. */
    runner: ServedFacts;
}

/** One runner in GitLab. */
export interface RunnerRecord {
    name: string;
    runUntagged?: boolean;
    accessLevel?: string;
}

/** One project's job-token allowlist. */
export interface ListFacts {
    name: string;
    /** Whether the list is enforced. */
    enabled?: boolean;
    /** Paths of its groups, as written; groups given by id are not included. */
    groups: readonly string[];
}

/** A scope that should have no runners but the declared ones. */
export interface ScopeFacts {
    name: string;
    /** What happens to claimed runners that are not declared. */
    foreign?: string;
    /** How many runners one `up` may delete. */
    limit?: number;
}

/** A secret in plain text: in a resource's inputs, which the state keeps, or in the stack's configuration. */
export interface OpenText {
    /** Name of the resource; in the configuration, the key. */
    name: string;
    path: string;
    /** Never contains the text itself. */
    message: string;
    /** Whether the message already says what to do. */
    saysHow?: boolean;
}

/** The kinds of facts; each rule uses one. */
export interface Facts {
    manager: ManagerFacts;
    runner: RunnerRecord;
    list: ListFacts;
    scope: ScopeFacts;
    open: readonly OpenText[];
}

/** A violation. */
export interface Finding {
    /**
     * Names that may be exempted: the worker, runner, manager, list or scope, as named in the program; any one of them
     * suffices.
     */
    names: readonly string[];
    /** The path within the last of these names. */
    path: string;
    /** Follows the path in one sentence: the fact and its consequence. Never contains a secret. */
    message: string;
    /** Whether the message already says what to do; otherwise the rule's fix follows. */
    saysHow?: boolean;
}

/** One policy. */
export interface Rule<K extends keyof Facts = keyof Facts> {
    /** Its name in configurations of policies; the same as that of the warning, if there is one. */
    name: string;
    level: Level;
    about: K;
    /** What it forbids, in one sentence. */
    title: string;
    /** Why. */
    reason: string;
    /** What to do instead. */
    fix: string;
    find(facts: Facts[K]): Finding[];
}

/** A rule about one kind of facts, whose type is inferred. */
export function rule<K extends keyof Facts>(given: Rule<K>): Rule {
    return given as unknown as Rule;
}
