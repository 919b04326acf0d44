import * as fleet from "@gitlab-fleet/sdk";
import type { CustomResourceArgs } from "@pulumi/kubernetes/apiextensions/customResource";
import type { StatefulSetArgs } from "@pulumi/kubernetes/apps/v1/statefulSet";
import type { SecretArgs } from "@pulumi/kubernetes/core/v1/secret";
import type { ServiceArgs } from "@pulumi/kubernetes/core/v1/service";
import * as pulumi from "@pulumi/pulumi";
import { STATE_ANNOTATION } from "../../../../core/cluster-objects";
import { ownerOf } from "../../../../core/marker";
import { show } from "../../../../core/values";
import { fleetChild, stackIdentity } from "../../../common/fleet-provider";
import { rejectWith, withFixedMessage } from "../../../common/say";
import { baseName, CONFIG_DIRECTORY, DEFAULT_IMAGE } from "../container";
import type { PlacedFiles, PlacedProcess, ToPlace } from "../kind";
import { hashOf } from "../reach";
import { type Replica, type Running, runningOf } from "../running";
import { DEFAULT_RELOAD_DELAY, DNS_LABEL, type KubernetesPlacement, LONGEST_NAME, statefulSetNames } from "./args";
import { loadKubernetes, providerFor } from "./cluster";
import { comparable } from "./comparable";
import * as objects from "./objects";
import { jobNamespacesOf } from "./permissions";
import { podTemplate } from "./pod";
import { reachCluster } from "./reach";
import { LARGEST_SECRET, tooLarge } from "./size";
import { forTrial } from "./trial";

/** How much longer than the drain a rollout may take, in seconds, for the cluster's own work. */
const MARGIN = 600;

export function placeOnKubernetes(to: ToPlace<KubernetesPlacement>): PlacedFiles {
    const { manager, name, draft } = to;
    const options = to.placement.kubernetes;
    const owner = ownerOf(pulumi.getProject(), pulumi.getStack());
    const named: objects.Named = {
        base: baseName(options.name, owner, name),
        statefulSets: statefulSetNames(options, owner, name),
        owner: `${owner}/${name}`,
        identity: stackIdentity(manager).identity,
        options,
    };
    refuseLongName(named.base, name, manager);
    const configToml = whatFits(to.configToml, name, manager);
    const running = runningOf(to, named.statefulSets);
    const jobs = jobNamespacesOf(
        draft.workers.map(({ config }) => config),
        options.jobNamespaces,
    );
    const kinds = loadKubernetes();
    const provider = providerFor(options);
    const replicas = running.replicas.map((replica): Declared => {
        return { ...replica, statefulSet: planStatefulSet(named, running, replica, jobs.length > 0) };
    });
    const metrics = metricsOf(named);
    const trustedFiles = Object.keys(options.certificates ?? {}).map((host) => `${host}.crt`);
    const reached = reachCluster(to, named, jobs, kinds, provider, {
        statefulSets: forTrial([...replicas.map(({ statefulSet }) => statefulSet), ...Object.values(metrics)]),
        secrets: forTrial([
            ...named.statefulSets.map((object) => emptySecret(named, object, MANAGER_FILES)),
            ...(trustedFiles.length === 0 ? [] : [emptySecret(named, objects.certificatesName(named), trustedFiles)]),
        ]),
    });
    const child = { parent: manager, provider, dependsOn: reached };
    const secret = (replica: string, args: SecretArgs) =>
        new kinds.Secret(replica, objects.transformed(options.transform?.secret, args), child);
    const trusted =
        options.certificates === undefined ? [] : [secret(`${name}/certificates`, objects.certificatesArgs(named))];
    if (metrics.service !== undefined) new kinds.Service(name, metrics.service, child);
    if (metrics.monitor !== undefined) new kinds.CustomResource(name, metrics.monitor, child);

    const processes = replicas.map((one) => {
        const files = { "config.toml": configToml, ".runner_system_id": one.systemId };
        const mounted = secret(one.replica, objects.secretArgs(named, one.object, files));
        const dependsOn = [...reached, ...trusted, mounted];
        return declareReplica(to, kinds, one, running.drainTimeout, { ...child, dependsOn });
    });
    const configPath = processes[0]!.files.urn.apply(() => `${CONFIG_DIRECTORY}/config.toml`);
    return { configPath, processes, reach: { reached } };
}

type Declared = Replica & { statefulSet: StatefulSetArgs };

function planStatefulSet(
    named: objects.Named,
    running: Running,
    { object: name, index }: Replica,
    asksCluster: boolean,
): StatefulSetArgs {
    const { base, options } = named;
    const template = podTemplate({
        ...running,
        name,
        certificates: objects.certificatesName(named),
        serviceAccount: options.serviceAccount ?? base,
        asksCluster,
        options,
        labels: { ...options.labels, ...objects.replicaLabels(base, index) },
        shared: objects.sharedLabels(base),
    });
    const plain = objects.statefulSetArgs(named, { name, index, template });
    return objects.transformed(options.transform?.statefulSet, plain);
}

function declareReplica(
    { manager, configToml, settings, serves, placement: { kubernetes: options } }: ToPlace<KubernetesPlacement>,
    { StatefulSet }: ReturnType<typeof loadKubernetes>,
    { replica, object, systemId, statefulSet: args }: Declared,
    drainTimeout: number,
    child: pulumi.CustomResourceOptions,
): PlacedProcess {
    const limit = `${drainTimeout + MARGIN}s`;
    const statefulSet = new StatefulSet(replica, args, {
        ...child,
        // To GitLab, two processes with one identity would be a single manager.
        deleteBeforeReplace: true,
        customTimeouts: { update: limit, delete: limit },
    });
    new fleet.ManagerPod(
        replica,
        {
            place: `${options.namespace}/${object}`,
            configToml,
            settings,
            serves,
            systemId,
            imageName: options.image ?? DEFAULT_IMAGE,
            pod: comparable(args, options),
            drainTimeout,
            preview: pulumi.runtime.isDryRun(),
        },
        // After the pod, or the state would record what a failed up intended.
        { ...fleetChild(manager), dependsOn: [statefulSet] },
    );
    const { reloadDelay = DEFAULT_RELOAD_DELAY } = options;
    return { name: replica, systemId, instance: instanceOf(args), reloadDelay, files: statefulSet };
}

const MANAGER_FILES = ["config.toml", ".runner_system_id"];

/** A Secret without its contents, but with its file names, because a transform may look for them. */
function emptySecret(named: objects.Named, name: string, files: readonly string[]) {
    const plain = objects.secretArgs(named, name, Object.fromEntries(files.map((file) => [file, ""])));
    const { data: _, stringData: __, ...args } = objects.transformed(named.options.transform?.secret, plain);
    return { apiVersion: "v1", kind: "Secret", ...args };
}

/** The Service and ServiceMonitor for the metrics, if they are requested. */
function metricsOf(named: objects.Named): { service?: ServiceArgs; monitor?: CustomResourceArgs } {
    const { metrics, serviceMonitor, transform = {} } = named.options;
    if (metrics !== true && serviceMonitor === undefined) return {};
    const service = objects.transformed(transform.service, objects.serviceArgs(named));
    const monitor = serviceMonitor && objects.transformed(transform.serviceMonitor, objects.serviceMonitorArgs(named));
    return { service: { apiVersion: "v1", kind: "Service", ...service }, ...(monitor && { monitor }) };
}

/** Changes if the pod is replaced. The identity of the state, once known, does not count as a change. */
function instanceOf(args: StatefulSetArgs): pulumi.Output<string> {
    return pulumi.unsecret(pulumi.output(args).apply((known) => hashOf(withoutState(known))));
}

function withoutState(args: pulumi.Unwrap<StatefulSetArgs>): object {
    const { [STATE_ANNOTATION]: _, ...annotations } = args.metadata?.annotations ?? {};
    return { ...args, metadata: { ...args.metadata, annotations } };
}

/** Only here is the complete name known, with project and stack. */
function refuseLongName(base: string, name: string, manager: pulumi.Resource): void {
    if (DNS_LABEL.test(base) && base.length <= LONGEST_NAME) return;
    const text =
        `RunnerManager "${name}": placement.kubernetes.name is missing, and the name that is made of project, stack and manager does not ` +
        `fit an object (got ${show(base)}). Give one of at most ${LONGEST_NAME} small letters, digits and -.`;
    throw withFixedMessage(new pulumi.ResourceError(text, manager, true));
}

/** Returns the text, or fails if it is too large for a Secret. */
function whatFits(text: pulumi.Output<string>, name: string, manager: pulumi.Resource): pulumi.Output<string> {
    return text.apply((known): Promise<string> => {
        const bytes = Buffer.byteLength(known);
        if (bytes <= LARGEST_SECRET) return Promise.resolve(known);
        const message = `RunnerManager "${name}": config ${tooLarge("config.toml", bytes)}`;
        return rejectWith(new pulumi.ResourceError(message, manager, true));
    });
}
