import { type Props, sameValue, UNKNOWN } from "../../../core/props";
import { isOtherEngine } from "../../docker/engines";
import type { Call, ResourceHandler } from "../../handler";
import { stateAlone } from "../../imports";

/**
 * A Docker engine that an `up` is about to use: reached, and new enough, before anything is made on it. A preview asks
 * nothing of it.
 */
export const dockerEngine: ResourceHandler = {
    secrets: [],

    async diff(call, { state }, inputs) {
        if (isOtherEngine(state.engine, inputs.engine)) {
            return { changes: { engine: "update-replace" } };
        }
        const changes: Record<string, "update"> = sameValue(state.engine, inputs.engine) ? {} : { engine: "update" };
        if (inputs.look === true && (await call.docker(inputs.engine).apiVersion()) !== state.apiVersion) {
            changes.apiVersion = "update";
        }
        return { changes };
    },

    async create(call, inputs, preview) {
        const engine = preview ? undefined : call.docker(inputs.engine);
        return { id: engine?.host ?? "", state: await toState(call, inputs, preview) };
    },

    read: stateAlone("DockerEngine"),

    update(call, _existing, inputs, preview) {
        return toState(call, inputs, preview);
    },
};

async function toState(call: Call, { engine }: Props, preview: boolean): Promise<Props> {
    return { engine, apiVersion: preview ? UNKNOWN : await call.docker(engine).apiVersion() };
}
