import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { installPlugin } from "../../../dev/scripts/plugins";
import type { StateResource } from "../../../dev/scripts/pulumi";
import { type Engine, type EngineOptions, startEngine } from "../../helpers/engine";
import { SEED } from "../runner/fleets";
import type { Api, KubeObject } from "./api";
import { type Cluster, testCluster } from "./cluster";

/** A stack whose manager runs in a namespace of its own on the cluster. */
export interface World extends Engine {
    cluster: Cluster;
    /** Where the manager is. */
    namespace: string;
    /** Where its jobs run. */
    jobs: string;
    /** Requests as the cluster's admin. */
    api: Api;
    /** Sets what the stack declares. */
    declare(declared: Declared): void;
    /** `pulumi preview`, which must succeed; resolves to its output in one line. */
    preview(): Promise<string>;
    /** `pulumi up`, which must fail; resolves to its output in one line. */
    refused(): Promise<string>;
    /** Everything in a namespace, of every kind that the server knows. */
    objects(namespace?: string): Promise<KubeObject[]>;
    /** The one object of a kind. */
    only(kind: string): Promise<KubeObject>;
    /** Resources in the state, as the backend has them on disk: nothing is decrypted. */
    stateText(): string;
    resources(): StateResource[];
}

/** What a stack declares for its one manager. */
export interface Declared {
    /** Keys of `placement.kubernetes`, besides the namespace. */
    kubernetes?: Record<string, unknown>;
    /** Keys of the manager. */
    manager?: Record<string, unknown>;
    /** Keys above the first `[[runners]]` table. */
    config?: Record<string, unknown>;
    /** The `[[runners]]` table; without an executor it is the kubernetes executor, with jobs in a namespace of their own. */
    worker?: Record<string, unknown>;
    /** Keys of the runner. */
    runner?: Record<string, unknown>;
    /** The manager's name. @default ci-01 */
    name?: string;
    /** Further managers, each with a runner of its own. @default - none */
    beside?: Record<string, Declared>;
}

/** Namespace of the jobs of a manager. */
export const jobsOf = (namespace: string) => `${namespace}-jobs`;

/** A worker of the executor that people run in a cluster, unless another one is declared. */
function workerOf(namespace: string, { worker = {} }: Declared): Record<string, unknown> {
    if (worker.executor !== undefined) return worker;
    const kubernetes = { image: "alpine:3.22", namespace: jobsOf(namespace), ...(worker.kubernetes as object) };
    return { executor: "kubernetes", ...worker, kubernetes };
}

/** A stack config with one manager in a namespace, and those beside it. */
export function stackConfig(namespace: string, { beside = {}, ...declared }: Declared = {}): string {
    const managers = Object.entries({ [declared.name ?? "ci-01"]: declared, ...beside });
    const runnerOf = (each: Declared) => ({
        scope: { group: "apps" },
        tags: ["kubernetes"],
        config: workerOf(namespace, each),
        ...each.runner,
    });
    const managerOf = (name: string, { kubernetes, config, manager }: Declared) => ({
        placement: { kubernetes: { namespace, ...kubernetes } },
        runners: [name],
        config: { concurrent: 4, ...config },
        ...manager,
    });
    return stringify({
        config: {
            "gitlab-fleet:runners": Object.fromEntries(managers.map(([name, each]) => [name, runnerOf(each)])),
            "gitlab-fleet:managers": Object.fromEntries(managers.map(([name, each]) => [name, managerOf(name, each)])),
        },
    });
}

/** Starts a sandbox, makes a namespace and an empty stack. `labels` are the namespace's. */
export async function startWorld(
    options: { declared?: Declared; labels?: Record<string, string>; engine?: Partial<EngineOptions> } = {},
): Promise<World> {
    const cluster = await testCluster();
    await installPlugin("kubernetes");
    const api = cluster.as("admin");
    const namespace = `t-${randomBytes(3).toString("hex")}`;
    await makeNamespace(api, namespace, options.labels);
    await makeNamespace(api, jobsOf(namespace));
    const engine = await startEngine({
        config: () => stackConfig(namespace, options.declared),
        seed: SEED,
        ...options.engine,
        env: { KUBECONFIG: cluster.kubeconfig, PULUMI_IGNORE_AMBIENT_PLUGINS: "true", ...options.engine?.env },
    });
    const stateFile = path.join(engine.folder, "backend/.pulumi/stacks/gitlab-fleet/test.json");
    const stateText = () => fs.readFileSync(stateFile, "utf8");
    const objects = (where = namespace) => objectsIn(api, where);
    return {
        ...engine,
        cluster,
        namespace,
        jobs: jobsOf(namespace),
        api,
        declare: (declared) => engine.stack.setConfig(stackConfig(namespace, declared)),
        preview: async () => {
            const { code, output } = await engine.stack.run(["preview"]);
            if (code !== 0) throw new Error(output);
            return oneLine(output);
        },
        refused: async () => {
            const { code, output } = await engine.stack.run(["up", "--yes", "--skip-preview"]);
            if (code === 0) throw new Error(`It was not refused:\n${output}`);
            return oneLine(output);
        },
        objects,
        only: async (kind) => {
            const found = (await objects()).filter((object) => object.kind === kind);
            if (found.length !== 1) throw new Error(`${found.length} objects of kind ${kind}`);
            return found[0]!;
        },
        stateText,
        resources: () => JSON.parse(stateText()).checkpoint.latest.resources,
    };
}

/** Makes a namespace, which stays: nobody would empty it, without a controller. */
export async function makeNamespace(api: Api, name: string, labels?: Record<string, string>): Promise<void> {
    const { status, body } = await api.post("/api/v1/namespaces", { metadata: { name, labels } });
    if (status !== 201) throw new Error(JSON.stringify(body));
}

/** Kinds that are questions or copies rather than objects that somebody made. */
const NOT_OBJECTS = ["events", "bindings", "localsubjectaccessreviews"];

async function objectsIn(api: Api, namespace: string): Promise<KubeObject[]> {
    const { body } = await api.get<{ groups: { preferredVersion: { groupVersion: string } }[] }>("/apis");
    const roots = ["/api/v1", ...body.groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`)];
    const kinds = await Promise.all(
        roots.map(async (root) => {
            const { body } = await api.get<{
                resources: { name: string; kind: string; namespaced: boolean; verbs: string[] }[];
            }>(root);
            return body.resources
                .filter(
                    ({ name, namespaced, verbs }) =>
                        namespaced && verbs.includes("list") && !NOT_OBJECTS.includes(name),
                )
                .map(({ name, kind }) => ({ path: `${root}/namespaces/${namespace}/${name}`, kind }));
        }),
    );
    const lists = await Promise.all(
        kinds.flat().map(async ({ path, kind }) => {
            const { status, body } = await api.get<{ items: KubeObject[] }>(path);
            if (status !== 200) throw new Error(`${path}: ${JSON.stringify(body)}`);
            return body.items.map((item) => ({ ...item, kind }));
        }),
    );
    return lists.flat();
}

/** Pulumi breaks long lines. */
export function oneLine(output: string): string {
    return output.replace(/\s+/g, " ");
}
