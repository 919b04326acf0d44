import * as z from "zod";
import type { ShapeOf } from "../../../common/shape-of";
import { type DockerOptions, MOST_REPLICAS, REPLACEMENTS } from "./args";

const text = z.string();
const texts = z.array(text);
const named = z.record(text, text);

/** The keys of `placement.docker`; their limits and messages come from `findDockerProblems`. */
const dockerOptions = z
    .strictObject({
        host: text.optional().describe("unix:///path, tcp://host:2376 or ssh://user@host. Default: DOCKER_HOST."),
        certPath: text.optional().describe("Folder with ca.pem, cert.pem and key.pem for tcp://."),
        caMaterial: text.optional().describe("PEM text of the engine's authority."),
        certMaterial: text.optional().describe("PEM text of the client certificate."),
        keyMaterial: text.optional().describe("PEM text of the client's key; a secret."),
        sshOpts: texts.optional().describe("Further options of ssh."),
        registryAuth: z
            .array(z.strictObject({ address: text, username: text, password: text }))
            .optional()
            .describe("Logins for registries from which the engine pulls the manager's image."),
        image: text.optional().describe("Image of the manager, pinned by tag or digest."),
        writerImage: text.optional().describe("Image that writes into the volume, for manager images without a shell."),
        containerName: text.optional().describe("Default: <project>-<stack>-<manager>."),
        replicas: z
            .int()
            .min(1)
            .max(MOST_REPLICAS)
            .optional()
            .describe("How many containers serve the runners. Default: 1."),
        replacement: z
            .enum(REPLACEMENTS)
            .optional()
            .describe("overlap: the new container starts before the old one drains. Default: drain-first."),
        memory: text.optional().describe("Most memory, such as 512m. Default: no limit."),
        cpus: z.number().optional().describe("Most processors, such as 1.5. Default: no limit."),
        environment: named.optional().describe("Environment of the gitlab-runner process. No place for secrets."),
        proxy: z
            .strictObject({ http: text.optional(), https: text.optional(), no: text.optional() })
            .optional()
            .describe("Proxies of the gitlab-runner process."),
        certificates: named.optional().describe("Authorities to trust: PEM text by host."),
        labels: named.optional().describe("Labels of the container."),
        networks: texts.optional().describe("Names of existing networks to join."),
        networkMode: text.optional().describe("Network mode, such as host."),
        extraHosts: named.optional().describe("Addresses by host name."),
        dns: texts.optional().describe("Name servers."),
        publishMetrics: z
            .union([z.int(), text])
            .optional()
            .describe("Where the metrics of listen_address can be reached from outside: 9252 or 127.0.0.1:9252."),
        socket: z
            .union([text, z.literal(false)])
            .optional()
            .describe("The Docker socket for jobs of the docker executor, or false. Default: /var/run/docker.sock."),
        mounts: texts.optional().describe("Further mounts: source:/target or source:/target:ro."),
        user: text.optional().describe("uid:gid of the process, for images that do not run as root."),
        log: z
            .strictObject({ maxSize: text.optional(), maxFiles: z.int().optional() })
            .optional()
            .describe("Rotation of the container's log. Default: 10m, 3 files."),
        cleanup: z
            .boolean()
            .optional()
            .describe("Whether removing the manager removes the cache volumes of its jobs. Default: false."),
        loadTimeout: text
            .optional()
            .describe("How long up waits until the process has loaded its configuration. Default: 60s."),
    } satisfies ShapeOf<Omit<DockerOptions, "transform">>)
    .describe("A Docker engine on which the manager runs in a container; {} is the one of this machine.");

/** A placement on Docker, in a stack's configuration. */
export const dockerShape = z.strictObject({ docker: dockerOptions });
