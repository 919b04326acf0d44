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
    /** Those that have not accepted the warning. */
    speaking: readonly WarnedWorker[];
}

export type Warn = (path: string, message: string) => void;

export type FindUnwise = (file: WarnedFile, warn: Warn) => void;

/** What one code warns of in each worker that has not accepted it. */
export function ofEach(find: (worker: WarnedWorker, warn: Warn) => void): FindUnwise {
    return ({ speaking }, warn) => {
        for (const worker of speaking) find(worker, warn);
    };
}

/** A number above zero; everything else is none, as zero means "no limit" to gitlab-runner. */
export function positive(value: unknown): number | undefined {
    return typeof value === "number" && value > 0 ? value : undefined;
}
