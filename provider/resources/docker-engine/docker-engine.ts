import { UNKNOWN } from "../../../core/props";
import { updatesOf } from "../../compare";
import { isOtherEngine } from "../../docker/engine";
import { settled } from "../../handler";

/**
 * A Docker engine that an `up` is about to use: reached, and new enough, before anything is made on it. A preview asks
 * nothing of it.
 */
export const dockerEngine = settled({
    async diff(call, { state }, inputs) {
        if (isOtherEngine(state.engine, inputs.engine)) return { changes: { engine: "update-replace" } };
        const diff = updatesOf(["engine"], state, inputs);
        if (inputs.look === true && (await call.docker(inputs.engine).apiVersion()) !== state.apiVersion) {
            diff.changes.apiVersion = "update";
        }
        return diff;
    },

    idOf: (call, { engine }) => call.docker(engine).host,

    async settle(call, { engine }, preview) {
        return { engine, apiVersion: preview ? UNKNOWN : await call.docker(engine).apiVersion() };
    },
});
