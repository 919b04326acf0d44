import { OWNER_FILE } from "../../core/owner-file";
import type { Engine, VolumeInfo } from "./engine";
import { DockerError, remedyFor } from "./errors";
import type { TarEntry } from "./tar";

const PREFIX = "com.gitlab-fleet";

/** Label with the owner, `<project>/<stack>/<manager>`, followed by the replica's number from the second one on. */
export const OWNER = `${PREFIX}.owner`;
/** Label with the purpose of a container or volume: `manager`, `writer`, `config` or `home`. */
export const ROLE = `${PREFIX}.role`;
/** Label that changes if a container must be recreated although nothing that was declared has changed. */
export const INCARNATION = `${PREFIX}.incarnation`;
/** Label with the engine's address, so that a manager which moves to another engine is recreated there. */
export const ENGINE = `${PREFIX}.engine`;

/** Removes writers that a killed run left behind. Until then, they hold a copy of `config.toml`. */
export async function removeStrayWriters(engine: Engine, owner: string): Promise<void> {
    for (const { Id } of await engine.listContainers({ [OWNER]: owner, [ROLE]: "writer" })) {
        await engine.removeContainer(Id);
    }
}

/**
 * The container of a name, if it belongs to one of the owners; undefined if the name is free. Throws if somebody else
 * has it.
 */
export async function findOwn(
    engine: Engine,
    owners: readonly string[],
    name: string,
): Promise<{ Id: string; running: boolean } | undefined> {
    const found = await engine.inspectContainer(name);
    // A hexadecimal name also finds containers by their id.
    if (found === undefined || found.Name !== `/${name}`) return undefined;
    const labels = found.Config.Labels ?? {};
    if (!owners.includes(labels[OWNER] ?? "")) {
        throw new DockerError(
            engine.host,
            `the name ${name} is taken by a container that is not ours (image ${found.Config.Image}, id ` +
                `${found.Id.slice(0, 12)}${labels[OWNER] ? `, of ${labels[OWNER]}` : ""}). It is left alone: remove or ` +
                "rename it, or choose another placement.docker.containerName.",
        );
    }
    return { Id: found.Id, running: found.State.Running && !found.State.Restarting };
}

/** Where a manager's container mounts its volume. */
export const DIRECTORY = "/etc/gitlab-runner";

/** Name of the file in the volume that contains the id of the container which Pulumi's state knows. */
const KNOWN_CONTAINER = ".known-container";

interface OwnVolume {
    name: string;
    /** `<project>/<stack>/<manager>`. */
    owner: string;
    /** `config` or `home`. */
    role: string;
    driver?: string;
    driverOpts?: Record<string, string>;
}

/** The files that gitlab-runner reads. */
export interface ConfigFiles {
    configToml: string;
    systemId: string;
    owner: string;
    /** PEM text by host name: `certs/<host>.crt`. */
    certificates: Record<string, string>;
}

export interface FoundFiles extends Partial<ConfigFiles> {
    certificates: Record<string, string>;
    /** Id of the container that the state knows. */
    knownContainer?: string;
    /** Users other than root may read `config.toml`. */
    openToOthers: boolean;
}

/**
 * Runs in the volume's root. The new files are complete in `.incoming`; each is moved into place by a rename, so that
 * no reader sees a half-written file. `config.toml` comes last, when everything it refers to is there. `touch` gives it
 * the engine's own time: gitlab-runner only notices a file that is newer than the one it has.
 */
const SCRIPT = `set -eu
umask 077
cd "$1"
mkdir -p certs
for old in certs/*; do if [ -f "$old" ] && [ ! -f ".incoming/$old" ]; then rm -f "$old"; fi; done
for new in .incoming/certs/*; do if [ -f "$new" ]; then mv -f "$new" "certs/\${new##*/}"; fi; done
mv -f .incoming/${OWNER_FILE} ${OWNER_FILE}
mv -f .incoming/.runner_system_id .runner_system_id
chown "$2" . .incoming/config.toml .runner_system_id
touch .incoming/config.toml
mv -f .incoming/config.toml config.toml
rm -rf .incoming`;

/**
 * Whether a volume belongs to one of the owners, or is one that an interrupted engine left empty; undefined if it does
 * not exist. Throws if it is somebody else's. `image` is used to look into it; without `image`, its contents are not
 * checked.
 */
export async function findOwnVolume(
    engine: Engine,
    owners: readonly string[],
    name: string,
    image: string | undefined,
): Promise<"own" | "stillborn" | undefined> {
    const found = await engine.inspectVolume(name);
    if (found === undefined) return undefined;
    if (owners.includes(found.Labels?.[OWNER] ?? "")) return "own";
    if (await isStillborn(engine, found, image)) return "stillborn";
    throw notOurs(engine, name, found.Labels?.[OWNER]);
}

function notOurs(engine: Engine, name: string, owner?: string): DockerError {
    return new DockerError(
        engine.host,
        `volume ${name} exists and is not ours${owner ? ` but of ${owner}` : ""}. It is left alone: remove it, or choose another ` +
            "placement.docker.containerName.",
    );
}

/**
 * Creates a volume, or finds our own one of that name. Throws if the volume is somebody else's. `image` is used to look
 * into it.
 */
export async function ensureVolume(engine: Engine, volume: OwnVolume, image: string): Promise<void> {
    const { name, owner, role, driver, driverOpts } = volume;
    const found = await findOwnVolume(engine, [owner], name, image);
    if (found === "own") return;
    // Somebody has begun to use it in the meantime.
    if (found === "stillborn" && !(await engine.removeVolume(name))) throw notOurs(engine, name);
    const Labels = { [OWNER]: owner, [ROLE]: role };
    await engine.createVolume({ Name: name, Labels, Driver: driver, DriverOpts: driverOpts });
}

/**
 * An engine first creates a volume and then writes down its labels. If it is stopped in between, it comes back with a
 * volume without an owner: no labels, no options, no users, no contents. Nobody misses such a volume.
 */
async function isStillborn(engine: Engine, volume: VolumeInfo, image: string | undefined): Promise<boolean> {
    const { Name, Driver, Labels, Options } = volume;
    const plain = Driver === "local" && Object.keys({ ...Labels, ...Options }).length === 0;
    if (!plain || (await engine.usersOfVolume(Name)).length > 0) return false;
    if (image === undefined) return true;
    return withContainer(engine, looker(Name, image), (id) => engine.isEmptyFolder(id, DIRECTORY));
}

/** A container that looks into a volume. Without nocopy, the engine would fill the volume with the image's files. */
function looker(volume: string, image: string): Record<string, unknown> {
    const HostConfig = { Binds: [`${volume}:${DIRECTORY}:ro,nocopy`], NetworkMode: "none" };
    return { Image: image, NetworkDisabled: true, HostConfig };
}

/** Creates a container for one purpose. It must not stay, because it may contain a copy of config.toml. */
async function withContainer<T>(
    engine: Engine,
    body: Record<string, unknown>,
    use: (id: string) => Promise<T>,
): Promise<T> {
    const id = await engine.createContainer(body);
    try {
        return await use(id);
    } finally {
        await engine.removeContainer(id);
    }
}

/** Removes a volume of ours. Throws if somebody else's container uses it. */
export async function removeOwnVolume(engine: Engine, name: string, owner: string): Promise<void> {
    const found = await engine.inspectVolume(name);
    if (found === undefined || found.Labels?.[OWNER] !== owner) return;
    if (!(await engine.removeVolume(name))) {
        const users = (await engine.usersOfVolume(name)).join(", ");
        throw new DockerError(engine.host, `volume ${name} is in use by ${users}. Remove that first.`);
    }
}

/**
 * Writes the files into a volume. Returns the engine's time right before: everything that the process reports later
 * concerns these files. It is the writer's creation time, because an engine notes a container's start only afterwards,
 * and gitlab-runner may have loaded the files by then.
 */
export async function writeFiles(
    engine: Engine,
    target: { volume: string; owner: string; image: string; user: string },
    files: ConfigFiles,
): Promise<string> {
    const { owner, user } = target;
    await removeStrayWriters(engine, owner);
    const writer = {
        ...scratch(target),
        Entrypoint: ["/bin/sh", "-c"],
        Cmd: [SCRIPT, "writer", DIRECTORY, user],
        Labels: { [OWNER]: owner, [ROLE]: "writer", [ENGINE]: "" },
    };
    return withContainer(engine, writer, async (id) => {
        const certificates = Object.entries(files.certificates).map(([host, pem]) => ({
            name: `.incoming/certs/${host}.crt`,
            content: Buffer.from(pem),
            mode: 0o644,
        }));
        await engine.putFiles(id, DIRECTORY, [
            { name: ".incoming/", content: Buffer.alloc(0), mode: 0o700 },
            ...certificates,
            { name: `.incoming/${OWNER_FILE}`, content: Buffer.from(files.owner), mode: 0o600 },
            { name: ".incoming/.runner_system_id", content: Buffer.from(files.systemId), mode: 0o600 },
            { name: ".incoming/config.toml", content: Buffer.from(files.configToml), mode: 0o600 },
        ]);
        await engine.startContainer(id);
        const code = await engine.waitContainer(id);
        const { Created, State } = (await engine.inspectContainer(id))!;
        if (code !== 0) {
            const log = (await engine.logsOf(id)).map(({ text }) => text).join("; ");
            throw writerFailed(engine, target, `exit code ${code}: ${log || State.Error || "it said nothing"}`);
        }
        return Created;
    }).catch((error) => {
        throw /\/bin\/sh/.test(String(error))
            ? writerFailed(engine, target, `its image has no /bin/sh. Give one that has: placement.docker.writerImage`)
            : error;
    });
}

/** The contents of a manager's volume, read through the manager's container, or through one created for it. */
export async function readFiles(
    engine: Engine,
    target: { volume: string; owner: string; image: string; container?: string },
): Promise<FoundFiles> {
    if (target.container !== undefined) return toFound(await engine.getFiles(target.container, DIRECTORY));
    const made = { ...scratch(target), Labels: { [OWNER]: target.owner, [ROLE]: "writer" } };
    return withContainer(engine, made, async (id) => toFound(await engine.getFiles(id, DIRECTORY)));
}

/**
 * The text of the owner file in a volume; undefined without that file, and if there is no container or image to read it
 * with.
 */
export async function readOwner(
    engine: Engine,
    { volume, owner, image, container }: { volume: string; owner: string; image?: string; container?: string },
): Promise<string | undefined> {
    const read = async (id: string) => toFound(await engine.getFiles(id, DIRECTORY, OWNER_FILE)).owner;
    if (container !== undefined) return read(container);
    if (image === undefined || !(await engine.hasImage(image))) return undefined;
    return withContainer(engine, { ...looker(volume, image), Labels: { [OWNER]: owner, [ROLE]: "writer" } }, read);
}

export async function noteKnownContainer(engine: Engine, id: string): Promise<void> {
    await engine.putFiles(id, DIRECTORY, [{ name: KNOWN_CONTAINER, content: Buffer.from(id), mode: 0o600 }]);
}

function scratch({ volume, image }: { volume: string; image: string }): Record<string, unknown> {
    return {
        Image: image,
        User: "0:0",
        NetworkDisabled: true,
        Healthcheck: { Test: ["NONE"] },
        HostConfig: { Binds: [`${volume}:${DIRECTORY}`], NetworkMode: "none", CapDrop: ["ALL"], CapAdd: ["CHOWN"] },
    };
}

function toFound(files: readonly TarEntry[] = []): FoundFiles {
    const found: FoundFiles = { certificates: {}, openToOthers: false };
    for (const { name, content, mode } of files) {
        const certificate = /^certs\/(.+)\.crt$/.exec(name)?.[1];
        if (certificate !== undefined) {
            found.certificates[certificate] = content.toString("utf8");
        } else if (name === "config.toml") {
            found.configToml = content.toString("utf8");
            found.openToOthers = (mode & 0o077) !== 0;
        } else if (name === ".runner_system_id") {
            found.systemId = content.toString("utf8");
        } else if (name === OWNER_FILE) {
            found.owner = content.toString("utf8");
        } else if (name === KNOWN_CONTAINER) {
            found.knownContainer = content.toString("utf8");
        }
    }
    return found;
}

function writerFailed(engine: Engine, { volume }: { volume: string }, why: string): DockerError {
    return new DockerError(engine.host, `the writer of volume ${volume} failed (${why}).${remedyFor(why)}`);
}
