import { error, type Problem } from "../../../../core/problems";
import { parseEngine } from "../../../../core/ssh/address";
import { asText, isMap, memberOf, show } from "../../../../core/values";
import { callback, choice, flag, IN_PROGRAMS, inPrograms, seconds, text, textThat, whole } from "../../../common/kinds";
import { mapOf, shaped } from "../../../common/maps";
import { listOf, must, needed, type Shape } from "../../../common/shape";
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
import { costing, type ManagerInput, type ManagerPaths } from "../kind";
import { findScalingProblems, isIn, scalingWorker, TOGETHER, type Writable } from "../scaling-rules";
import { decidingKeys, findUndecided, type Traits, traitsOf } from "../traits";
import { toMebibytes, toMount, toPort } from "../units";
import { type DockerOptions, type DockerTransforms, MOST_REPLICAS, REPLACEMENTS } from "./args";

const CONTAINER_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;
/** Only ssh takes a login. Elsewhere a password would be ignored, and shown: resources are named after the address. */
const HOST = /^(unix:\/\/\/.+|npipe:\/\/.+|(tcp|https?):\/\/[^/\s@]+|ssh:\/\/[^/\s]+.*)$/;

const PEM = "a certificate in PEM text";
const said = textThat("a text that says something");

/** The kind of each option, and what its change costs if it does not replace the container. */
export const DOCKER_SHAPE: Shape<DockerOptions> = {
    host: textThat("unix:///path, tcp://host:2376 or ssh://user@host", (value) => HOST.test(value)),
    certPath: textThat("the path of a folder with ca.pem, cert.pem and key.pem"),
    caMaterial: textThat(PEM),
    certMaterial: textThat(PEM),
    keyMaterial: textThat("a key in PEM text", undefined, () => true),
    sshOpts: listOf(said, 'a list of options, such as ["-i", "~/.ssh/ci"]'),
    registryAuth: listOf(
        shaped(
            undefined,
            {
                address: needed("the registry's address", said),
                username: needed("the user name", said),
                password: needed(
                    "the password or a token",
                    textThat("a text that says something", undefined, () => true),
                ),
            },
            { example: "{ address, username, password }", isSecret: true },
        ),
        "a list of { address, username, password }",
    ),
    image: textThat("the name of an image"),
    writerImage: textThat("the name of an image"),
    containerName: textThat("letters, digits, _, . and -, beginning with a letter or digit", (value) =>
        CONTAINER_NAME.test(value),
    ),
    replicas: whole(1, MOST_REPLICAS),
    replacement: choice(REPLACEMENTS),
    memory: costing(
        "in place",
        textThat("a size of at least 6m, such as 512m or 2g", (value) => toMebibytes(value) !== undefined),
    ),
    cpus: must("a number above 0, such as 1.5", { type: "number" }, (value) => typeof value === "number" && value > 0),
    environment,
    proxy,
    certificates: costing("in place", certificates),
    labels: mapOf(said, "texts by label"),
    networks: listOf(textThat("a text: the name of a network"), "a list of names"),
    networkMode: textThat("a network mode, such as host"),
    extraHosts: mapOf(textThat("a text: an address"), "addresses by host name, such as { gitlab.local: host-gateway }"),
    dns: listOf(textThat("a text: an address"), "a list of addresses"),
    publishMetrics: must(
        "a port, or an address and a port such as 127.0.0.1:9252",
        { anyOf: [{ type: "integer" }, { type: "string" }] },
        (value) => toPort(value) !== undefined,
    ),
    socket: must(
        "the path of a socket, or false",
        { anyOf: [{ type: "string" }, { type: "boolean", const: false }] },
        (value) => value === false || asText(value).startsWith("/"),
    ),
    mounts: listOf(
        textThat("source:/target or source:/target:ro", (mount) => toMount(mount) !== undefined),
        "a list of source:/target or source:/target:ro",
    ),
    user: textThat("numbers, uid or uid:gid, in quotes", (value) => /^\d+(:\d+)?$/.test(value)),
    log: shaped(undefined, { maxSize: text, maxFiles: whole(1) }, { example: "{ maxSize: 10m, maxFiles: 3 }" }),
    cleanup: costing("in place", flag),
    fleetingInstall: flag,
    loadTimeout: costing("in place", seconds("a duration of at least 1s, such as 90s")),
    transform: inPrograms(shaped<DockerTransforms>(undefined, { container: callback, image: callback }, IN_PROGRAMS)),
};

/** Problems of the options of a docker placement, besides those of single options. */
export function findDockerProblems(options: Record<string, unknown>, path: string): Problem[] {
    const unpinned = (["image", "writerImage"] as const).flatMap((key) =>
        findUnpinned(options[key], memberOf(path, key), "the engine has. Name a version's tag or a digest."),
    );
    return [...findConflicts(options, path), ...unpinned, ...findUnexpanded(options, path, "Docker")];
}

/** Conflicts between the options and `config.toml`. */
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
    const engine = asText(host).startsWith("ssh://") ? parseEngine(asText(host)) : undefined;
    if (engine !== undefined && "problem" in engine) problems.push(error(memberOf(path, "host"), engine.problem));
    return problems;
}

export function findDockerMisfits(input: ManagerInput, paths: ManagerPaths): Problem[] {
    const { placement, draft } = input;
    if (!isMap(placement) || !isMap(placement.docker)) return [];
    const undecided = findUndecided(decidingKeys(draft, paths));
    if (undecided !== undefined) return undecided;
    const options = placement.docker;
    const path = memberOf(paths.manager, "placement", "docker");
    const traits = traitsOf(draft);
    const scaling = { options, path, workers: draft.workers, paths };
    return [
        ...findUnfitName(input.name, options, path),
        ...findDrainProblems(input, paths, "a replacement"),
        ...findListenProblems(draft.global, memberOf(paths.manager, "config")),
        ...findDockerConflicts(options, path, traits),
        ...findOverlap(options, path, scalingWorker(scaling)),
        ...findScalingProblems(scaling, writableOf(options, traits)),
    ];
}

/** The root file system is read-only; only mounted directories can be written. */
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

/** A manager may have any name, but a container may not. Project and stack names always fit. */
function findUnfitName(name: string, { containerName }: Record<string, unknown>, path: string): Problem[] {
    if (containerName !== undefined || /^[\w.-]+$/.test(name)) return [];
    const message = `is missing, and the manager's name does not fit a container (got ${show(name)}). Give one of letters, digits, _, . and -.`;
    return [error(memberOf(path, "containerName"), message)];
}
