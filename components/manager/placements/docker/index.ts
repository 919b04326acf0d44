import { isEventual, isMap, memberOf } from "../../../../core/values";
import { costsOf, type PlacementKind } from "../kind";
import { containerNames, type DockerOptions, type DockerPlacement } from "./args";
import { DOCKER_CHECKS, findDockerMisfits, findDockerProblems } from "./problems";

/** A container on a Docker engine. */
export const docker: PlacementKind<DockerPlacement> = {
    key: "docker",
    beside: [],
    name: "docker",
    example: "{ docker: {} }",
    schema() {
        const { optionShape, placementShape } = require("../option-shape") as typeof import("../option-shape");
        const says = "A Docker engine on which the manager runs in a container; {} is the one of this machine.";
        return placementShape("docker", optionShape("docker", DOCKER_CHECKS).describe(says));
    },
    // Anything else makes a new container.
    costs: costsOf<DockerOptions>("drains", DOCKER_CHECKS, {
        memory: "in place",
        certificates: "in place",
        cleanup: "in place",
        loadTimeout: "in place",
    }),
    secrets: ["keyMaterial", "password"],
    drains: () => true,
    // Nobody reads a token back from the volume, and the next change would write the old one over it.
    sharesFile: false,

    // Most of it decides how the container is made, so it is looked at as a whole.
    findProblems: ({ docker: options }, where) =>
        isEventual(options) ? [] : findDockerProblems(options, memberOf(where, "docker")),

    findMisfits: findDockerMisfits,

    claims({ docker: options }, { owner, name }) {
        if (!isMap(options)) return [];
        const { host } = options;
        const engine = typeof host === "string" ? host : "the engine of the environment";
        return containerNames(options, owner, name).map((place) => ({
            thing: `container ${place} on ${engine}`,
            path: "docker.containerName",
            given: place,
            place,
            what: "container",
            done: "used",
        }));
    },

    names: ["docker.host", "docker.containerName"],

    declare: (to) => (require("./place") as typeof import("./place")).placeOnDocker(to),
};
