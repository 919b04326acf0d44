import type { UncheckedWorker } from "./types";

export interface WarnedWorker {
    name: string;
    path: string;
    config: Record<string, unknown>;
    facts: NonNullable<UncheckedWorker["runner"]>;
    silence: readonly string[];
}

export interface WarnedFile {
    global: Record<string, unknown>;
    globalPath: string;
    workers: readonly WarnedWorker[];
    /** The workers that have not silenced the warning. */
    speaking: readonly WarnedWorker[];
}

export type Warn = (path: string, message: string) => void;

export type FindUnwise = (file: WarnedFile, warn: Warn) => void;

/** Applies a check to each worker that has not silenced the warning. */
export function ofEach(find: (worker: WarnedWorker, warn: Warn) => void): FindUnwise {
    return ({ speaking }, warn) => {
        for (const worker of speaking) find(worker, warn);
    };
}

/** A number above zero, otherwise undefined: to gitlab-runner, zero means "no limit". */
export function positive(value: unknown): number | undefined {
    return typeof value === "number" && value > 0 ? value : undefined;
}
