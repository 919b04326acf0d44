import type { Props, Value } from "../../core/props";
import type { DockerConnection } from "./connection";
import { type Engine, HttpEngine } from "./engine";

/** The engine that a resource's `engine` property names. */
export type EngineOf = (connection: Value | undefined) => Engine;

/** Opens engines, each once: a connection may cost a login. */
export function openEngines(): EngineOf {
    const engines = new Map<string, Engine>();
    return (connection) => {
        const key = JSON.stringify(connection ?? {});
        const engine = engines.get(key) ?? new HttpEngine((connection ?? {}) as DockerConnection);
        engines.set(key, engine);
        return engine;
    };
}

/** Whether two `engine` properties name different machines; another key or certificate leads to the same one. */
export function isOtherEngine(old: Value | undefined, next: Value | undefined): boolean {
    return hostIn(old) !== hostIn(next);
}

function hostIn(connection: Value | undefined): Value | undefined {
    return (connection as Props | undefined)?.host;
}
