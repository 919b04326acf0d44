import * as z from "zod";
import { described } from "../../../common/described";
import type { ShapeOf } from "../../../common/shape-of";
import { type DockerOptions, MOST_REPLICAS, REPLACEMENTS } from "./args";

const text = z.string();
const texts = z.array(text);
const named = z.record(text, text);

/** The keys of `placement.docker`; their limits and messages come from `findDockerProblems`. */
const dockerOptions = z
    .strictObject(
        described("docker", {
            host: text.optional(),
            certPath: text.optional(),
            caMaterial: text.optional(),
            certMaterial: text.optional(),
            keyMaterial: text.optional(),
            sshOpts: texts.optional(),
            registryAuth: z
                .array(
                    z.strictObject(described("docker.registryAuth", { address: text, username: text, password: text })),
                )
                .optional(),
            image: text.optional(),
            writerImage: text.optional(),
            containerName: text.optional(),
            replicas: z.int().min(1).max(MOST_REPLICAS).optional(),
            replacement: z.enum(REPLACEMENTS).optional(),
            memory: text.optional(),
            cpus: z.number().optional(),
            environment: named.optional(),
            proxy: z
                .strictObject(
                    described("docker.proxy", { http: text.optional(), https: text.optional(), no: text.optional() }),
                )
                .optional(),
            certificates: named.optional(),
            labels: named.optional(),
            networks: texts.optional(),
            networkMode: text.optional(),
            extraHosts: named.optional(),
            dns: texts.optional(),
            publishMetrics: z.union([z.int(), text]).optional(),
            socket: z.union([text, z.literal(false)]).optional(),
            mounts: texts.optional(),
            user: text.optional(),
            log: z
                .strictObject(described("docker.log", { maxSize: text.optional(), maxFiles: z.int().optional() }))
                .optional(),
            cleanup: z.boolean().optional(),
            fleetingInstall: z.boolean().optional(),
            loadTimeout: text.optional(),
        } satisfies ShapeOf<Omit<DockerOptions, "transform">>),
    )
    .describe("A Docker engine on which the manager runs in a container; {} is the one of this machine.");

/** A placement on Docker, in a stack's configuration. */
export const dockerShape = z.strictObject({ docker: dockerOptions });
