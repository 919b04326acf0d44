import { isMap, textOf } from "../../../core/values";

const QUIET = new Set(["warn", "warning", "error", "fatal", "panic"]);

/** Whether the log level of a `config.toml` hides that it was loaded, as far as it is known. */
export function isQuiet(global: unknown): boolean {
    return isMap(global) && QUIET.has(textOf(global.log_level).toLowerCase());
}
