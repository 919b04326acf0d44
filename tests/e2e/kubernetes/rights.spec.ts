import { expect } from "chai";
import { until } from "../runner/process";
import { PodProcess } from "./pod";
import { kubeconfigFor, mayDo, rightsOf, type Thing } from "./rights";
import { startWorld, type World } from "./world";

/**
 * What gitlab-runner 19.4 asks of the cluster for its kubernetes executor with nothing switched on, from GitLab's own table.
 * https://docs.gitlab.com/runner/executors/kubernetes/#configure-runner-api-permissions
 */
const NEEDED: Record<string, string[]> = {
    events: ["list"],
    pods: ["create", "delete", "get", "list", "watch"],
    "pods/attach": ["create", "delete", "get", "patch"],
    "pods/exec": ["create", "delete", "get", "patch"],
    "pods/log": ["get", "list"],
    secrets: ["create", "delete", "get", "update"],
    serviceaccounts: ["get"],
    services: ["create", "get"],
};

/** What a thief of a manager's token would like to do. */
const REFUSED: (Thing & { verb: string })[] = [
    { verb: "list", resource: "secrets" },
    { verb: "watch", resource: "secrets" },
    { verb: "create", resource: "serviceaccounts", subresource: "token" },
    { verb: "create", resource: "configmaps" },
    { verb: "create", resource: "deployments", group: "apps" },
    { verb: "create", resource: "jobs", group: "batch" },
    { verb: "create", resource: "persistentvolumeclaims" },
    { verb: "escalate", resource: "roles", group: "rbac.authorization.k8s.io" },
    { verb: "bind", resource: "roles", group: "rbac.authorization.k8s.io" },
    { verb: "create", resource: "rolebindings", group: "rbac.authorization.k8s.io" },
    { verb: "impersonate", resource: "serviceaccounts" },
    { verb: "deletecollection", resource: "pods" },
    { verb: "create", resource: "pods", subresource: "eviction" },
    { verb: "create", resource: "pods", subresource: "ephemeralcontainers" },
    { verb: "*", resource: "*", group: "*" },
];

describe("the rights of a manager's service account, as the API server itself tells them", () => {
    let world: World;
    let pod: PodProcess | undefined;
    const account = (name: string) => ({ namespace: world.namespace, name: `gitlab-fleet-test-${name}` });
    const listed = (rights: Record<string, string[]>) =>
        Object.entries(rights)
            .flatMap(([resource, verbs]) => verbs.map((verb) => `${resource} ${verb}`))
            .sort();

    before(async () => {
        world = await startWorld({
            declared: {
                worker: { kubernetes: { poll_timeout: 3 } },
                beside: {
                    shell: { worker: { executor: "shell" } },
                    more: {
                        worker: {
                            feature_flags: { FF_PRINT_POD_EVENTS: true },
                            kubernetes: { pod_disruption_budget: true },
                        },
                    },
                },
            },
        });
        await world.up();
    });
    after(async () => {
        await pod?.kill();
        await world?.close();
    });

    it("are exactly those that the executor needs, where its jobs run", async () => {
        expect(await rightsOf(world.cluster, account("ci-01"), world.jobs)).to.deep.equal(listed(NEEDED));
    });

    it("grow with what is switched on, and by no more", async () => {
        expect(await rightsOf(world.cluster, account("more"), world.jobs)).to.deep.equal(
            listed({
                ...NEEDED,
                events: ["list", "watch"],
                "policy/poddisruptionbudgets": ["create", "get"],
            }),
        );
    });

    it("are none where no job runs: neither beside the manager, nor in other namespaces, nor for a manager without jobs there", async () => {
        for (const namespace of [world.namespace, "default", "kube-system"])
            expect(await rightsOf(world.cluster, account("ci-01"), namespace), namespace).to.deep.equal([]);
        for (const namespace of [world.namespace, world.jobs])
            expect(await rightsOf(world.cluster, account("shell"), namespace), namespace).to.deep.equal([]);
    });

    it("answer yes to each of them when asked one by one, and no to what a thief of the token would like", async () => {
        const ask = (verb: string, thing: Partial<Thing>, namespace = world.jobs) =>
            mayDo(world.cluster, account("ci-01"), { resource: "", verb, namespace, ...thing });
        for (const [name, verbs] of Object.entries(NEEDED)) {
            const [resource, subresource] = name.split("/");
            for (const verb of verbs)
                expect(await ask(verb, { resource, subresource }), `${verb} ${name}`).to.equal(true);
        }
        for (const { verb, ...thing } of REFUSED)
            expect(await ask(verb, thing), `${verb} ${JSON.stringify(thing)}`).to.equal(false);
        for (const resource of ["nodes", "namespaces", "persistentvolumes"])
            expect(await ask("get", { resource }, ""), resource).to.equal(false);
    });

    it("are enough for the real executor: its pod and Secrets are made, waited for and removed, and nothing is forbidden", async () => {
        // What the controllers of a cluster would have made with the namespace.
        await world.api.post(`/api/v1/namespaces/${world.jobs}/serviceaccounts`, { metadata: { name: "default" } });
        const sets = (await world.objects()).filter(({ kind }) => kind === "StatefulSet");
        const set = sets.find(({ metadata }) => metadata.name.endsWith("ci-01"))!;
        pod = await PodProcess.start(world.api, set, await kubeconfigFor(world.cluster, account("ci-01")));
        const { jobs, traces } = world.sandbox.db;
        const { id } = jobs.enqueue({ project: "apps/etl", tags: ["kubernetes"], script: "true" });
        await until(
            () => jobs.must(id).status === "failed",
            60,
            () => pod!.log,
        );
        const trace = traces.get(id)!.toString();
        expect(trace).to.include("Waiting for pod").and.to.include("timed out waiting for pod to start");
        expect(trace + pod.log).to.not.match(/forbidden/i);
        const left = (await world.objects(world.jobs)).map(({ kind }) => kind).sort();
        expect(left).to.deep.equal(["Role", "Role", "RoleBinding", "RoleBinding", "ServiceAccount"]);
    });
});
