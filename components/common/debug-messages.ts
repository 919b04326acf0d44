import { type LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import * as settings from "@pulumi/pulumi/runtime/settings";

/**
 * Three debug messages for each resource go to the engine one after another, each waiting for the answer to the one
 * before it: more requests than everything else together, for text that only `pulumi up --debug` shows.
 */
export function dropDebugMessages(): void {
    const engine = settings.getEngine();
    if (engine === undefined) return;
    const send = engine.log.bind(engine);
    const log = (request: LogRequest, callback: () => void) =>
        request.getSeverity() === LogSeverity.DEBUG ? callback() : send(request, callback);
    Object.assign(engine, { log });
}
