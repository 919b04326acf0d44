/** A value as it travels between the engine and a plugin. */
export type WireValue = null | boolean | number | string | WireValue[] | { [key: string]: WireValue };

/** Another name or place that a resource had. */
export type FormerName = string | { name?: string; project?: string; stack?: string; parent?: string | undefined };

/** What the engine asks of a plugin for a program in another language: declare this component, with all that is in it. */
export interface ConstructRequest {
    /** Type of the component, such as `gitlab-fleet:index:Fleet`. */
    type: string;
    name: string;
    project: string;
    stack: string;
    organization: string;
    dryRun: boolean;
    parallel: number;
    /** Where resources are registered: the same for all components of one run of a program. */
    monitor: string;
    /** Where messages go. */
    engine: string;
    /** The stack's configuration, by full key. */
    config: Record<string, string>;
    secretKeys: string[];
    inputs: Record<string, WireValue>;
    options: {
        /** URN of the parent; empty: none. */
        parent: string;
        aliases: FormerName[];
        /** URNs of what it waits for. */
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

/** What the program gets of a component that was declared. */
export interface Constructed {
    urn: string;
    state: Record<string, WireValue>;
    /** URNs that each output depends on. */
    dependencies: Record<string, string[]>;
}

/** The components as a Pulumi package schema has them, by token. */
export interface Components {
    resources: Record<string, object>;
    types: Record<string, object>;
}

/** Declares one component. Rejects with what is wrong, in the user's words. */
export type Construct = (request: ConstructRequest) => Promise<Constructed>;
