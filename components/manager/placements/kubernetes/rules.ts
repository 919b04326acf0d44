import type { UncheckedConfig } from "../../../../core/config-toml";
import { isKnownTable } from "../../../../core/config-toml/check-values";
import { error, type Problem } from "../../../../core/problems";
import { isKnownLater, isMap, memberOf, show } from "../../../../core/values";
import { acceptable } from "../acceptable";
import { CONFIG_DIRECTORY, HOME, TEMPORARY } from "../container";
import { findDrainProblems } from "../drain";
import { findListenProblems, isLoopback } from "../health";
import type { ManagerInput, ManagerPaths } from "../kind";
import { findScalingProblems, isIn, type Writable } from "../scaling-rules";
import { type Deciding, decidingKeys, findUndecided, traitsOf } from "../traits";
import { DNS_LABEL, LONGEST_NAME } from "./args";
import { DEFAULT_JOB_NAMESPACE, runsHere } from "./permissions";
import { findSizeProblems } from "./size";

export function findKubernetesMisfits(input: ManagerInput, paths: ManagerPaths): Problem[] {
    const { placement, draft } = input;
    if (!isMap(placement) || !isMap(placement.kubernetes) || isKnownLater(placement.kubernetes)) return [];
    const options = placement.kubernetes;
    const path = memberOf(paths.manager, "placement", "kubernetes");
    const undecided = findUndecided(decidingHere(draft, paths));
    if (undecided !== undefined) return undecided;
    return [
        ...findUnfitName(input.name, options, path),
        ...findDrainProblems(input, paths, "a new pod"),
        ...findListenProblems(draft.global, memberOf(paths.manager, "config")),
        ...findUnreachableMetrics(draft, options, path),
        ...findIdleOptions(draft, options, path),
        ...findSizeProblems(input, options, paths),
        ...findScalingProblems({ options, path, workers: draft.workers, paths }, writableOf(options)),
        ...draft.workers.flatMap(({ config }, index) =>
            isKnownTable(config) ? findUnfitWorker(config, options, paths.worker(index)) : [],
        ),
    ];
}

function writableOf({ transform }: Record<string, unknown>): Writable {
    // A transform may mount a volume anywhere except in the mounted Secret, where no directory can be created.
    const mayMount = isMap(transform) && transform.statefulSet !== undefined;
    return {
        isWritable: (directory) => isIn(directory, HOME, TEMPORARY) || (mayMount && !isIn(directory, CONFIG_DIRECTORY)),
        remedy:
            `Name a directory in ${HOME}, which lasts as long as the pod, or one on a volume that transform.statefulSet mounts, ` +
            "or leave state_storage out.",
    };
}

/** Keys of the section that decide which rights the manager needs in the cluster. */
const DECIDING = [
    "host",
    "context",
    "bearer_token",
    "namespace",
    "namespace_per_job",
    "autoscaler",
    "pod_disruption_budget",
    "print_pod_warning_events",
];

function decidingHere(draft: UncheckedConfig, paths: ManagerPaths): Deciding[] {
    const decides = "what the manager may do in the cluster";
    const deciding = draft.workers.flatMap(({ config }, index) => {
        if (!isKnownTable(config) || config.executor !== "kubernetes") return [];
        const where = paths.worker(index);
        const { kubernetes, feature_flags } = config;
        const section = memberOf(where, "kubernetes");
        return [
            { path: memberOf(where, "feature_flags"), value: feature_flags, decides },
            ...(isKnownLater(kubernetes) ? [{ path: section, value: kubernetes, decides }] : []),
            ...(isKnownTable(kubernetes) ? DECIDING : []).map((key) => ({
                path: memberOf(section, key),
                value: (kubernetes as Record<string, unknown>)[key],
                decides,
            })),
        ];
    });
    return [...decidingKeys(draft, paths, "pod"), ...deciding];
}

/** A manager may have any name, but an object may not. The full length is only known with project and stack. */
function findUnfitName(name: string, options: Record<string, unknown>, path: string): Problem[] {
    if (options.name !== undefined || (DNS_LABEL.test(name) && name.length <= LONGEST_NAME - 4)) return [];
    const message =
        `is missing, and one with the manager's name in it does not fit an object (got ${show(name)}). ` +
        `Give one of at most ${LONGEST_NAME} small letters, digits and -.`;
    return [error(memberOf(path, "name"), message)];
}

function findUnreachableMetrics(
    { global }: UncheckedConfig,
    options: Record<string, unknown>,
    path: string,
): Problem[] {
    const { listenAddress } = traitsOf({ global, workers: [] });
    if (listenAddress !== undefined && !isLoopback(listenAddress)) return [];
    const asked = ["metrics", "serviceMonitor"].filter((key) => options[key] !== undefined && options[key] !== false);
    return asked.map((key) =>
        error(
            memberOf(path, key),
            `needs a listen_address that answers beyond the pod (got ${show(listenAddress)}). Set config.listen_address to ":9252".`,
        ),
    );
}

/** Options that would have no effect. */
function findIdleOptions({ workers }: UncheckedConfig, options: Record<string, unknown>, path: string): Problem[] {
    const { jobNamespaces, serviceAccount } = options;
    if (jobNamespaces === undefined) return [];
    const where = memberOf(path, "jobNamespaces");
    if (serviceAccount !== undefined) {
        const text = `cannot stand beside serviceAccount (got ${show(serviceAccount)}): whoever made that gave it its rights. Remove one of them.`;
        return [error(where, text)];
    }
    if (workers.some(({ config }) => runsHere(config))) return [];
    const text = `is for workers of the kubernetes executor in this cluster, and there is none (got ${show(jobNamespaces)}). Remove it.`;
    return [error(where, text)];
}

function findUnfitWorker(table: Record<string, unknown>, options: Record<string, unknown>, path: string): Problem[] {
    const { executor } = table;
    if (runsHere(table)) return findJobProblems(table.kubernetes, options, memberOf(path, "kubernetes"));
    if (executor === "docker" && traitsOf({ global: {}, workers: [{ config: table }] }).usesSocket) {
        const text =
            `must name an engine (got ${show(isMap(table.docker) ? table.docker.host : undefined)}): a pod has no Docker socket. ` +
            'Name one, such as "tcp://docker.ci:2376", or use the kubernetes executor.';
        return [error(memberOf(path, "docker", "host"), text)];
    }
    if (executor !== "shell" && executor !== "custom") return [];
    const message =
        `runs jobs in the manager's own pod, as its own user (got ${show(executor)}): whoever runs a job there can read config.toml, and ` +
        `with it every runner's token. Use the kubernetes executor.`;
    return [acceptable("jobs-in-manager-pod", memberOf(path, "executor"), message)];
}

/** A Role only gives rights in one namespace; wider rights must come from somebody who may give them. */
function findJobProblems(
    section: Record<string, unknown>,
    { serviceAccount }: Record<string, unknown>,
    path: string,
): Problem[] {
    const wide =
        serviceAccount === undefined
            ? ["namespace_per_job", "autoscaler"].filter((key) => section[key] !== undefined && section[key] !== false)
            : [];
    const problems: Problem[] = wide.map((key) =>
        error(
            memberOf(path, key),
            `needs rights in the whole cluster (got ${show(section[key])}), which are not given here. ` +
                "Make a ServiceAccount that has them, and name it in placement.kubernetes.serviceAccount.",
        ),
    );
    if (section.namespace !== undefined && section.namespace !== "") {
        return [...problems, ...findNowhere(section.namespace, serviceAccount, memberOf(path, "namespace"))];
    }
    const message = `is missing, so jobs run in namespace ${DEFAULT_JOB_NAMESPACE}, and the manager gets its rights there. Name the jobs' namespace.`;
    return [...problems, acceptable("default-namespace", memberOf(path, "namespace"), message)];
}

/** A Role needs a namespace that is known, so a variable cannot name it. */
function findNowhere(namespace: unknown, serviceAccount: unknown, path: string): Problem[] {
    const isName = typeof namespace === "string" && DNS_LABEL.test(namespace) && namespace.length <= 63;
    // The checks of config.toml refuse a value that is not text.
    if (serviceAccount !== undefined || typeof namespace !== "string" || isName) return [];
    const message =
        `is not the name of a namespace (got ${show(namespace)}), so the manager gets no rights there. Write the name itself; where jobs choose ` +
        "theirs, use namespace_overwrite_allowed, and list them in placement.kubernetes.jobNamespaces. Or name a ServiceAccount that has the " +
        "rights in placement.kubernetes.serviceAccount.";
    return [error(path, message)];
}
