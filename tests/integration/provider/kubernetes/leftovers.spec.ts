import * as grpc from "@grpc/grpc-js";
import { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import type { ResourceInvokeRequest } from "@pulumi/pulumi/proto/resource_pb";
import { expect } from "chai";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Value } from "../../../../core/props";
import { SECRET, SIGNATURE } from "../../../../core/wire-values";
import { FakeCluster } from "../../../helpers/fake-cluster";
import { type Plugin, startPlugin } from "../../../helpers/plugin";
import { rejection } from "../../../helpers/rejection";

const PLACE = "KubernetesPlace";
const SETS = "/apis/apps/v1/namespaces/ci/statefulsets";
const SECRETS = "/api/v1/namespaces/ci/secrets";
const ACCOUNTS = "/api/v1/namespaces/ci/serviceaccounts";
const RIGHTS = [
    { namespace: "ci", group: "apps", resource: "statefulsets" },
    { namespace: "ci", group: "", resource: "secrets" },
    { namespace: "ci", group: "", resource: "serviceaccounts" },
];
const OURS = { "gitlab-fleet.com/owner": "demo/test/ci-01", "gitlab-fleet.com/state": "k7m2x9pq4w" };

const objectsOf = (...names: string[]) => RIGHTS.flatMap((right) => names.map((name) => ({ ...right, name })));

const object = (name: string, uid: string, annotations: Record<string, string> = OURS) => ({
    metadata: { name, uid, annotations },
});

interface Found {
    leftovers: { name: string; uid: string; resource: string }[];
    gone: string[];
    taken: string[];
}

/** The engine, as far as a program may ask it for its state. */
class Engine {
    /** Outputs by URN. */
    state: Record<string, object> = { identity: { identity: "k7m2x9pq4w" } };
    readonly asked: unknown[] = [];
    private readonly server = new grpc.Server();
    address = "";

    async start(): Promise<void> {
        const invoke: grpc.handleUnaryCall<ResourceInvokeRequest, InvokeResponse> = ({ request }, done) => {
            this.asked.push([request.getTok(), request.getArgs()!.toJavaScript()]);
            const resources = Object.entries(this.state).map(([urn, outputs]) => [urn, { type: "any", outputs }]);
            const response = new InvokeResponse();
            response.setReturn(Struct.fromJavaScript({ name: "it", outputs: Object.fromEntries(resources) }));
            done(null, response);
        };
        this.server.addService({ invoke: ResourceMonitorService.invoke } as grpc.ServiceDefinition, { invoke });
        const port = await new Promise<number>((resolve, reject) =>
            this.server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
                error ? reject(error) : resolve(bound),
            ),
        );
        this.address = `127.0.0.1:${port}`;
    }

    close(): void {
        this.server.forceShutdown();
    }
}

describe("what an up that was killed has made in a cluster", () => {
    let cluster: FakeCluster;
    let engine: Engine;
    let plugin: Plugin;
    before(async () => {
        plugin = await startPlugin("gitlab-fleet");
    });
    beforeEach(async () => {
        cluster = await FakeCluster.start();
        engine = new Engine();
        await engine.start();
    });
    afterEach(async () => {
        await cluster.close();
        engine.close();
    });
    after(() => plugin.close());

    const compare = async (more: Record<string, Value> = {}) => {
        const asked = {
            kubeconfig: cluster.kubeconfig(),
            objects: objectsOf("demo-test-ci-01", "demo-test-ci-01-2"),
            owner: "demo/test/ci-01",
            identity: "k7m2x9pq4w",
            stack: "organization/demo/test",
            monitor: engine.address,
            ...more,
        };
        const { state } = await plugin.invoke("findLeftovers", asked);
        return state as unknown as Found;
    };
    const find = async (more?: Record<string, Value>) => (await compare(more)).leftovers;
    const found = async (more?: Record<string, Value>) => (await find(more)).map(({ uid }) => uid);
    const place = (leftovers: object[]) => ({
        kubeconfig: cluster.kubeconfig(),
        rights: RIGHTS,
        look: true,
        leftovers: leftovers as Value,
    });
    const removals = () => cluster.asked.filter(({ method }) => method === "DELETE");

    it("is what the state does not know by its UID, wherever in the state it stands; the state is asked for by its whole name", async () => {
        cluster.objects = {
            [SETS]: [object("demo-test-ci-01", "left"), object("demo-test-ci-01-2", "known")],
            [SECRETS]: [object("demo-test-ci-01", "secretly known")],
        };
        engine.state.set = { metadata: { uid: "known" } };
        engine.state.secret = { metadata: { [SIGNATURE]: SECRET, value: { uid: "secretly known" } } };
        expect(await find()).to.deep.equal([{ ...RIGHTS[0], name: "demo-test-ci-01", uid: "left" }]);
        expect(engine.asked).to.deep.equal([
            ["pulumi:pulumi:readStackResourceOutputs", { stackName: "organization/demo/test" }],
        ]);
    });

    it("is nothing of another manager, another state, an older version or another name, and nothing that is being removed", async () => {
        const { "gitlab-fleet.com/state": _, ...older } = OURS;
        const going = object("demo-test-ci-01", "going");
        cluster.objects = {
            [SETS]: [
                object("demo-test-ci-01", "another manager's", {
                    ...OURS,
                    "gitlab-fleet.com/owner": "demo/test/ci-02",
                }),
                object("demo-test-ci-01", "another state's", { ...OURS, "gitlab-fleet.com/state": "a7m2x9pq4w" }),
                object("demo-test-ci-01", "older", older),
                object("somebodys", "of another name"),
                { metadata: { ...going.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" } } as typeof going,
            ],
        };
        expect(await found()).to.deep.equal([]);
    });

    it("is nothing where the state that was read is another one's, or cannot be read, or the cluster does not answer", async () => {
        cluster.objects = { [SETS]: [object("demo-test-ci-01", "left")] };
        engine.state = { identity: { identity: "a7m2x9pq4w" } };
        expect(await found()).to.deep.equal([]);
        expect(await found({ monitor: "127.0.0.1:9" })).to.deep.equal([]);
        expect(await found({ kubeconfig: cluster.kubeconfig({ token: "other" }) })).to.deep.equal([]);
        expect(await found({ kubeconfig: "token: hush" })).to.deep.equal([]);
    });

    it("is nothing that somebody has recreated since, from a backup for instance: the engine would not make it again", async () => {
        cluster.objects = {
            [SETS]: [object("demo-test-ci-01", "restored"), object("demo-test-ci-01-2", "left")],
            [SECRETS]: [object("demo-test-ci-01", "restored, too")],
        };
        const known = { name: "demo-test-ci-01", namespace: "ci", uid: "of before" };
        engine.state.set = { kind: "StatefulSet", metadata: known };
        engine.state.secret = { kind: "Secret", metadata: known };
        engine.state.elsewhere = {
            kind: "StatefulSet",
            metadata: { ...known, name: "demo-test-ci-01-2", namespace: "x" },
        };
        expect(await found()).to.deep.equal(["left"]);
    });

    it("is no ServiceAccount while there are pods that have tokens of it", async () => {
        cluster.objects = { [ACCOUNTS]: [object("demo-test-ci-01", "account")] };
        expect(await found()).to.deep.equal(["account"]);
        cluster.objects[SETS] = [object("demo-test-ci-01", "set")];
        expect(await found()).to.deep.equal(["set"]);
    });

    it("is removed before anything is made, and told; pods go on without their StatefulSet, and a preview removes nothing", async () => {
        cluster.objects = {
            [SETS]: [object("demo-test-ci-01", "left")],
            [SECRETS]: [object("demo-test-ci-01", "secret"), object("theirs", "theirs")],
        };
        const inputs = place(await find());
        await plugin.create(PLACE, inputs, { preview: true });
        expect(removals()).to.deep.equal([]);
        const { state } = await plugin.create(PLACE, place([]));
        expect((await plugin.diff(PLACE, "ci-01", state, inputs)).detailed).to.deep.equal({ reachedAt: "update" });
        await plugin.update(PLACE, "ci-01", state, inputs);
        expect(cluster.objects).to.deep.equal({ [SETS]: [], [SECRETS]: [object("theirs", "theirs")] });
        expect(removals().map(({ body }) => [body.propagationPolicy, body.preconditions])).to.deep.equal([
            ["Orphan", { uid: "left" }],
            ["Background", { uid: "secret" }],
        ]);
        expect(plugin.logs.map(({ message }) => message)).to.include(
            'An up that was killed had made statefulsets "demo-test-ci-01" in namespace ci: it is removed, and made as declared.',
        );
    });

    it("stays where somebody has made another one since, or the cluster refuses; that is said, with the command", async () => {
        cluster.objects = { [SETS]: [object("demo-test-ci-01", "left")] };
        const inputs = place(await find());
        cluster.objects = { [SETS]: [object("demo-test-ci-01", "somebody's")] };
        plugin.logs.length = 0;
        await plugin.create(PLACE, inputs);
        expect(cluster.objects[SETS]).to.have.lengthOf(1);
        expect(JSON.stringify(plugin.logs)).to.not.include("is removed");
        cluster.keeps = 'admission webhook "no" denied\u001b[31m the request';
        const { message } = await rejection(plugin.create(PLACE, inputs));
        expect(message)
            .to.include(
                'statefulsets "demo-test-ci-01" in namespace ci, and it could not be removed: admission webhook "no"',
            )
            .and.include("kubectl delete -n ci statefulsets demo-test-ci-01")
            .and.include("Nothing was changed in GitLab");
        expect(message).to.not.include("\u001b");
    });

    it("is looked for, for all managers at once, with one login, one question of each kind, and one look at the state", async () => {
        cluster.objects = { [SETS]: [object("demo-test-ci-01", "left")] };
        const sets = objectsOf("demo-test-ci-01").slice(0, 1);
        const objects = objectsOf("demo-test-ci-01").map((one) => ({ ...one, name: "demo-test-ci-01" }));
        await Promise.all([find({ objects }), find({ objects, owner: "demo/test/ci-02" }), find({ objects: sets })]);
        // One StatefulSet is in a list. Of what is in none, each object is asked for.
        const missing = objects.length;
        expect(cluster.asked).to.have.lengthOf(RIGHTS.length + missing);
        expect(engine.asked).to.have.lengthOf(1);
        await find({ objects: sets });
        expect(cluster.asked).to.have.lengthOf(RIGHTS.length + missing + 1);
    });

    it("leaves what others have made in the place of its own, whoever they are; of what the state knows nothing is said", async () => {
        const theirs = { "gitlab-fleet.com/owner": "demo/other/ci-01" };
        cluster.objects = {
            [SETS]: [object("demo-test-ci-01", "of another stack", theirs)],
            [SECRETS]: [object("demo-test-ci-01", "somebody's", {}), object("demo-test-ci-01-2", "restored", {})],
            [ACCOUNTS]: [object("demo-test-ci-01", "known", {})],
        };
        engine.state.secret = {
            kind: "Secret",
            metadata: { name: "demo-test-ci-01-2", namespace: "ci", uid: "before" },
        };
        engine.state.account = { metadata: { uid: "known" } };
        const { taken, leftovers } = await compare();
        expect(taken).to.deep.equal([
            'statefulsets "demo-test-ci-01" in namespace ci (marked as "demo/other/ci-01")',
            'secrets "demo-test-ci-01" in namespace ci',
        ]);
        expect(leftovers).to.deep.equal([]);
        engine.state = {};
        expect((await compare()).taken).to.deep.equal([]);
    });

    it("has lost what the state has and the cluster has not, unless the manager is on its way from another context", async () => {
        const known = { name: "demo-test-ci-01", namespace: "ci", uid: "of before" };
        engine.state.secret = { kind: "Secret", metadata: known };
        engine.state.others = { kind: "Secret", metadata: { ...known, name: "somebodys" } };
        const gone = ['secrets "demo-test-ci-01" in namespace ci'];
        expect((await compare()).gone).to.deep.equal(gone);
        engine.state.pod = { place: "ci/demo-test-ci-01", pod: { context: '"here"' } };
        engine.state.other = { place: "ci/another", pod: { context: '"there"' } };
        expect((await compare({ context: "here" })).gone).to.deep.equal(gone);
        engine.state.pod = { place: "ci/demo-test-ci-01", pod: { context: '"there"' } };
        expect((await compare({ context: "here" })).gone).to.deep.equal([]);
        engine.state.pod = { place: "ci/demo-test-ci-01", pod: {} };
        expect((await compare()).gone).to.deep.equal(gone);
        cluster.objects = { [SECRETS]: [object("demo-test-ci-01", "recreated")] };
        expect((await compare()).gone).to.deep.equal([]);
    });
});
