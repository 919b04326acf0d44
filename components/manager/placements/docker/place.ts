import * as fleet from "@gitlab-fleet/sdk";
import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { toSeconds } from "../../../../core/durations";
import { ownerOf } from "../../../../core/marker";
import { systemIdOf } from "../../../../core/system-id";
import { fleetChild, stackIdentity } from "../../../common/fleet-provider";
import { inform } from "../../../common/say";
import { needPackage, sharedProviders } from "../../../common/shared-providers";
import { DEFAULT_IMAGE, HOME } from "../container";
import type { PlacedFiles, PlacedProcess, ToPlace } from "../kind";
import { formerNames, hangsOnResources } from "../reach";
import { type Running, runningOf } from "../running";
import type { Traits } from "../traits";
import { containerNames, type DockerConnectionOptions, type DockerPlacement, type StateLost } from "./args";
import { planContainer, remarkOn } from "./plan";

/** How much longer than the drain the deletion of a container may take, in seconds. */
const DELETE_MARGIN = 300;

/** Properties whose changes the docker provider accepts without applying them to the container. */
const NOT_APPLIED = ["init", "tmpfs", "cpuPeriod", "cpuQuota"];

export function placeOnDocker(to: ToPlace<DockerPlacement>): PlacedFiles {
    const { manager, name } = to;
    const options = to.placement.docker;
    const engine = engineFor(manager, options);
    const [project, stack] = [pulumi.getProject(), pulumi.getStack()];
    const running = runningOf(to, containerNames(options, ownerOf(project, stack), name));
    const remark = remarkOn(options, running.traits);
    if (remark !== undefined && pulumi.runtime.isDryRun()) inform(`RunnerManager "${name}": ${remark}`, manager);
    const plain = { name: options.image ?? DEFAULT_IMAGE, keepLocally: true };
    const imageArgs = options.transform?.image?.(plain) ?? plain;
    const main = pullImage(to, engine, "", imageArgs);
    const writing =
        options.writerImage === undefined
            ? main
            : pullImage(to, engine, "/writer", { name: options.writerImage, keepLocally: true });
    const { stateLost } = options as StateLost;
    const whose = { identity: stackIdentity(manager).identity, stateLost };
    const early = [...new Set([main, writing])].flatMap(({ isEarly, image }) => (isEarly ? [image] : []));
    const place = new fleet.DockerPlace(
        name,
        {
            engine: engine.connection,
            names: running.replicas.map(({ object }) => object),
            owners: ownersOf(to, running),
            ...whose,
            home: running.traits.runsJobsInside,
            replacement: options.replacement,
            networks: to.waits ? undefined : options.networks,
            image: writing.isEarly ? writing.image.imageId : undefined,
            look: !pulumi.runtime.isDryRun(),
        },
        {
            provider: fleetChild(manager).provider,
            dependsOn: [engine.reached, ...early],
            aliases: formerNames(to.aliases),
        },
    );
    const ids = running.replicas.map(({ index, systemId }) => ({
        systemId,
        alternateSystemId: systemIdOf(project, stack, `${name}/${index + 1}/overlap`),
    }));
    const caches = { engine: engine.connection, systemIds: ids.flatMap((both) => Object.values(both)) };
    const afterPlace = { ...fleetChild(manager), dependsOn: [engine.reached, place] };
    const dependsOn = options.cleanup ? [new fleet.CacheVolumes(name, caches, afterPlace)] : [];
    const placed = running.replicas.map(({ replica, object, index }) =>
        declareReplica(to, engine, running, {
            name: replica,
            container: { ...planContainer(object, options, running), image: main.image.imageId },
            volume: {
                ...ids[index]!,
                ...whose,
                owner: `${project}/${stack}/${replica}`,
                name: object,
                image: writing.image.imageId,
                imageName: pulumi.output(imageArgs.name),
            },
            dependsOn,
        }),
    );
    return {
        configPath: placed[0]!.path,
        processes: placed.map(({ process }) => process),
        reach: { reached: [engine.reached, ...early, place] },
    };
}

/** The owners of the manager's objects, under its current and former names. */
function ownersOf({ name, aliases }: ToPlace<DockerPlacement>, { replicas }: Running): string[] {
    const names = [name, ...formerNames(aliases).map((former) => former.name as string)];
    const owner = ownerOf(pulumi.getProject(), pulumi.getStack());
    return names.flatMap((one) => replicas.map(({ replica }) => `${owner}/${one}${replica.slice(name.length)}`));
}

/**
 * Pulls an image before any runner is changed: if a token were reset while the image cannot be pulled, it would reach
 * no container. The runners wait for the image, so it must not wait for them: it is no child of the manager, which may
 * depend on them.
 */
function pullImage(
    { manager, name, aliases }: ToPlace<DockerPlacement>,
    { provider, reached }: SharedEngine,
    suffix: string,
    args: docker.RemoteImageArgs,
): { image: docker.RemoteImage; isEarly: boolean } {
    const isEarly = !hangsOnResources(args);
    const { RemoteImage } = loadDocker();
    const names = [{ name }, ...formerNames(aliases)];
    const image = new RemoteImage(`${name}${suffix}`, args, {
        parent: isEarly ? reached : manager,
        provider,
        dependsOn: [reached],
        // It stays the same resource under either parent.
        aliases: names.flatMap(({ name: former }) =>
            [manager, reached].map((parent) => ({ name: `${former as string}${suffix}`, parent })),
        ),
    });
    return { image, isEarly };
}

interface Declared {
    name: string;
    container: docker.ContainerArgs;
    volume: Omit<fleet.ManagerVolumeArgs, "configToml" | "drainTimeout">;
    dependsOn: pulumi.Resource[];
}

function declareReplica(
    { manager, configToml, settings, serves, placement: { docker: options } }: ToPlace<DockerPlacement>,
    engine: SharedEngine,
    { drainTimeout, traits }: Running,
    { name, container: declared, volume: args, dependsOn }: Declared,
): { path: pulumi.Output<string>; process: PlacedProcess } {
    const replacement = options.replacement ?? "drain-first";
    const { user } = options;
    const volume = new fleet.ManagerVolume(
        name,
        {
            ...args,
            engine: engine.connection,
            configToml,
            settings,
            serves,
            certificates: options.certificates,
            user: user === undefined || user.includes(":") ? user : `${user}:${user}`,
            // A second volume for builds.
            home: traits.runsJobsInside,
            container: toComparable(declared),
            drainTimeout,
            replacement,
            look: !pulumi.runtime.isDryRun(),
        },
        { ...fleetChild(manager), dependsOn },
    );
    const { Container } = loadDocker();
    const container = new Container(name, withVolume(declared, volume, traits), {
        parent: manager,
        provider: engine.provider,
        deleteBeforeReplace: replacement === "drain-first",
        customTimeouts: { delete: `${drainTimeout + DELETE_MARGIN}s` },
        replaceOnChanges: NOT_APPLIED,
    });
    const loaded = new fleet.ConfigLoaded(
        name,
        {
            engine: engine.connection,
            container: volume.containerName,
            containerId: container.id,
            writtenAt: volume.writtenAt,
            quiet: traits.quiet,
            timeout: options.loadTimeout === undefined ? undefined : toSeconds(options.loadTimeout),
        },
        fleetChild(manager),
    );
    // Waits for the process, but is known before it: otherwise a preview would show another path after each edit.
    const path = pulumi.all([volume.directory, loaded.container]).apply(([directory]) => `${directory}/config.toml`);
    // Each overlap switches to the other one of two system ids.
    const systemId = pulumi.unsecret(volume.activeSystemId);
    return { path: pulumi.unsecret(path), process: { name, systemId, instance: container.id, files: loaded } };
}

/** Adds to a container what its volume decides: mounts, names, and how long it may take to stop. */
function withVolume(
    args: docker.ContainerArgs,
    volume: fleet.ManagerVolume,
    { runsJobsInside }: Traits,
): docker.ContainerArgs {
    // A preview takes an output with the value undefined for one that is not known, and would replace the container.
    const home = runsJobsInside ? volume.homeVolumeName : undefined;
    return {
        ...args,
        name: volume.containerName,
        stopTimeout: volume.stopTimeout,
        labels: pulumi
            .all([volume.labels, args.labels])
            .apply(([ours, theirs]) => [
                ...(theirs ?? []),
                ...Object.entries(ours).map(([label, value]) => ({ label, value })),
            ]),
        volumes: pulumi
            .all([volume.volumeName, volume.directory, home, args.volumes])
            .apply(([volumeName, directory, ownHome, others]) => [
                { volumeName, containerPath: directory },
                ...(ownHome === undefined ? [] : [{ volumeName: ownHome, containerPath: HOME }]),
                ...(others ?? []),
            ]),
    };
}

/** Each property as JSON, for a preview to compare: it then shows which one replaces the container. */
function toComparable(args: object): Record<string, pulumi.Output<string>> {
    return Object.fromEntries(
        Object.entries(args).map(([key, value]) => [key, pulumi.output(value).apply((known) => JSON.stringify(known))]),
    );
}

interface SharedEngine {
    /** The provider for resources of `@pulumi/docker`. */
    provider: docker.Provider;
    /** How our own resources reach the same engine; absent for the engine that the environment names. */
    connection: fleet.types.input.DockerConnectionArgs | undefined;
    /** Proves that the engine was reached and is new enough; everything that is created on it depends on this. */
    reached: fleet.DockerEngine;
}

const sharedEngine = sharedProviders<SharedEngine>("docker");

function engineFor(manager: pulumi.ComponentResource, options: DockerConnectionOptions): SharedEngine {
    const { host, certPath, sshOpts, registryAuth } = options;
    const key = [host, certPath, sshOpts, registryAuth?.map(({ address }) => address)];
    return sharedEngine(key, host, (name) => declareEngine(manager, name, options));
}

function declareEngine(
    manager: pulumi.ComponentResource,
    name: string,
    options: DockerConnectionOptions,
): SharedEngine {
    const { host, certPath, sshOpts, caMaterial, certMaterial, registryAuth } = options;
    const keyMaterial = options.keyMaterial === undefined ? undefined : pulumi.secret(options.keyMaterial);
    const given = { host, certPath, sshOpts, caMaterial, certMaterial, keyMaterial };
    const connection = Object.values(given).every((value) => value === undefined) ? undefined : given;
    const provider = new (loadDocker().Provider)(name, {
        ...given,
        registryAuth: registryAuth?.map((login) => ({ ...login, password: pulumi.secret(login.password) })),
    });
    const { provider: fleetProvider } = fleetChild(manager);
    const reached = new fleet.DockerEngine(
        name,
        { engine: connection, look: !pulumi.runtime.isDryRun() },
        { provider: fleetProvider },
    );
    return { provider, connection, reached };
}

/** Loaded only if a manager is placed on Docker, so that nobody else needs the package or waits for it. */
function loadDocker(): typeof docker {
    return needPackage("@pulumi/docker", "5", "placement.docker", () => require("@pulumi/docker"));
}
