/** A value as it travels between the engine and a plugin. */
export type WireValue = null | boolean | number | string | WireValue[] | { [key: string]: WireValue };

/** A former name or parent of a resource. */
export type FormerName = string | { name?: string; project?: string; stack?: string; parent?: string | undefined };

/**
 * The engine's request to a plugin on behalf of a program in another language: declare this component, with everything
 * in it.
 */
export interface ConstructRequest {
    /** Type of the component, such as `gitlab-fleet:index:Fleet`. */
    type: string;
    name: string;
    project: string;
    stack: string;
    organization: string;
    dryRun: boolean;
    parallel: number;
    /** Address at which to register resources: the same for all components of one run of a program. */
    monitor: string;
    /** Address to which messages go. */
    engine: string;
    /** The stack's configuration, by full key. */
    config: Record<string, string>;
    secretKeys: string[];
    inputs: Record<string, WireValue>;
    options: {
        /** URN of the parent; empty if there is none. */
        parent: string;
        aliases: FormerName[];
        /** URNs of the resources that it waits for. */
        dependsOn: string[];
        /** References to providers, by package. */
        providers: Record<string, string>;
        protect: boolean | undefined;
        ignoreChanges: string[];
        replaceOnChanges: string[];
        retainOnDelete: boolean | undefined;
        deletedWith: string;
    };
}

/** What the program gets back for a declared component. */
export interface Constructed {
    urn: string;
    state: Record<string, WireValue>;
    /** URNs that each output depends on. */
    dependencies: Record<string, string[]>;
}

/** The components as in a Pulumi package schema, by token. */
export interface Components {
    resources: Record<string, object>;
    types: Record<string, object>;
}

/** Declares one component. Rejects with all problems, in the user's words. */
export type Construct = (request: ConstructRequest) => Promise<Constructed>;
