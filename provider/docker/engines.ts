import type { Props, Value } from "../../core/props";
import type { DockerConnection } from "./connection";
import { Engine } from "./engine";

const engines = new Map<string, Engine>();

/** The engine that a resource's `engine` property names; one for all resources, as each connection may cost a login. */
export function engineOf(connection: Value | undefined): Engine {
    const key = JSON.stringify(connection ?? {});
    let engine = engines.get(key);
    if (engine === undefined) {
        engine = new Engine((connection ?? {}) as DockerConnection);
        engines.set(key, engine);
    }
    return engine;
}

/** Whether two `engine` properties name different machines; another key or certificate leads to the same one. */
export function isOtherEngine(old: Value | undefined, next: Value | undefined): boolean {
    return hostIn(old) !== hostIn(next);
}

function hostIn(connection: Value | undefined): Value | undefined {
    return (connection as Props | undefined)?.host;
}
