import type { ServedFacts } from "../../core/config-toml/types";

/** What a violation does: `advisory` is printed, `mandatory` ends a preview and an `up` with an error. */
export type Level = "advisory" | "mandatory";

/** One manager's `config.toml`, without its secrets. */
export interface ManagerFacts {
    name: string;
    /** Keys above the first `[[runners]]` table. */
    global: unknown;
    /** Name of the image that its container or pod is made of; absent where it has none. */
    image?: string;
    /** Where that is said. */
    imagePath?: string;
    workers: readonly WorkerFacts[];
}

/** One worker of a manager. */
export interface WorkerFacts {
    name: string;
    /** The `[[runners]]` table. */
    config: Record<string, unknown>;
    /** The runner whose jobs it takes, as far as it is known. */
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
    /** Whether the list decides anything. */
    enabled?: boolean;
    /** Paths of the groups on it, as they were written; those given by id are not among them. */
    groups: readonly string[];
}

/** A scope in which the declared runners shall be the only ones. */
export interface ScopeFacts {
    name: string;
    /** What happens to claimed runners that are not declared. */
    foreign?: string;
    /** How many one `up` may delete. */
    limit?: number;
}

/** A text that stands in the open: in a resource's inputs, which the state keeps, or in the stack's configuration. */
export interface OpenText {
    /** Of the resource; of the configuration, the key. */
    name: string;
    path: string;
    /** Never the text itself. */
    message: string;
    /** Whether the message says what to do, too. */
    saysHow?: boolean;
}

/** What rules look at, each at one kind. */
export interface Facts {
    manager: ManagerFacts;
    runner: RunnerRecord;
    list: ListFacts;
    scope: ScopeFacts;
    open: readonly OpenText[];
}

/** A violation. */
export interface Finding {
    /** By which it may be exempted: the worker, runner, manager, list or scope, as the program calls it; any one of them will do. */
    names: readonly string[];
    /** Where, within the one that is named last. */
    path: string;
    /** Follows the path in one sentence: what is, and what follows. Never holds a secret. */
    message: string;
    /** Whether the message says what to do, too; else the rule's fix follows it. */
    saysHow?: boolean;
}

/** One policy. */
export interface Rule<K extends keyof Facts = keyof Facts> {
    /** Its name in configurations of policies; that of the warning where there is one. */
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

/** A rule about one kind of facts, its type inferred. */
export function rule<K extends keyof Facts>(given: Rule<K>): Rule {
    return given as unknown as Rule;
}
