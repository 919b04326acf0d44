import { toSeconds } from "../../../../core/durations";
import { error, type Problem } from "../../../../core/problems";
import { isMap, memberOf, show, textOf } from "../../../../core/values";
import {
    CONFIG_DIRECTORY,
    certificates,
    environment,
    findUnexpanded,
    findUnpinned,
    HOME,
    proxy,
    TEMPORARY,
} from "../container";
import { findDrainProblems } from "../drain";
import { findListenProblems, isLoopback } from "../health";
import type { AroundPaths, ManagerAround } from "../kind";
import {
    type Checks,
    countUpTo,
    findOptionProblems,
    flag,
    hiding,
    isGiven,
    isText,
    listOf,
    mapOf,
    ofText,
    oneOf,
    orLater,
    shaped,
    text,
    textThat,
} from "../option-checks";
import { findScalingProblems, isIn, scalingWorker, TOGETHER, type Writable } from "../scaling-rules";
import { findTraitProblems, type Traits, traitsOf } from "../traits";
import { toMebibytes, toMount, toPort } from "../units";
import { type DockerOptions, MOST_REPLICAS, REPLACEMENTS } from "./args";

const CONTAINER_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;
const HOST = /^(unix:\/\/\/.+|npipe:\/\/.+|(tcp|https?):\/\/[^/\s]+|ssh:\/\/[^/\s]+.*)$/;

/** What each option must be. */
export const DOCKER_CHECKS: Checks<DockerOptions> = {
    host: textThat((value) => HOST.test(value), "unix:///path, tcp://host:2376 or ssh://user@host"),
    certPath: text("the path of a folder with ca.pem, cert.pem and key.pem"),
    // Values that may well be outputs are looked at where they arrive.
    caMaterial: orLater(text("a certificate in PEM text")),
    certMaterial: orLater(text("a certificate in PEM text")),
    keyMaterial: orLater(hiding(text("a key in PEM text"))),
    sshOpts: listOf(text("a text"), 'a list of options, such as ["-i", "~/.ssh/ci"]'),
    registryAuth: listOf(
        hiding(
            shaped(
                ({ z, map }) => map({ address: z.string(), username: z.string(), password: z.string() }),
                (entry) =>
                    isMap(entry) && isText(entry.address) && isGiven(entry.username) && isGiven(entry.password)
                        ? undefined
                        : "{ address, username, password }, each a text",
            ),
            (entry) => !isMap(entry),
        ),
        "a list of { address, username, password }",
    ),
    image: text("the name of an image"),
    writerImage: text("the name of an image"),
    containerName: textThat(
        (value) => CONTAINER_NAME.test(value),
        "letters, digits, _, . and -, beginning with a letter or digit",
    ),
    replicas: countUpTo(MOST_REPLICAS),
    replacement: oneOf(REPLACEMENTS),
    memory: textThat((value) => toMebibytes(value) !== undefined, "a size of at least 6m, such as 512m or 2g"),
    cpus: shaped(
        ({ z }) => z.number(),
        (value) => (typeof value === "number" && value > 0 ? undefined : "a number above 0, such as 1.5"),
    ),
    environment,
    proxy,
    certificates,
    labels: mapOf(text("a text that says something"), "texts by label"),
    networks: listOf(text("a text: the name of a network"), "a list of names"),
    networkMode: text("a network mode, such as host"),
    extraHosts: mapOf(text("a text: an address"), "addresses by host name, such as { gitlab.local: host-gateway }"),
    dns: listOf(text("a text: an address"), "a list of addresses"),
    publishMetrics: shaped(
        ({ z }) => z.union([z.int(), z.string()]),
        (value) =>
            toPort(value) === undefined ? "a port, or an address and a port such as 127.0.0.1:9252" : undefined,
    ),
    socket: shaped(
        ({ z }) => z.union([z.string(), z.literal(false)]),
        (value) =>
            value === false || (isText(value) && value.startsWith("/")) ? undefined : "the path of a socket, or false",
    ),
    mounts: listOf(
        textThat((mount) => toMount(mount) !== undefined, "source:/target or source:/target:ro"),
        "a list of source:/target or source:/target:ro",
    ),
    user: ofText((value) => (/^\d+(:\d+)?$/.test(textOf(value)) ? undefined : "numbers, uid or uid:gid, in quotes")),
    log: shaped(
        ({ z, map }) => map({ maxSize: z.string().optional(), maxFiles: z.int().optional() }),
        (value) =>
            isMap(value) && Object.keys(value).every((key) => ["maxSize", "maxFiles"].includes(key))
                ? undefined
                : "{ maxSize, maxFiles }",
    ),
    cleanup: flag,
    fleetingInstall: flag,
    loadTimeout: ofText((value) =>
        toSeconds(value) === undefined ? "a duration of at least 1s, such as 90s" : undefined,
    ),
    transform: (value) => (isMap(value) ? undefined : "{ container, image }, each a function"),
};

/** What is wrong with the options of a docker placement. */
export function findDockerProblems(options: unknown, path: string): Problem[] {
    if (!isMap(options)) {
        return [error(path, `must be a map (got ${show(options)}). Write {} for the engine of this machine.`)];
    }
    const unpinned = (["image", "writerImage"] as const).flatMap((key) =>
        findUnpinned(options[key], memberOf(path, key), "the engine has. Name a version's tag or a digest."),
    );
    return [
        ...findOptionProblems(options, path, DOCKER_CHECKS),
        ...findConflicts(options, path),
        ...unpinned,
        ...findUnexpanded(options, path, "Docker"),
    ];
}

/** What does not fit together: options and `config.toml`. */
function findDockerConflicts(options: Record<string, unknown>, path: string, traits: Traits): Problem[] {
    const { listenAddress } = traits;
    const isReached = listenAddress !== undefined && !isLoopback(listenAddress);
    if (options.publishMetrics === undefined || isReached) return [];
    const message = `needs a listen_address that answers beyond the container (got ${show(listenAddress)}). Set config.listen_address to ":9252".`;
    return [error(memberOf(path, "publishMetrics"), message)];
}

function findConflicts(options: Record<string, unknown>, path: string): Problem[] {
    const problems: Problem[] = [];
    const { replicas, publishMetrics, networkMode, networks, certMaterial, keyMaterial, certPath, host } = options;
    if (typeof replicas === "number" && replicas > 1 && publishMetrics !== undefined) {
        const message = `gives ${String(replicas)} replicas one port (got ${show(publishMetrics)}). Publish none, or declare several managers.`;
        problems.push(error(memberOf(path, "publishMetrics"), message));
    }
    if (options.replacement === "overlap" && publishMetrics !== undefined) {
        const message = `gives two overlapping containers one port (got ${show(publishMetrics)}). Use replacement: drain-first, or publish none.`;
        problems.push(error(memberOf(path, "publishMetrics"), message));
    }
    if (options.fleetingInstall === true && options.writerImage !== undefined) {
        const message =
            "needs a shell in the manager's image, which has none where writerImage is given. Remove one of them.";
        problems.push(error(memberOf(path, "fleetingInstall"), message));
    }
    if (networkMode !== undefined && networks !== undefined) {
        const message = `cannot stand beside networkMode (got ${show(networkMode)}). Remove one of them.`;
        problems.push(error(memberOf(path, "networks"), message));
    }
    if ((certMaterial === undefined) !== (keyMaterial === undefined)) {
        problems.push(
            error(memberOf(path, "certMaterial"), "belongs together with keyMaterial. Give both or neither."),
        );
    } else if (certMaterial !== undefined && certPath !== undefined) {
        problems.push(error(memberOf(path, "certPath"), "cannot stand beside certMaterial. Remove one of them."));
    }
    if (isText(host) && /^ssh:\/\/[^@/]*:[^@/]+@/.test(host)) {
        problems.push(error(memberOf(path, "host"), "holds a password, which ssh does not take. Log in with a key."));
    }
    return problems;
}

/** What of a manager does not fit its placement on Docker. */
export function findDockerMisfits(input: ManagerAround, paths: AroundPaths): Problem[] {
    const { placement } = input;
    if (!isMap(placement) || !isMap(placement.docker)) return [];
    const declared = { global: input.global, workers: input.workers.map(({ config }) => config) };
    const unknown = findTraitProblems(declared, paths.global, paths.worker);
    if (unknown.length > 0) return unknown;
    const options = placement.docker;
    const path = memberOf(paths.placement, "docker");
    const traits = traitsOf(declared);
    const scaling = { options, path, workers: input.workers, paths };
    return [
        ...findUnfitName(input.name, options, path),
        ...findDrainProblems(input, paths.drainTimeout, "a replacement"),
        ...findListenProblems(input.global, paths.global),
        ...findDockerConflicts(options, path, traits),
        ...findOverlap(options, path, scalingWorker(scaling)),
        ...findScalingProblems(scaling, writableOf(options, traits)),
    ];
}

/** The root file system is read-only; what can be written is mounted. */
function writableOf({ mounts, transform }: Record<string, unknown>, { runsJobsInside }: Traits): Writable {
    const mounted = (Array.isArray(mounts) ? (mounts as unknown[]) : []).flatMap((mount) => {
        const { target, readOnly = true } = toMount(mount) ?? {};
        return target === undefined || readOnly ? [] : [target];
    });
    const open = [CONFIG_DIRECTORY, TEMPORARY, "/run", ...(runsJobsInside ? [HOME] : []), ...mounted];
    return {
        isWritable: (directory) => isIn(directory, ...open) || (isMap(transform) && transform.container !== undefined),
        remedy: "Leave it out, and it is in the manager's volume, where a new container finds it; or name a directory of mounts.",
    };
}

function findOverlap({ replacement }: Record<string, unknown>, path: string, worker: string | undefined): Problem[] {
    if (worker === undefined || replacement !== "overlap") return [];
    const message = `gives the scaling group of ${worker} to the old container and the new one at once (got ${show(replacement)}), which ${TOGETHER}. Use drain-first.`;
    return [error(memberOf(path, "replacement"), message)];
}

/** A manager may have any name, a container not. Project and stack names fit anyway. */
function findUnfitName(name: string, { containerName }: Record<string, unknown>, path: string): Problem[] {
    if (containerName !== undefined || /^[\w.-]+$/.test(name)) return [];
    const message = `is missing, and the manager's name does not fit a container (got ${show(name)}). Give one of letters, digits, _, . and -.`;
    return [error(memberOf(path, "containerName"), message)];
}
