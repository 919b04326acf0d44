import type { ContainerSummary, Engine } from "./engine";
import { DockerError } from "./errors";

const PREFIX = "com.gitlab-fleet";

/** Label with `<project>/<stack>/<manager>`, and the replica's number after the first: whose it is. */
export const OWNER = `${PREFIX}.owner`;
/** Label that says what a container or volume is for: `manager`, `writer`, `config` or `home`. */
export const ROLE = `${PREFIX}.role`;
/** Label that changes when a container has to be made anew although nothing that was declared has changed. */
export const INCARNATION = `${PREFIX}.incarnation`;
/** Label with the engine's address, so that a manager which moves to another engine is made anew there. */
export const ENGINE = `${PREFIX}.engine`;

/** Removes writers that a run left behind when it was killed. They hold a copy of `config.toml` until then. */
export async function removeStrayWriters(engine: Engine, owner: string): Promise<void> {
    for (const { Id } of await engine.listContainers({ [OWNER]: owner, [ROLE]: "writer" })) {
        await engine.removeContainer(Id);
    }
}

/** The owner's container of a name; undefined when the name is free. Fails when somebody else has it. */
export async function findOwn(
    engine: Engine,
    owner: string,
    name: string,
): Promise<(Pick<ContainerSummary, "Id" | "Labels"> & { running: boolean }) | undefined> {
    const found = await engine.inspectContainer(name);
    // A hexadecimal name also finds containers by their id.
    if (found === undefined || found.Name !== `/${name}`) {
        return undefined;
    }
    const labels = found.Config.Labels ?? {};
    if (labels[OWNER] !== owner) {
        throw new DockerError(
            engine.host,
            `the name ${name} is taken by a container that is not ours (image ${found.Config.Image}, id ` +
                `${found.Id.slice(0, 12)}${labels[OWNER] ? `, of ${labels[OWNER]}` : ""}). It is left alone: remove or ` +
                "rename it, or choose another placement.docker.containerName.",
        );
    }
    return { Id: found.Id, Labels: labels, running: found.State.Running && !found.State.Restarting };
}
