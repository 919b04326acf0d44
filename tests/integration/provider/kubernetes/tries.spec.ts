import { expect } from "chai";
import type { Props } from "../../../../core/props";
import { FakeCluster } from "../../../helpers/fake-cluster";
import { type Plugin, startPlugin } from "../../../helpers/plugin";
import { rejection } from "../../../helpers/rejection";

const TYPE = "KubernetesPlace";
const RIGHTS = [
    { namespace: "ci", group: "", resource: "secrets" },
    { namespace: "ci", group: "apps", resource: "statefulsets" },
];

describe("the cluster of a manager, before anything is made there,", () => {
    let cluster: FakeCluster;
    let plugin: Plugin;
    before(async () => {
        plugin = await startPlugin("gitlab-fleet");
    });
    beforeEach(async () => {
        cluster = await FakeCluster.start();
    });
    afterEach(() => cluster.close());
    after(() => plugin.close());

    const inputs = () => ({ kubeconfig: cluster.kubeconfig(), rights: RIGHTS, look: true });

    it("tries what is going to be made, when that changes, and is not asked for it again", async () => {
        const tried = (name: string) => JSON.stringify({ metadata: { name, namespace: "ci" }, spec: { replicas: 1 } });
        const ours = (...names: string[]) => ({ ...inputs(), statefulSets: names.map(tried) });
        const trials = () => cluster.asked.filter(({ path }) => path.includes("dryRun=All"));
        cluster.objects = { "/apis/apps/v1/namespaces/ci/statefulsets": [{ metadata: { name: "there" } }] };
        cluster.verdict = { status: 201, warning: 'would violate PodSecurity \\"restricted:latest\\"' };
        const { state, secrets } = await plugin.create(TYPE, ours("new", "there"));
        // A short password in an environment could be found by its hash.
        expect(secrets).to.include("tried");
        expect(trials().map(({ method, path }) => `${method} ${path.split("?")[0]}`)).to.have.members([
            "POST /apis/apps/v1/namespaces/ci/statefulsets",
            "PATCH /apis/apps/v1/namespaces/ci/statefulsets/there",
        ]);
        expect(trials()[0]!.body).to.include({ apiVersion: "apps/v1", kind: "StatefulSet" });
        expect(plugin.logs.at(-1)!.message).to.contain('would violate PodSecurity "restricted:latest"');
        expect((await plugin.diff(TYPE, "ci-01", state, ours("new", "there"))).changes).to.equal(false);
        expect(trials()).to.have.lengthOf(2);
        const diff = await plugin.diff(TYPE, "ci-01", state, ours("new"));
        expect(diff.detailed).to.deep.equal({ statefulSets: "update" });
        cluster.verdict = { status: 422, message: "spec.template: too\u001b[31m odd" };
        const error = await rejection(plugin.update(TYPE, "ci-01", state, ours("new")));
        expect(error.message)
            .to.contain('refuses StatefulSet "new": spec.template: too')
            .and.contain("Nothing was changed");
        expect(error.message).to.not.contain("\u001b");
        for (const message of [
            "StatefulSet.apps \"x\" is invalid: spec: Forbidden: updates to statefulset spec for fields other than 'replicas' are forbidden",
            'admission webhook "x" does not support dry run',
        ]) {
            cluster.verdict = { status: 422, message };
            await plugin.update(TYPE, "ci-01", state, ours("there"));
        }
    });

    describe("has to have what the manager's pods name,", () => {
        const container = {
            envFrom: [{ configMapRef: { name: "defaults" } }],
            env: [{ valueFrom: { secretKeyRef: { name: "login" } } }],
        };
        const NEEDED: [string, string, object][] = [
            [
                'ServiceAccount "own" in namespace ci',
                "/api/v1/namespaces/ci/serviceaccounts/own",
                { serviceAccountName: "own" },
            ],
            ['PriorityClass "high"', "/apis/scheduling.k8s.io/v1/priorityclasses/high", { priorityClassName: "high" }],
            ['RuntimeClass "gvisor"', "/apis/node.k8s.io/v1/runtimeclasses/gvisor", { runtimeClassName: "gvisor" }],
            [
                'ConfigMap "defaults" in namespace ci',
                "/api/v1/namespaces/ci/configmaps/defaults",
                { containers: [container] },
            ],
            ['Secret "login" in namespace ci', "/api/v1/namespaces/ci/secrets/login", { initContainers: [container] }],
            [
                'Secret "keys" in namespace ci',
                "/api/v1/namespaces/ci/secrets/keys",
                { volumes: [{ name: "x", projected: { sources: [{ secret: { name: "keys" } }] } }] },
            ],
            [
                'PersistentVolumeClaim "builds" in namespace ci',
                "/api/v1/namespaces/ci/persistentvolumeclaims/builds",
                { volumes: [{ name: "x", persistentVolumeClaim: { claimName: "builds" } }] },
            ],
        ];
        const ofPod = (spec: object, more: Props = {}) => ({
            ...inputs(),
            statefulSets: [JSON.stringify({ metadata: { name: "it", namespace: "ci" }, spec: { template: { spec } } })],
            objects: [],
            ...more,
        });
        const provide = (...paths: string[]) => {
            for (const path of paths) {
                const [, list, name] = /^(.*)\/([^/]+)$/.exec(path)!;
                cluster.objects[list!] = [...(cluster.objects[list!] ?? []), { metadata: { name: name! } }];
            }
        };

        for (const [said, path, spec] of NEEDED) {
            it(`before GitLab is changed: ${said}`, async () => {
                provide(...NEEDED.map(([, one]) => one).filter((one) => one !== path));
                const { message } = await rejection(plugin.create(TYPE, ofPod(spec)));
                expect(message)
                    .to.contain(` has no ${said}, without which`)
                    .and.contain("Nothing was changed in GitLab");
                provide(path);
                await plugin.create(TYPE, ofPod(spec));
            });
        }

        it("but for what is made with them, what they may do without, and what the manager waits for", async () => {
            const place = { namespace: "ci", group: "", resource: "secrets", name: "it" };
            const volumes = [
                { name: "config", secret: { secretName: "it" } },
                { name: "certificates", secret: { secretName: "it-certificates", optional: true } },
            ];
            await plugin.create(TYPE, ofPod({ volumes }, { objects: [place] }));
            const { message } = await rejection(plugin.create(TYPE, ofPod({ volumes })));
            expect(message).to.contain('no Secret "it"').and.not.contain("certificates");
            await plugin.create(TYPE, ofPod({ volumes, serviceAccountName: "own" }, { waits: true }));
        });

        it("or says so where they may run all the same: a login for a registry that an image may not need", async () => {
            await plugin.create(TYPE, ofPod({ imagePullSecrets: [{ name: "registry" }] }));
            expect(plugin.logs.at(-1)!.message).to.contain(
                'it has no Secret "registry" in namespace ci, which the pod names',
            );
        });

        it("or says so of a StorageClass, whose volumes may have been made by hand", async () => {
            const claims = [{ metadata: { name: "cache" }, spec: { storageClassName: "fast" } }];
            const spec = { template: { spec: {} }, volumeClaimTemplates: claims };
            const text = JSON.stringify({ metadata: { name: "it", namespace: "ci" }, spec });
            await plugin.create(TYPE, { ...inputs(), statefulSets: [text], objects: [] });
            expect(plugin.logs.at(-1)!.message).to.contain('it has no StorageClass "fast", which the pod names');
        });
    });

    it("tells of an object whose kind the cluster does not know", async () => {
        const monitor = { apiVersion: "monitoring.coreos.com/v1", kind: "ServiceMonitor" };
        const text = JSON.stringify({ ...monitor, metadata: { name: "it", namespace: "ci" } });
        cluster.verdict = { status: 404 };
        const { message } = await rejection(plugin.create(TYPE, { ...inputs(), statefulSets: [text] }));
        expect(message).to.contain("knows no ServiceMonitor (monitoring.coreos.com/v1): install what brings it");
    });

    it("tries Secrets, without what will be in them, in each up: a token may be reset in any", async () => {
        const metadata = { name: "it", namespace: "ci", labels: { team: "ci" } };
        const secrets = [JSON.stringify({ apiVersion: "v1", kind: "Secret", metadata, type: "Opaque" })];
        const ours = { ...inputs(), secrets };
        const { state } = await plugin.create(TYPE, ours);
        const trials = () => cluster.asked.filter(({ path }) => path.includes("dryRun=All"));
        expect(trials().map(({ method, path }) => `${method} ${path.split("?")[0]}`)).to.deep.equal([
            "POST /api/v1/namespaces/ci/secrets",
        ]);
        expect(trials()[0]!.body).to.deep.equal(JSON.parse(secrets[0]!));
        expect((await plugin.diff(TYPE, "ci-01", state, ours)).changes).to.equal(false);
        expect((await plugin.diff(TYPE, "ci-01", state, { ...ours, look: false })).changes).to.equal(false);
        expect(trials()).to.have.lengthOf(2);
        cluster.objects = { "/api/v1/namespaces/ci/secrets": [{ metadata: { name: "it" } }] };
        cluster.verdict = { status: 403, message: "every Secret needs a label owner" };
        expect((await plugin.diff(TYPE, "ci-01", state, ours)).detailed).to.deep.equal({ reachedAt: "update" });
        const { message } = await rejection(plugin.update(TYPE, "ci-01", state, ours));
        expect(message)
            .to.contain('refuses Secret "it": every Secret needs a label owner.')
            .and.contain("Nothing was changed in GitLab");
        expect(trials().at(-1)!.method).to.equal("PATCH");
    });
});
