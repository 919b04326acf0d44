import { updatesOf } from "../../compare";
import { type Engine, hostOf, isOtherEngine } from "../../docker/engine";
import { settled } from "../../handler";

const RUNNER_LABEL = "com.gitlab.gitlab-runner";

/**
 * The cache volumes that one manager's jobs leave on the engine. gitlab-runner creates them; deleting this resource
 * removes them.
 */
export const cacheVolumes = settled({
    diff(_call, { state }, inputs) {
        if (isOtherEngine(state.engine, inputs.engine)) return { changes: { engine: "update-replace" } };
        return updatesOf(["engine", "systemIds"], state, inputs);
    },

    idOf: ({ name }) => name,
    thing: ({ engine, systemIds }) => JSON.stringify([hostOf(engine), systemIds ?? []]),

    settle: async (_call, { engine, systemIds }) => ({ engine, systemIds }),

    async delete(call, _id, state) {
        const engine = call.docker(state.engine);
        const kept: string[] = [];
        let removed = 0;
        for (const systemId of state.systemIds as string[]) {
            for (const volume of await volumesToRemove(engine, systemId)) {
                if (await engine.removeVolume(volume)) removed++;
                else kept.push(volume);
            }
        }
        if (removed > 0) {
            call.log.info(`Removed ${removed} cache volume${removed === 1 ? "" : "s"} of its jobs.`);
        }
        if (kept.length > 0) {
            call.log.warn(`Still in use and left alone: ${kept.join(", ")}. Remove them with docker volume rm.`);
        }
    },
});

/** Names of a manager's cache volumes, once none is held any longer by what has ended. */
async function volumesToRemove(engine: Engine, systemId: string): Promise<string[]> {
    const own = { [`${RUNNER_LABEL}.managed`]: "true", [`${RUNNER_LABEL}.runner.system_id`]: systemId };
    // A job that is cancelled early leaves a stopped helper container behind, which still uses the volume.
    for (const { Id, State } of await engine.listContainers(own)) {
        if (["created", "exited", "dead"].includes(State)) await engine.removeContainer(Id);
    }
    const volumes = await engine.listVolumes({ ...own, [`${RUNNER_LABEL}.type`]: "cache" });
    return volumes.map(({ Name }) => Name);
}
