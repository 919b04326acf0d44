import * as fleet from "@gitlab-fleet/sdk";
import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { fleetChild } from "../../../common/fleet-provider";
import { needPackage } from "../../../common/need-package";
import { perProgram } from "../../../common/per-program";
import type { DockerConnectionOptions } from "./args";

/** One engine, shared by all managers on it. */
export interface SharedEngine {
    /** What the docker provider's resources are made with. */
    provider: docker.Provider;
    /** How our own resources reach the same engine; absent for the engine of the environment. */
    connection: fleet.types.input.DockerConnectionArgs | undefined;
    /** The engine was reached and is new enough; whatever is made on it waits for this. */
    reached: fleet.DockerEngine;
}

const shared = perProgram(() => ({ byKey: new Map<string, SharedEngine>(), names: new Set<string>() }));

/**
 * The engine that a manager's options name. Each docker provider is a process of its own, so managers on one engine
 * share one, and stand or fall with the first one's options.
 */
export function engineFor(manager: pulumi.ComponentResource, options: DockerConnectionOptions): SharedEngine {
    const { host, certPath, sshOpts, registryAuth } = options;
    const key = JSON.stringify([host, certPath, sshOpts, registryAuth?.map(({ address }) => address)]);
    const { byKey } = shared();
    const engine = byKey.get(key) ?? declareEngine(manager, options);
    byKey.set(key, engine);
    return engine;
}

function declareEngine(manager: pulumi.ComponentResource, options: DockerConnectionOptions): SharedEngine {
    const { host, certPath, sshOpts, caMaterial, certMaterial, registryAuth } = options;
    const keyMaterial = options.keyMaterial === undefined ? undefined : pulumi.secret(options.keyMaterial);
    const given = { host, certPath, sshOpts, caMaterial, certMaterial, keyMaterial };
    const connection = Object.values(given).every((value) => value === undefined) ? undefined : given;
    const name = nameOf(host);
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

/** The name is an identity: another host is another provider, so that what is on the old one is removed there. */
function nameOf(host: string | undefined): string {
    const { names } = shared();
    const base = host === undefined ? "docker" : `docker ${host}`;
    let name = base;
    for (let count = 2; names.has(name); count++) name = `${base} (${count})`;
    names.add(name);
    return name;
}

/** Loaded only where a manager is placed on Docker: nobody else should need the package, or wait for it. */
export function loadDocker(): typeof docker {
    return needPackage("@pulumi/docker", "5", "placement.docker", () => require("@pulumi/docker"));
}
