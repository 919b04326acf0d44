import { type LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import * as settings from "@pulumi/pulumi/runtime/settings";
import { keptFor } from "../../core/kept-for";
import { SECRET } from "../../core/wire-values";

/**
 * Drops all debug messages. The SDK sends three for each resource, one after another, each waiting for the answer to
 * the one before: more requests than everything else together, for text that only `pulumi up --debug` shows.
 */
export function dropDebugMessages(): void {
    const engine = settings.getEngine();
    if (engine !== undefined) drop(engine, () => true);
}

/**
 * Drops debug messages that hold secrets: they contain whole answers of the engine in plain text, which `pulumi up
 * --json` prints even without `--debug`. Other messages stay, and so do the program's own.
 */
export function dropSecretMessages(): void {
    const engine = settings.getEngine();
    if (engine !== undefined) withoutSecrets(engine);
}

type Engine = NonNullable<ReturnType<typeof settings.getEngine>>;

const withoutSecrets = keptFor((engine: Engine) => drop(engine, (message) => message.includes(SECRET)));

/** Returns the engine. */
function drop(engine: Engine, isDropped: (message: string) => boolean): Engine {
    const send = engine.log.bind(engine);
    const log = (request: LogRequest, callback: () => void) =>
        request.getSeverity() === LogSeverity.DEBUG && isDropped(request.getMessage())
            ? callback()
            : send(request, callback);
    return Object.assign(engine, { log });
}
