import * as fleet from "@gitlab-fleet/sdk";
import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { fleetChild } from "../../../common/fleet-provider";
import { needPackage } from "../../../common/need-package";
import { sharedProviders } from "../../../common/shared-providers";
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

const sharedEngine = sharedProviders<SharedEngine>("docker");

/** The engine that a manager's options name. */
export function engineFor(manager: pulumi.ComponentResource, options: DockerConnectionOptions): SharedEngine {
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
export function loadDocker(): typeof docker {
    return needPackage("@pulumi/docker", "5", "placement.docker", () => require("@pulumi/docker"));
}
