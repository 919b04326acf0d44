import { isEventual, isMap, memberOf } from "../../../../core/values";
import { shaped } from "../../../common/maps";
import { needed, plain, type Shape } from "../../../common/shape";
import { costsOf, type PlacementKind } from "../kind";
import { containerNames, type DockerPlacement, type StateLost } from "./args";
import { DOCKER_SHAPE, findDockerMisfits, findDockerProblems } from "./problems";

const SHAPE: Shape<DockerPlacement> = {
    docker: needed(undefined, plain(shaped("docker", DOCKER_SHAPE, { example: "{} for the engine of this machine" }))),
};

export const docker: PlacementKind<DockerPlacement> = {
    key: "docker",
    name: "docker",
    example: "{ docker: {} }",
    shape: SHAPE,
    schema: shaped("dockerPlacement", SHAPE).schema!,
    costs: costsOf("drains", DOCKER_SHAPE),
    secrets: ["keyMaterial", "password"],
    drains: () => true,
    // Nothing reads a token back from the volume, and the next change would overwrite it with the old one.
    sharesFile: false,

    // Most options decide how the container is created, so they are checked as a whole.
    findProblems: ({ docker: options }, where) =>
        isMap(options) && !isEventual(options) ? findDockerProblems(options, memberOf(where, "docker")) : [],

    findMisfits: findDockerMisfits,

    claims({ docker: options }, { owner, name }) {
        if (!isMap(options)) return [];
        const { host } = options;
        const engine = typeof host === "string" ? host : "the engine of the environment";
        return containerNames(options, owner, name).map((given) => ({
            thing: `container ${given} on ${engine}`,
            path: "docker.containerName",
            given,
            what: "container",
        }));
    },

    names: ["docker.host", "docker.containerName"],

    takingOverFrom: ({ docker: options }) => ({ docker: { ...options, stateLost: true } satisfies StateLost }),

    declare: (to) => (require("./place") as typeof import("./place")).placeOnDocker(to),
};
