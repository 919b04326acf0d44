import { OWNER_FILE } from "../../core/owner-file";
import type { Engine, VolumeInfo } from "./engine";
import { DockerError, remedyFor } from "./errors";
import type { TarEntry } from "./tar";

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

/** The container of a name that is one of the owners'; undefined when the name is free. Fails when somebody else has it. */
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

/** Where a manager's container has its volume. */
export const DIRECTORY = "/etc/gitlab-runner";

/** Name of the file in the volume that holds the id of the container which Pulumi's state knows. */
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
    /** Others than root may read `config.toml`. */
    openToOthers: boolean;
}

/**
 * Runs in the volume's root. The new files lie complete in `.incoming`; each takes its place by a rename, so that no
 * reader meets a half-written one, and `config.toml` comes last, when everything it refers to is there. `touch` gives
 * it the engine's own time: gitlab-runner only notices a file that is newer than the one it has.
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
 * Whether the volume of a name is one of the owners', or one that nobody misses; undefined where there is none. Fails when it is somebody
 * else's. `image` is used to look into one; without it, none is looked into.
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

/** Makes a volume, or finds our own one of that name. Fails when the volume is somebody else's. `image` is used to look into one. */
export async function ensureVolume(engine: Engine, volume: OwnVolume, image: string): Promise<void> {
    const { name, owner, role, driver, driverOpts } = volume;
    const found = await findOwnVolume(engine, [owner], name, image);
    if (found === "own") return;
    // Somebody has begun to use it.
    if (found === "stillborn" && !(await engine.removeVolume(name))) throw notOurs(engine, name);
    const Labels = { [OWNER]: owner, [ROLE]: role };
    await engine.createVolume({ Name: name, Labels, Driver: driver, DriverOpts: driverOpts });
}

/**
 * An engine makes a volume first and notes its labels second. One that is stopped in between comes back with a volume
 * that is nobody's: no labels, no options, no users, nothing in it. Nobody misses such a volume.
 */
async function isStillborn(engine: Engine, volume: VolumeInfo, image: string | undefined): Promise<boolean> {
    const { Name, Driver, Labels, Options } = volume;
    const plain = Driver === "local" && Object.keys({ ...Labels, ...Options }).length === 0;
    if (!plain || (await engine.usersOfVolume(Name)).length > 0) return false;
    if (image === undefined) return true;
    return withContainer(engine, looker(Name, image), (id) => engine.isEmptyFolder(id, DIRECTORY));
}

/** A container that looks into a volume. Without nocopy the engine would fill it with what the image has in that place. */
function looker(volume: string, image: string): Record<string, unknown> {
    const HostConfig = { Binds: [`${volume}:${DIRECTORY}:ro,nocopy`], NetworkMode: "none" };
    return { Image: image, NetworkDisabled: true, HostConfig };
}

/** Makes a container for one purpose. It must not stay: a copy of config.toml may lie in it. */
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

/** Removes a volume of ours. Fails when a container of somebody else uses it. */
export async function removeOwnVolume(engine: Engine, name: string, owner: string): Promise<void> {
    const found = await engine.inspectVolume(name);
    if (found === undefined || found.Labels?.[OWNER] !== owner) return;
    if (!(await engine.removeVolume(name))) {
        const users = (await engine.usersOfVolume(name)).join(", ");
        throw new DockerError(engine.host, `volume ${name} is in use by ${users}. Remove that first.`);
    }
}

/**
 * Puts the files into a volume. Returns the engine's time right before: whatever the process reports later than that
 * is about these files. It is when the writer was made: an engine notes the start of a container after the fact, and
 * gitlab-runner may have loaded the files by then.
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

/** What is in the volume of a manager. Looks through the manager's container, or through one made for it. */
export async function readFiles(
    engine: Engine,
    target: { volume: string; owner: string; image: string; container?: string },
): Promise<FoundFiles> {
    if (target.container !== undefined) return toFound(await engine.getFiles(target.container, DIRECTORY));
    const made = { ...scratch(target), Labels: { [OWNER]: target.owner, [ROLE]: "writer" } };
    return withContainer(engine, made, async (id) => toFound(await engine.getFiles(id, DIRECTORY)));
}

/** Whose a volume is, as a file in it says; undefined without that file, and where there is nothing to look through. */
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
