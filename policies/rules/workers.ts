import { isKnownTable } from "../../core/config-toml/check-values";
import { HIDDEN } from "../../core/config-toml/secret-leaves";
import { mountsSocket, privilegedSection } from "../../core/config-toml/warnings";
import { isMap, memberOf, show } from "../../core/values";
import { type Finding, type ManagerFacts, type Rule, rule, type WorkerFacts } from "./rule";

/**
 * Sections and keys in which a worker names images. https://docs.gitlab.com/runner/configuration/advanced-configuration
 */
const IMAGES: Record<string, readonly string[]> = {
    docker: ["image", "helper_image"],
    kubernetes: ["image", "helper_image"],
};

const DIGEST = /@sha256:[0-9a-f]{64}$/;

/** Keys whose values gitlab-runner passes to jobs. Logins of caches and of machines stay with the manager. */
const READ_BY_JOBS = /^environment$|_script$/;

/** Policies about what workers let jobs do. */
export const WORKER_RULES: readonly Rule[] = [
    rule({
        name: "privileged-worker",
        level: "advisory",
        about: "manager",
        title: "No worker runs privileged containers.",
        reason: "Root in a privileged container is root on its host: a job can read the manager's tokens, and other jobs' code and secrets.",
        fix: "Build images without privileges (rootless Buildah or BuildKit), or on dedicated hosts.",
        find: (manager) =>
            perWorker(manager, ({ config }) => {
                const section = privilegedSection(config);
                return section === undefined
                    ? []
                    : [[memberOf(section, "privileged"), "is true: a job can become root on the host."]];
            }),
    }),
    rule({
        name: "docker-socket",
        level: "advisory",
        about: "manager",
        title: "No worker gives jobs the Docker socket.",
        reason: "With the socket, a job can start a container that mounts the host's disk, and so is root on the host.",
        fix: "Remove it from `volumes`. Use a `docker:dind` service on a dedicated host, or a builder that needs no engine.",
        find: (manager) =>
            perWorker(manager, ({ config }) =>
                [
                    ["docker.volumes", mountsSocket(config.docker)] as const,
                    ["kubernetes.volumes", mountsSocketOfNode(config.kubernetes)] as const,
                ]
                    .filter(([, mounts]) => mounts)
                    .map(([path]) => [path, "mounts the Docker socket: a job can become root on the host."]),
            ),
    }),
    rule({
        name: "secrets-on-unprotected-runner",
        level: "advisory",
        about: "manager",
        title: "No runner that takes jobs from every branch has secrets in its configuration.",
        reason: "Anybody who may push a branch can print them: gitlab-runner passes them to every job.",
        fix: "Set `accessLevel: ref_protected`, or use a protected CI/CD variable of the project instead.",
        find: (manager) =>
            perWorker(manager, ({ config, runner }) =>
                runner.accessLevel !== "not_protected"
                    ? []
                    : secretsForJobs(config).map((path) => [
                          path,
                          "holds a secret, and the runner is not_protected: a job of any branch can print it.",
                      ]),
            ),
    }),
    rule({
        name: "image-without-digest",
        level: "advisory",
        about: "manager",
        title: "Every image is pinned by its digest.",
        reason: "Anybody who may push the tag decides what the next job runs, and yesterday's job cannot be reproduced.",
        fix: "Write `name:tag@sha256:…`, as `docker images --digests` shows it, and let a bot update it.",
        find: (manager) => [
            ...(manager.image !== undefined && !DIGEST.test(manager.image)
                ? [{ names: [manager.name], path: manager.imagePath ?? "", message: unpinned(manager.image) }]
                : []),
            ...perWorker(manager, ({ config }) =>
                imagesIn(config)
                    .filter(([, image]) => !DIGEST.test(image))
                    .map(([path, image]) => [path, unpinned(image)]),
            ),
        ],
    }),
];

/** Findings for each worker: the path in its table, and the message. */
function perWorker(
    { name, workers }: ManagerFacts,
    find: (worker: WorkerFacts) => (readonly [path: string, message: string])[],
): Finding[] {
    return workers.flatMap((worker) =>
        find(worker).map(([path, message]) => ({
            names: [worker.name, name],
            path: `${memberOf("workers", worker.name)}.${path}`,
            message,
        })),
    );
}

function unpinned(image: string): string {
    return `names no digest (got ${show(image)}): anybody who may push the tag decides what runs.`;
}

function imagesIn(config: Record<string, unknown>): [path: string, image: string][] {
    return Object.entries(IMAGES).flatMap(([section, keys]) => {
        const table = config[section];
        if (!isKnownTable(table)) return [];
        const services = Array.isArray(table.services) ? table.services : [];
        const named: [string, unknown][] = [
            ...keys.map((key): [string, unknown] => [memberOf(section, key), table[key]]),
            ...services.map((service, index): [string, unknown] => [
                `${section}.services[${index}].name`,
                isMap(service) ? service.name : undefined,
            ]),
        ];
        return named.filter((one): one is [string, string] => typeof one[1] === "string" && one[1] !== "");
    });
}

/** `[[runners.kubernetes.volumes.host_path]]` with the socket of the node's engine. */
function mountsSocketOfNode(kubernetes: unknown): boolean {
    if (!isKnownTable(kubernetes) || !isMap(kubernetes.volumes)) return false;
    const mounts = kubernetes.volumes.host_path;
    return Array.isArray(mounts) && mountsSocket({ volumes: mounts.flatMap(hostPaths) });
}

/** A mount without a path on the host uses the same path as in the container. */
function hostPaths(mount: unknown): unknown[] {
    return isMap(mount) ? [mount.host_path ?? mount.mount_path] : [];
}

function secretsForJobs(config: Record<string, unknown>): string[] {
    return Object.entries(config).flatMap(([key, value]) => {
        if (!READ_BY_JOBS.test(key)) return [];
        const items = [value].flat();
        const isSecret = (item: unknown) => typeof item === "string" && item.includes(HIDDEN);
        return items.flatMap((item, index) =>
            isSecret(item) ? [Array.isArray(value) ? memberOf(key, index) : key] : [],
        );
    });
}
