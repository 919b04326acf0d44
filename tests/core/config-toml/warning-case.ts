import type { UncheckedConfig, UncheckedWorker } from "../../../core/config-toml";

/** A table of config.toml. */
export type Table = Record<string, unknown>;

/** A file with these keys at the top, and these workers. */
export function file(
    global: Table,
    ...workers: [config: Table, runner?: UncheckedWorker["runner"]][]
): UncheckedConfig {
    return {
        global: { concurrent: 100, ...global },
        workers: workers.map(([config, runner], index) => ({
            name: `w${index}`,
            config: { request_concurrency: 2, ...config },
            runner,
        })),
    };
}

/** A configuration that draws one warning. */
export interface WarningCase {
    code: string;
    path: string;
    says: RegExp;
    draws: UncheckedConfig;
    /** The nearest configurations that draw no warning of this code. */
    not: UncheckedConfig[];
}
