import { type Props, textOf, textsIn, UNKNOWN } from "../../../core/props";
import { findOwn, findOwnVolume } from "../../docker/config-volume";
import { DockerError } from "../../docker/errors";
import { type Call, type Diff, settled } from "../../handler";
import { namesOf } from "../manager-volume/slot";

/**
 * The place of a manager on a Docker engine, looked at by `up` before anything is changed in GitLab that the manager has to hear of: its
 * names are nobody else's, and its networks are there. A preview asks nothing.
 */
export const dockerPlace = settled({
    async diff(call, { state }, inputs) {
        const owners = ownersOf(inputs, state);
        const diff: Diff = { changes: owners.length > textsIn(state.owners).length ? { owners: "update" } : {} };
        // What is wrong is said by the step: an error here would end the whole operation, and not only what waits for this.
        const hasToAct = inputs.look === true && (await whyNot(call, owners, inputs)) !== undefined;
        if (hasToAct) diff.changes.reachedAt = "update";
        return diff;
    },

    idOf: ({ name }) => name,

    async settle(call, inputs, preview, state = {}) {
        const owners = ownersOf(inputs, state);
        if (preview) return { owners, reachedAt: UNKNOWN };
        const why = await whyNot(call, owners, inputs);
        if (why === undefined) return { owners, reachedAt: new Date().toISOString() };
        throw new Error(`DockerPlace "${call.name}": ${why} Nothing was changed in GitLab for this manager.`);
    },
});

/** What has been made is labelled with the name of then, until it is made anew. */
function ownersOf(inputs: Props, state: Props): string[] {
    return [...new Set([...textsIn(state.owners), ...textsIn(inputs.owners)])];
}

/** Why the manager's containers could not be made, in a sentence with what helps. */
async function whyNot({ docker }: Call, owners: readonly string[], inputs: Props): Promise<string | undefined> {
    const engine = docker(inputs.engine);
    const slots = inputs.replacement === "overlap" ? (["a", "b"] as const) : (["a"] as const);
    const all = textsIn(inputs.names).flatMap((name) => slots.map((slot) => namesOf({ ...inputs, name }, slot)));
    const image = textOf(inputs.image);
    try {
        // The docker provider takes what it has pulled once for there, until a refresh.
        if (image !== undefined && !(await engine.hasImage(image))) {
            return (
                `Docker engine ${engine.host}: the image ${image}, by which config.toml is written, is no longer there. ` +
                "Run pulumi up --refresh, which pulls it again."
            );
        }
        await Promise.all(
            all.flatMap(({ container, volume, home }) => [
                findOwn(engine, owners, container),
                findOwnVolume(engine, owners, volume, image),
                home === undefined ? undefined : findOwnVolume(engine, owners, home, image),
            ]),
        );
        for (const network of textsIn(inputs.networks)) {
            if (await engine.hasNetwork(network)) continue;
            return `Docker engine ${engine.host}: there is no network ${network}. Make it (docker network create), or correct placement.docker.networks.`;
        }
        return undefined;
    } catch (error) {
        if (error instanceof DockerError) return error.message;
        throw error;
    }
}
