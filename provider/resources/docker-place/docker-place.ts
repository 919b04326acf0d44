import { type Props, textOf, textsIn, UNKNOWN } from "../../../core/props";
import { findOwn, findOwnVolume, readOwner } from "../../docker/config-volume";
import type { Engine } from "../../docker/engine";
import { DockerError } from "../../docker/errors";
import { type Call, type Diff, settled } from "../../handler";
import { namesOf } from "../manager-volume/slot";
import { identitiesOf, REMEDY, whyAnothers } from "../manager-volume/whose";

/**
 * The place of a manager on a Docker engine. `up` checks it before it changes anything in GitLab that the manager must
 * learn of: its names do not belong to anybody else, and its networks exist. A preview does not contact it.
 */
export const dockerPlace = settled({
    async diff(call, { state }, inputs) {
        const us = claimantOf(inputs, state);
        const diff: Diff = { changes: {} };
        for (const name of ["owners", "identities"] as const) {
            if (us[name].length > textsIn(state[name]).length) diff.changes[name] = "update";
        }
        // The update reports what is wrong: an error here would end the whole operation, and not only what waits for
        // this resource.
        const hasToAct = inputs.look === true && (await whyNot(call, us, inputs)) !== undefined;
        if (hasToAct) diff.changes.reachedAt = "update";
        return diff;
    },

    idOf: ({ name }) => name,

    async settle(call, inputs, preview, state = {}) {
        const us = claimantOf(inputs, state);
        if (preview) return { ...us, reachedAt: UNKNOWN };
        const why = await whyNot(call, us, inputs);
        if (why === undefined) return { ...us, reachedAt: new Date().toISOString() };
        throw new Error(`DockerPlace "${call.name}": ${why} Nothing was changed in GitLab for this manager.`);
    },
});

interface Claimant extends Record<string, string[]> {
    /** `<project>/<stack>/<manager>`. */
    owners: string[];
    /** Identities of the state, and of those from which it was moved. */
    identities: string[];
}

/** Existing objects keep their former names until they are recreated. */
function claimantOf(inputs: Props, state: Props): Claimant {
    return {
        owners: [...new Set([...textsIn(state.owners), ...textsIn(inputs.owners)])],
        identities: [...new Set([...textsIn(state.identities), ...identitiesOf(inputs)])],
    };
}

/** Why the manager's containers could not be created, in a sentence with what helps. */
async function whyNot({ docker }: Call, us: Claimant, inputs: Props): Promise<string | undefined> {
    const engine = docker(inputs.engine);
    const slots = inputs.replacement === "overlap" ? (["a", "b"] as const) : (["a"] as const);
    const all = textsIn(inputs.names).flatMap((name) => slots.map((slot) => namesOf({ ...inputs, name }, slot)));
    const image = textOf(inputs.image);
    try {
        // Until a refresh, the docker provider assumes that an image is still there once it was pulled.
        if (image !== undefined && !(await engine.hasImage(image))) {
            return (
                `Docker engine ${engine.host}: the image ${image}, by which config.toml is written, is no longer there. ` +
                "Run pulumi up --refresh, which pulls it again."
            );
        }
        const found = await Promise.all(all.map((names) => whyNotOurs(engine, us, names, image)));
        const why = inputs.stateLost === true ? undefined : found.find((one) => one !== undefined);
        if (why !== undefined) return `Docker engine ${engine.host}: ${why} ${REMEDY}`;
        for (const network of textsIn(inputs.networks)) {
            if (await engine.hasNetwork(network)) continue;
            return (
                `Docker engine ${engine.host}: there is no network ${network}. Make it (docker network create), or correct ` +
                "placement.docker.networks. If this program makes it, have the manager wait for it (dependsOn)."
            );
        }
        return undefined;
    } catch (error) {
        if (error instanceof DockerError) return error.message;
        throw error;
    }
}

/** Why the names of one container belong to another state, in a sentence. Throws if they are somebody else's. */
async function whyNotOurs(
    engine: Engine,
    { owners, identities }: Claimant,
    { container, volume, home }: ReturnType<typeof namesOf>,
    image: string | undefined,
): Promise<string | undefined> {
    const [own, found] = await Promise.all([
        findOwn(engine, owners, container),
        findOwnVolume(engine, owners, volume, image),
        home === undefined ? undefined : findOwnVolume(engine, owners, home, image),
    ]);
    if (found !== "own") return undefined;
    const text = await readOwner(engine, { volume, owner: owners[0]!, image, container: own?.Id });
    return whyAnothers(volume, text, identities);
}
