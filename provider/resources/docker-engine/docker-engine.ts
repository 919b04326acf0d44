import { UNKNOWN } from "../../../core/props";
import { updatesOf } from "../../compare";
import { isOtherEngine } from "../../docker/engine";
import { settled } from "../../handler";

/**
 * A Docker engine that an `up` is about to use: checks that it is reachable and new enough before anything is created
 * on it. A preview does not contact it.
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
