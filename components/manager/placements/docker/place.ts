import * as fleet from "@gitlab-fleet/sdk";
import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { toSeconds } from "../../../../core/durations";
import { ownerOf } from "../../../../core/marker";
import { systemIdOf } from "../../../../core/system-id";
import { fleetChild } from "../../../common/fleet-provider";
import { inform } from "../../../common/say";
import { needPackage, sharedProviders } from "../../../common/shared-providers";
import { HOME } from "../container";
import { DEFAULT_DRAIN_TIMEOUT } from "../drain";
import type { PlacedFiles, PlacedProcess, ToPlace } from "../kind";
import { scalingOf } from "../plugin-start";
import { traitsOf } from "../traits";
import { containerNames, type DockerConnectionOptions, type DockerPlacement } from "./args";
import { type ContainerPlan, planContainer } from "./plan";

/** Deleting a container has a deadline of its own; this much longer than the drain that it contains. */
const DELETE_MARGIN = 300;

/** Properties that the docker provider accepts a change of without applying it to the container. */
const NOT_APPLIED = ["init", "tmpfs", "cpuPeriod", "cpuQuota"];

/** Runs a manager in containers on a Docker engine. */
export function placeOnDocker(to: ToPlace<DockerPlacement>): PlacedFiles {
    const { manager, name } = to;
    const options = to.placement.docker;
    const engine = engineFor(manager, options);
    const traits = traitsOf(to.draft);
    const drainTimeout = toSeconds(to.drainTimeout ?? DEFAULT_DRAIN_TIMEOUT)!;
    const project = pulumi.getProject();
    const stack = pulumi.getStack();
    const scaling = scalingOf(to.settings);
    const plans = containerNames(options, ownerOf(project, stack), name).map((containerName) =>
        planContainer({ name: containerName, docker: options, drainTimeout, traits, scaling }),
    );
    if (pulumi.runtime.isDryRun()) {
        for (const remark of plans[0]!.remarks) {
            inform(`RunnerManager "${name}": ${remark}`, manager);
        }
    }
    const { RemoteImage } = loadDocker();
    const docker = { parent: manager, provider: engine.provider };
    const image = new RemoteImage(name, plans[0]!.image, { ...docker, dependsOn: [engine.reached] });
    const writer =
        plans[0]!.writer === undefined
            ? image
            : new RemoteImage(`${name}/writer`, plans[0]!.writer, { ...docker, dependsOn: [engine.reached] });
    const identities = plans.map((_, index) => identityOf(project, stack, name, index, to.systemId));
    const caches = options.cleanup
        ? new fleet.CacheVolumes(
              name,
              { engine: engine.connection, systemIds: identities.flatMap(({ all }) => all) },
              { ...fleetChild(manager), dependsOn: [engine.reached] },
          )
        : undefined;
    const placed = plans.map((plan, index) => {
        const replica = index === 0 ? name : `${name}/${index + 1}`;
        return declareReplica(to, {
            name: replica,
            owner: `${project}/${stack}/${replica}`,
            engine,
            plan,
            imageId: image.imageId,
            writerId: writer.imageId,
            identity: identities[index]!,
            drainTimeout,
            quiet: traits.quiet,
            dependsOn: caches === undefined ? [] : [caches],
        });
    });
    return {
        configPath: placed[0]!.path,
        processes: placed.map(({ process }) => process),
        reach: { reached: [engine.reached] },
    };
}

interface Identity {
    own: string;
    alternate: string;
    all: string[];
}

/** The first replica is the manager itself, so that going from one to three and back keeps its identity. */
function identityOf(project: string, stack: string, name: string, index: number, first: string): Identity {
    const own = index === 0 ? first : systemIdOf(project, stack, `${name}/${index + 1}`);
    const alternate = systemIdOf(project, stack, `${name}/${index + 1}/overlap`);
    return { own, alternate, all: [own, alternate] };
}

interface Replica {
    name: string;
    owner: string;
    engine: SharedEngine;
    plan: ContainerPlan;
    imageId: pulumi.Output<string>;
    writerId: pulumi.Output<string>;
    identity: Identity;
    drainTimeout: number;
    quiet: boolean;
    dependsOn: pulumi.Resource[];
}

function declareReplica(
    { manager, configToml, settings, serves, placement: { docker: options } }: ToPlace<DockerPlacement>,
    { name, owner, engine, plan, imageId, writerId, identity, drainTimeout, quiet, dependsOn }: Replica,
): { path: pulumi.Output<string>; process: PlacedProcess } {
    const replacement = options.replacement ?? "drain-first";
    const declared = { ...plan.container, image: imageId };
    const volume = new fleet.ManagerVolume(
        name,
        {
            engine: engine.connection,
            owner,
            name: plan.volume.name,
            image: writerId,
            imageName: pulumi.output(plan.image.name),
            configToml,
            settings,
            serves,
            systemId: identity.own,
            alternateSystemId: identity.alternate,
            certificates: options.certificates,
            user: plan.volume.user,
            home: plan.volume.home,
            container: toComparable(declared),
            drainTimeout,
            replacement,
            look: !pulumi.runtime.isDryRun(),
        },
        { ...fleetChild(manager), dependsOn },
    );
    const { Container } = loadDocker();
    const container = new Container(
        name,
        {
            ...declared,
            name: volume.containerName,
            stopTimeout: volume.stopTimeout,
            labels: pulumi
                .all([volume.labels, plan.container.labels])
                .apply(([ours, theirs]) => [
                    ...(theirs ?? []),
                    ...Object.entries(ours).map(([label, value]) => ({ label, value })),
                ]),
            volumes: pulumi
                .all([volume.volumeName, volume.directory, volume.homeVolumeName, plan.container.volumes])
                .apply(([volumeName, directory, home, others]) => [
                    { volumeName, containerPath: directory },
                    ...(home === undefined ? [] : [{ volumeName: home, containerPath: HOME }]),
                    ...(others ?? []),
                ]),
        },
        {
            parent: manager,
            provider: engine.provider,
            deleteBeforeReplace: replacement === "drain-first",
            customTimeouts: { delete: `${drainTimeout + DELETE_MARGIN}s` },
            replaceOnChanges: NOT_APPLIED,
        },
    );
    const loaded = new fleet.ConfigLoaded(
        name,
        {
            engine: engine.connection,
            container: volume.containerName,
            containerId: container.id,
            writtenAt: volume.writtenAt,
            quiet,
            timeout: options.loadTimeout === undefined ? undefined : toSeconds(options.loadTimeout),
        },
        fleetChild(manager),
    );
    // Waits for the process, but is known before: a preview shows no other path after each edit.
    const path = pulumi.all([volume.directory, loaded.container]).apply(([directory]) => `${directory}/config.toml`);
    // After an overlap it is the other one of two.
    const systemId = pulumi.unsecret(volume.activeSystemId);
    return { path: pulumi.unsecret(path), process: { name, systemId, instance: container.id, files: loaded } };
}

/** Each property as JSON: a preview compares them, and says which one makes the container anew. */
function toComparable(args: object): Record<string, pulumi.Output<string>> {
    return Object.fromEntries(
        Object.entries(args).map(([key, value]) => [key, pulumi.output(value).apply((known) => JSON.stringify(known))]),
    );
}

/** One engine, shared by all managers on it. */
interface SharedEngine {
    /** What the docker provider's resources are made with. */
    provider: docker.Provider;
    /** How our own resources reach the same engine; absent for the engine of the environment. */
    connection: fleet.types.input.DockerConnectionArgs | undefined;
    /** The engine was reached and is new enough; whatever is made on it waits for this. */
    reached: fleet.DockerEngine;
}

const sharedEngine = sharedProviders<SharedEngine>("docker");

/** The engine that a manager's options name. */
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

/** Loaded only where a manager is placed on Docker: nobody else should need the package, or wait for it. */
function loadDocker(): typeof docker {
    return needPackage("@pulumi/docker", "5", "placement.docker", () => require("@pulumi/docker"));
}
