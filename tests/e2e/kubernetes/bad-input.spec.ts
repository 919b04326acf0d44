import { expect } from "chai";
import { type Declared, startWorld, type World } from "./world";

const NAME = "gitlab-fleet-test-ci-01";
const SPREAD = { maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" };

describe("what is wrong with a cluster is said, and nothing of others is touched", () => {
    let world: World;

    before(async () => {
        world = await startWorld();
    });
    after(() => world?.close());

    const refused = async (declared: Declared): Promise<string> => {
        world.declare(declared);
        return world.refused();
    };
    const nothingInGitLab = () => expect(world.sandbox.db.runners.all()).to.deep.equal([]);
    const nothingThere = async () =>
        expect(
            [...(await world.objects()), ...(await world.objects(world.jobs))].map(({ kind }) => kind),
        ).to.deep.equal([]);

    it("no cluster: a preview works all the same; up says which address does not answer, and GitLab is left alone", async () => {
        world.declare({ kubernetes: { context: "gone" } });
        await world.preview();
        expect(await refused({ kubernetes: { context: "gone" } })).to.match(
            /The cluster https:\/\/127\.0\.0\.1:\d+ cannot be reached \(.*ECONNREFUSED.*Nothing was changed in GitLab/,
        );
        nothingInGitLab();
    });

    it("a context that the kubeconfig does not have", async () => {
        expect(await refused({ kubernetes: { context: "prodction" } })).to.include(
            'there is no context "prodction" in the kubeconfig',
        );
        nothingInGitLab();
    });

    it("a user who may not: which verb, which kind of object, in which namespace", async () => {
        const text = await refused({ kubernetes: { context: "nobody" } });
        const all = "get, list, watch, create, patch, delete";
        expect(text).to.include(`forbids this login to ${all} secrets in namespace ${world.namespace};`);
        for (const kind of ["statefulsets.apps", "poddisruptionbudgets.policy"])
            expect(text).to.include(`${all} ${kind} in namespace ${world.namespace}`);
        expect(text).to.include(`get, list, watch pods in namespace ${world.namespace}`);
        expect(text).to.include(`${all} roles.rbac.authorization.k8s.io in namespace ${world.jobs}`);
        nothingInGitLab();
    });

    it("nothing, for a user who may do what was asked for and no more: up and destroy come to their ends", async () => {
        const verbs = ["get", "list", "watch", "create", "patch", "delete"];
        const kinds = {
            "": ["secrets", "serviceaccounts"],
            apps: ["statefulsets"],
            policy: ["poddisruptionbudgets"],
        };
        const own = Object.entries(kinds).map(([group, resources]) => ({ apiGroups: [group], resources, verbs }));
        const pods = { apiGroups: [""], resources: ["pods"], verbs: verbs.slice(0, 3) };
        // Whoever gives rights has them, or may give others than their own.
        const roles = {
            apiGroups: ["rbac.authorization.k8s.io"],
            resources: ["roles", "rolebindings"],
            verbs: [...verbs, "escalate", "bind"],
        };
        const made: string[] = [];
        const rbac = "rbac.authorization.k8s.io";
        for (const [namespace, rules] of [
            [world.namespace, [...own, pods]],
            [world.jobs, [roles]],
        ] as const) {
            const root = `/apis/${rbac}/v1/namespaces/${namespace}`;
            await world.api.post(`${root}/roles`, { metadata: { name: "platform" }, rules });
            await world.api.post(`${root}/rolebindings`, {
                metadata: { name: "platform" },
                roleRef: { apiGroup: rbac, kind: "Role", name: "platform" },
                subjects: [{ apiGroup: rbac, kind: "User", name: "nobody" }],
            });
            made.push(`${root}/roles/platform`, `${root}/rolebindings/platform`);
        }
        world.declare({ kubernetes: { context: "nobody" } });
        await world.up();
        const { code, output } = await world.stack.run(["destroy", "--yes", "--skip-preview"]);
        expect(code, output).to.equal(0);
        for (const url of made) await world.api.delete(url);
        await nothingThere();
        nothingInGitLab();
    });

    it("a pod that no check here knows to be wrong, and a quota: the API server tries it before a runner is made, and nothing is", async () => {
        const twice = { topologySpreadConstraints: [1, 2].map(() => SPREAD) };
        const text = await refused({ kubernetes: { ...twice, replicas: 2 } });
        expect(text).to.match(
            new RegExp(`refuses StatefulSet "${NAME}": .*topologySpreadConstraints.*Duplicate value`),
        );
        expect(text).to.include("Nothing was changed in GitLab for this manager");
        nothingInGitLab();
        const quotas = `/api/v1/namespaces/${world.namespace}/resourcequotas`;
        const hard = { "count/statefulsets.apps": "0" };
        await world.api.post(quotas, { metadata: { name: "none" }, spec: { hard } });
        await world.api.patch(`${quotas}/none/status`, { status: { hard, used: hard } });
        expect(await refused({})).to.match(/exceeded quota: none.*count\/statefulsets\.apps/);
        nothingInGitLab();
        await world.api.delete(`${quotas}/none`);
        await world.stack.run(["destroy", "--yes", "--skip-preview"]);
        await nothingThere();
    });

    it("what a pod names and nobody has made: it is told before a runner is made, and not by a rollout that ends in nothing", async () => {
        const kubernetes = { serviceAccount: "nobody-made", priorityClass: "nor-this", imagePullSecrets: ["no-login"] };
        const text = await refused({ kubernetes });
        expect(text)
            .to.include(
                `has no ServiceAccount "nobody-made" in namespace ${world.namespace}, and no PriorityClass "nor-this", without`,
            )
            .and.include("Nothing was changed in GitLab for this manager")
            .and.include(`it has no Secret "no-login" in namespace ${world.namespace}, which the pod names.`);
        nothingInGitLab();
        await nothingThere();
    });

    it("a Secret that an admission policy refuses: no runner gets a token that it could not take", async () => {
        const policies = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolic";
        const rule = { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: ["secrets"] };
        const here = { matchLabels: { "kubernetes.io/metadata.name": world.namespace } };
        const validations = [{ expression: "false", message: "every Secret needs a label" }];
        await world.api.post(`${policies}ies`, {
            metadata: { name: world.namespace },
            spec: { matchConstraints: { resourceRules: [rule], namespaceSelector: here }, validations },
        });
        await world.api.post(`${policies}ybindings`, {
            metadata: { name: world.namespace },
            spec: { policyName: world.namespace, validationActions: ["Deny"] },
        });
        const trial = `/api/v1/namespaces/${world.namespace}/secrets?dryRun=All`;
        while ((await world.api.post(trial, { metadata: { name: "any" } })).status === 201)
            await new Promise((resolve) => setTimeout(resolve, 200));
        expect(await refused({})).to.match(new RegExp(`refuses Secret "${NAME}": .*every Secret needs a label`));
        nothingInGitLab();
        for (const kind of ["ies", "ybindings"]) await world.api.delete(`${policies}${kind}/${world.namespace}`);
        while ((await world.api.post(trial, { metadata: { name: "any" } })).status !== 201)
            await new Promise((resolve) => setTimeout(resolve, 200));
    });

    it("a namespace that is not there", async () => {
        expect(await refused({ kubernetes: { namespace: "gitlab-runers" } })).to.include(
            'has no namespace "gitlab-runers"',
        );
        nothingInGitLab();
    });

    it("objects of somebody else under our names: they are named and left alone, and GitLab, too", async () => {
        const theirs = [
            ["/api/v1", "serviceaccounts", {}],
            ["/apis/policy/v1", "poddisruptionbudgets", { spec: { maxUnavailable: 1, selector: {} } }],
        ] as const;
        const urls: string[] = [];
        for (const [root, kind, more] of theirs) {
            const url = `${root}/namespaces/${world.namespace}/${kind}`;
            await world.api.post(url, { metadata: { name: NAME, labels: { team: "other" } }, ...more });
            urls.push(`${url}/${NAME}`);
        }
        const before = await Promise.all(urls.map((url) => world.api.get(url)));
        expect(await refused({})).to.match(
            new RegExp(`this stack has not made: poddisruptionbudgets "${NAME}" [^;]*; serviceaccounts "${NAME}" `),
        );
        nothingInGitLab();
        expect(await Promise.all(urls.map((url) => world.api.get(url)))).to.deep.equal(before);
        for (const url of urls) await world.api.delete(url);
    });

    it("a Secret of somebody else: no runner gets a token that it could not take; theirs stays, also with destroy", async () => {
        const secrets = `/api/v1/namespaces/${world.namespace}/secrets`;
        const annotations = { "gitlab-fleet.com/owner": "other/prod/ci-01" };
        await world.api.post(secrets, { metadata: { name: NAME, annotations }, stringData: { theirs: "yes" } });
        expect(await refused({})).to.include(
            `this stack has not made: secrets "${NAME}" in namespace ${world.namespace} (marked as "other/prod/ci-01")`,
        );
        nothingInGitLab();
        const { body } = await world.api.get(`${secrets}/${NAME}`);
        expect(body.data).to.deep.equal({ theirs: Buffer.from("yes").toString("base64") });
        const { code, output } = await world.stack.run(["destroy", "--yes", "--skip-preview"]);
        expect(code, output).to.equal(0);
        expect((await world.objects()).map(({ kind }) => kind)).to.deep.equal(["Secret"]);
        await world.api.delete(`${secrets}/${NAME}`);
        await nothingThere();
    });

    it("a quota that is used up: which one, and what was asked of it", async () => {
        const quotas = `/api/v1/namespaces/${world.namespace}/resourcequotas`;
        const hard = { "count/statefulsets.apps": "0" };
        await world.api.post(quotas, { metadata: { name: "small" }, spec: { hard } });
        // The controller of quotas would say so.
        await world.api.patch(`${quotas}/small/status`, { status: { hard, used: hard } });
        expect(await refused({})).to.match(/exceeded quota: small.*count\/statefulsets\.apps/);
        await world.api.delete(`${quotas}/small`);
        await world.up();
    });

    it("a pod that the API server refuses: the field and why; the next preview says again that the pod drains", async () => {
        const image = "registry.example.org/gitlab-runner:1";
        expect(await refused({ kubernetes: { image, tolerations: [{ key: "a b" }] } })).to.include(
            "spec.template.spec.tolerations[0].key: Invalid value",
        );
        world.declare({ kubernetes: { image } });
        expect(await world.preview()).to.match(/drain: image \S+ → registry\.example\.org/);
    });

    it("another name is another StatefulSet; the old one and all beside it are gone", async () => {
        world.declare({ kubernetes: { name: "renamed" } });
        await world.up();
        const objects = [...(await world.objects()), ...(await world.objects(world.jobs))];
        expect(new Set(objects.map(({ metadata }) => metadata.name))).to.deep.equal(new Set(["renamed"]));
        expect(objects).to.have.lengthOf(6);
    });
});
