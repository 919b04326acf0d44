import * as path from "node:path";
import { expect } from "chai";
import { RunnerManager } from "../../../../../components/manager/manager";
import type { KubernetesOptions } from "../../../../../components/manager/placements/kubernetes/args";
import { Runner } from "../../../../../components/runner/runner";
import type { WorkerConfig } from "../../../../../core/config-toml";
import { expectGolden } from "../../../../helpers/golden";
import { IDENTITY, mockPulumi, type World } from "../../../../helpers/pulumi-mocks";

const STATEFUL_SET = "kubernetes:apps/v1:StatefulSet";
const SECRET = "kubernetes:core/v1:Secret";
const BUDGET = "kubernetes:policy/v1:PodDisruptionBudget";
const ACCOUNT = "kubernetes:core/v1:ServiceAccount";
const ROLE = "kubernetes:rbac.authorization.k8s.io/v1:Role";
const BINDING = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding";
const PROVIDER = "pulumi:providers:kubernetes";
const PLACE = "gitlab-fleet:index:KubernetesPlace";
const POD = "gitlab-fleet:index:ManagerPod";
const ONLINE = "gitlab-fleet:index:ManagerOnline";
const USER_RUNNER = "gitlab:index/userRunner:UserRunner";

const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

type Options = Omit<KubernetesOptions, "namespace"> & { namespace?: string };

interface Around {
    names?: string[];
    config?: Record<string, unknown>;
    worker?: WorkerConfig;
    preview?: boolean;
    online?: boolean;
    drainTimeout?: string;
    rotation?: "runner";
    delay?: (type: string) => Promise<unknown> | undefined;
}

function start(options: Options, around: Around): World {
    const world = mockPulumi({
        preview: around.preview ?? false,
        config: { "gitlab:baseUrl": "https://gitlab.test/api/v4/", "gitlab:token": "x" },
        delay: around.delay,
    });
    const runner = new Runner("ci", { scope: "instance", rotation: around.rotation });
    for (const name of around.names ?? ["ci-01"]) {
        new RunnerManager(name, {
            placement: { kubernetes: { namespace: "ci", ...options } },
            config: { concurrent: 1, ...around.config },
            drainTimeout: around.drainTimeout ?? "90s",
            online: around.online ?? false,
            workers: [
                { runner, config: around.worker ?? { executor: "kubernetes", kubernetes: { namespace: "jobs" } } },
            ],
        });
    }
    return world;
}

async function declare(options: Options = {}, around: Around = {}): Promise<World> {
    const world = start(options, around);
    await world.settled();
    return world;
}

async function refusal(options: Options, around: Around = {}): Promise<string> {
    return declare(options, around).then(
        () => "",
        (error: Error) => error.message,
    );
}

const namesOf = (world: World, type: string) =>
    world.inputsOf(type).map(({ metadata }) => {
        const { namespace, name } = metadata as Record<string, string>;
        return `${namespace}/${name}`;
    });

function fileIn(secret: Record<string, unknown>, file: string): string {
    return Buffer.from((secret.data as Record<string, string>)[file]!, "base64").toString();
}

describe("a manager placed on Kubernetes", function () {
    // Loading @pulumi/kubernetes takes its time.
    this.timeout(60_000);

    it("is a StatefulSet of one pod, a Secret, a ServiceAccount, a budget, and a Role where jobs run", async () => {
        const world = await declare();
        for (const type of [STATEFUL_SET, SECRET, ACCOUNT, BUDGET])
            expect(namesOf(world, type), type).to.deep.equal(["ci/shop-prod-ci-01"]);
        for (const type of [ROLE, BINDING]) expect(namesOf(world, type), type).to.deep.equal(["jobs/shop-prod-ci-01"]);
        expect(world.inputsOf(STATEFUL_SET)[0]!.spec).to.include({ replicas: 1, podManagementPolicy: "Parallel" });
        expect(world.inputsOf(BINDING)[0]).to.deep.include({
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "shop-prod-ci-01" },
            subjects: [{ kind: "ServiceAccount", name: "shop-prod-ci-01", namespace: "ci" }],
        });
        const annotations = { "gitlab-fleet.com/owner": "shop/prod/ci-01", "gitlab-fleet.com/state": IDENTITY };
        for (const type of [STATEFUL_SET, SECRET, ACCOUNT, BUDGET, ROLE, BINDING])
            expect(world.inputsOf(type)[0]!.metadata, type).to.deep.include({ annotations });
    });

    it("has this StatefulSet when nothing is said: another one would make everybody's pods anew with an upgrade", async () => {
        const [{ spec }] = (await declare()).inputsOf(STATEFUL_SET) as [{ spec: object }];
        const golden = path.join(__dirname, "../../../../golden/manager-stateful-set.json");
        expectGolden(`${JSON.stringify(spec, undefined, 4)}\n`, golden);
    });

    it("has its files in a Secret, as secrets, and nowhere else", async () => {
        const world = await declare();
        const [secret] = world.of(SECRET);
        expect(secret!.secrets).to.deep.equal(["data"]);
        expect(Object.keys(secret!.inputs.data as object)).to.have.members(["config.toml", ".runner_system_id"]);
        expect(fileIn(secret!.inputs, "config.toml")).to.contain("glrt-ci-token");
        const others = world.registered.filter((each) => each !== secret && each.type.startsWith("kubernetes:"));
        expect(JSON.stringify(others)).to.not.contain("glrt-");
        expect(JSON.stringify(others)).to.not.contain((secret!.inputs.data as Record<string, string>)["config.toml"]);
        expect(world.of(POD)[0]!.secrets).to.deep.equal(["configToml"]);
    });

    it("has the same pod after a change of config.toml, and of certificates, so that nothing drains", async () => {
        const specOf = async (options: Options, around: Around) =>
            (await declare(options, around)).inputsOf(STATEFUL_SET)[0]!.spec;
        const before = await specOf({}, {});
        const config = { concurrent: 9, check_interval: 5 };
        const worker = { executor: "kubernetes", limit: 3, kubernetes: { namespace: "jobs", cpu_limit: "1" } } as const;
        expect(await specOf({}, { config, worker })).to.deep.equal(before);
        expect(await specOf({ certificates: { "gitlab.test": PEM } }, {})).to.deep.equal(before);
        expect(await specOf({ metrics: true }, { config: { listen_address: ":9252" } })).to.not.deep.equal(before);
        expect(await specOf({ image: "registry.test/runner:1" }, {})).to.not.deep.equal(before);
        const session_server = { listen_address: "0.0.0.0:8093" };
        expect(await specOf({}, { config: { session_server } })).to.not.deep.equal(before);
    });

    it("gives each replica a StatefulSet, a Secret and an identity of its own, the first one the manager's", async () => {
        const world = await declare({ replicas: 3 }, { online: true });
        const names = ["ci/shop-prod-ci-01", "ci/shop-prod-ci-01-2", "ci/shop-prod-ci-01-3"];
        expect(namesOf(world, STATEFUL_SET)).to.deep.equal(names);
        expect(namesOf(world, SECRET)).to.deep.equal(names);
        const identities = world.inputsOf(SECRET).map((secret) => fileIn(secret, ".runner_system_id"));
        expect(new Set(identities).size).to.equal(3);
        const [single] = (await declare()).inputsOf(SECRET);
        expect(identities[0]).to.equal(fileIn(single!, ".runner_system_id"));
        expect(world.inputsOf(ONLINE).map(({ systemId }) => systemId)).to.deep.equal(identities);
        // Each selects its own pod, and the budget selects all.
        const selectors = world.inputsOf(STATEFUL_SET).map(({ spec }) => JSON.stringify((spec as Labelled).selector));
        expect(new Set(selectors).size).to.equal(3);
        expect(world.of(BUDGET)).to.have.lengthOf(1);
    });

    it("waits, with online, for as long as a changed file takes to reach the pod", async () => {
        const [usual] = (await declare({}, { online: true })).inputsOf(ONLINE);
        expect(usual).to.include({ reloadDelay: "2m" }).and.to.have.property("instance");
        const [longer] = (await declare({ reloadDelay: "3m" }, { online: true })).inputsOf(ONLINE);
        expect(longer).to.include({ reloadDelay: "3m", instance: usual!.instance, configHash: usual!.configHash });
        const [other] = (await declare({ image: "registry.test/runner:1" }, { online: true })).inputsOf(ONLINE);
        expect(other!.instance).to.not.equal(usual!.instance);
    });

    it("has no Role, and no token in its pod, where no job runs in the cluster", async () => {
        const world = await declare(
            {},
            { worker: { executor: "docker", docker: { image: "a:1", host: "tcp://d:2376" } } },
        );
        expect(world.of(ROLE)).to.deep.equal([]);
        expect(world.of(BINDING)).to.deep.equal([]);
        expect(podOf(world)).to.include({ automountServiceAccountToken: false });
        expect(podOf(await declare())).to.include({ automountServiceAccountToken: true });
    });

    it("goes by the rights of an existing ServiceAccount, where one is named", async () => {
        const world = await declare({ serviceAccount: "ci" });
        for (const type of [ACCOUNT, ROLE, BINDING]) expect(world.of(type), type).to.deep.equal([]);
        expect(podOf(world)).to.include({ serviceAccountName: "ci", automountServiceAccountToken: true });
        const { rights } = world.inputsOf(PLACE)[0] as { rights: { resource: string }[] };
        expect(rights.map(({ resource }) => resource)).to.deep.equal([
            "secrets",
            "statefulsets",
            "poddisruptionbudgets",
        ]);
    });

    it("is made, and never applied over what is there; its Secret is changed in place", async () => {
        const [provider] = (await declare({ context: "prod", kubeconfig: "apiVersion: v1" })).of(PROVIDER);
        expect(provider!.inputs).to.include({ context: "prod", clusterIdentifier: "prod" });
        // The provider's own settings are texts.
        expect(provider!.inputs).to.include({ enableServerSideApply: "false", enableSecretMutable: "true" });
        expect(provider!.secrets).to.include("kubeconfig");
    });

    it("keeps the path in KUBECONFIG out of the state, where it would mean nothing on another machine", async () => {
        const before = process.env.KUBECONFIG;
        process.env.KUBECONFIG = "/home/me/.kube/config";
        try {
            expect((await declare()).inputsOf(PROVIDER)[0]).not.to.have.property("kubeconfig");
            expect(process.env.KUBECONFIG).to.equal("/home/me/.kube/config");
        } finally {
            if (before === undefined) delete process.env.KUBECONFIG;
            else process.env.KUBECONFIG = before;
        }
    });

    it("shares one provider, and so one plugin process, with the other managers of a cluster", async () => {
        const world = await declare({ context: "prod" }, { names: ["a", "b", "c"] });
        expect(world.of(PROVIDER).map(({ name }) => name)).to.deep.equal(["kubernetes prod"]);
        expect(world.of(STATEFUL_SET)).to.have.lengthOf(3);
    });

    it("reaches the cluster, and makes what needs no token, before a runner is made", async () => {
        let reached = (): void => {};
        const held = new Promise<void>((resolve) => {
            reached = resolve;
        });
        const world = start({}, { delay: (type) => (type === PLACE ? held : undefined) });
        await new Promise((resolve) => setTimeout(resolve, 200));
        expect(world.of(PLACE)).to.have.lengthOf(1);
        expect(world.of(USER_RUNNER)).to.deep.equal([]);
        reached();
        await world.settled();
        const order = world.registered.map(({ type }) => type);
        const runner = order.indexOf(USER_RUNNER);
        for (const type of [PLACE, BUDGET, ACCOUNT, ROLE, BINDING])
            expect(order.indexOf(type), type).to.be.within(0, runner);
        for (const type of [SECRET, STATEFUL_SET]) expect(order.indexOf(type), type).to.be.above(runner);
    });

    it("asks of the cluster only in up, and says only in a preview what a change means", async () => {
        const rights = [
            { namespace: "ci", group: "", resource: "secrets" },
            { namespace: "jobs", group: "rbac.authorization.k8s.io", resource: "roles" },
        ];
        const up = await declare();
        expect(up.inputsOf(PLACE)[0]).to.include({ look: true });
        expect((up.inputsOf(PLACE)[0] as { rights: unknown[] }).rights).to.deep.include.members(rights);
        expect(up.inputsOf(POD)[0]).to.include({ preview: false, place: "ci/shop-prod-ci-01", drainTimeout: 90 });
        const preview = await declare({}, { preview: true });
        expect(preview.inputsOf(PLACE)[0]).to.include({ look: false });
        expect(preview.inputsOf(POD)[0]).to.include({ preview: true });
    });

    it("has certificates as files by host, and a Service and a ServiceMonitor only when they are asked for", async () => {
        const certificates = { "gitlab.test": PEM };
        const monitor = { labels: { release: "prometheus" }, interval: "30s" };
        const world = await declare({ certificates, serviceMonitor: monitor }, { config: { listen_address: ":9252" } });
        const [, trusted] = [...world.of(SECRET)].sort((a, b) => a.name.localeCompare(b.name));
        expect(fileIn(trusted!.inputs, "gitlab.test.crt")).to.equal(PEM);
        expect(trusted!.secrets).to.deep.equal(["data"]);
        expect(namesOf(world, "kubernetes:core/v1:Service")).to.deep.equal(["ci/shop-prod-ci-01"]);
        const [asked] = world.inputsOf("kubernetes:monitoring.coreos.com/v1:ServiceMonitor");
        expect(asked!.metadata).to.have.nested.property("labels.release", "prometheus");
        const plain = (await declare()).registered.map(({ type }) => type);
        expect(plain.filter((type) => /Service$|ServiceMonitor/.test(type))).to.deep.equal([]);
    });

    it("lets a transform have the last word on each object", async () => {
        const label = <T extends { metadata?: unknown }>(args: T): T => ({
            ...args,
            metadata: { ...(args.metadata as object), labels: { by: "transform" } },
        });
        const transform = {
            ...{ statefulSet: label, secret: label, serviceAccount: label, role: label, roleBinding: label },
            ...{ podDisruptionBudget: label, service: label, serviceMonitor: label },
        };
        const world = await declare({ transform, serviceMonitor: {} } as Options, {
            config: { listen_address: ":9252" },
        });
        const made = world.registered.filter(({ type }) => type.startsWith("kubernetes:"));
        expect(made).to.have.lengthOf(8);
        for (const { type, inputs } of made)
            expect(inputs.metadata, type).to.have.deep.property("labels", { by: "transform" });
    });

    it("refuses two managers of one name in one namespace, and a process that rotates its token", async () => {
        expect(await refusal({ name: "ci" }, { names: ["a", "b"] })).to.include(
            'RunnerManager "b": placement.kubernetes.name is that of RunnerManager "a" already (got "ci")',
        );
        expect(await refusal({}, { rotation: "runner" })).to.include("the process must be able to write config.toml");
    });

    it("refuses a name that is too long once project and stack are in it", async () => {
        const name = "x".repeat(42);
        expect(await refusal({}, { names: [name] })).to.include(
            `placement.kubernetes.name is missing, and the name that is made of project, stack and manager does not fit an object ` +
                `(got "shop-prod-${name}")`,
        );
        expect(await refusal({ name: "ci" }, { names: [name] })).to.equal("");
    });
});

interface Labelled {
    selector: object;
    template: { spec: Record<string, unknown> };
}

function podOf(world: World): Record<string, unknown> {
    return (world.inputsOf(STATEFUL_SET)[0]!.spec as Labelled).template.spec;
}
