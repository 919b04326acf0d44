import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { RunnerManager } from "../../../../../components/manager/manager";
import { Runner } from "../../../../../components/runner/runner";
import { IDENTITY, mockPulumi } from "../../../../helpers/pulumi-mocks";

const PLACE = "gitlab-fleet:index:KubernetesPlace";
const LEFT = { namespace: "ci", group: "apps", resource: "statefulsets", name: "shop-prod-ci-01", uid: "left" };

async function declare(
    found: { leftovers?: object[]; gone?: string[]; taken?: string[] },
    preview = false,
    more: object = {},
) {
    const world = mockPulumi({
        preview,
        config: { "gitlab:baseUrl": "https://gitlab.test/api/v4/", "gitlab:token": "x" },
        answers: { findLeftovers: () => ({ leftovers: [], gone: [], taken: [], ...found }) },
    });
    // Mocks have no engine that would listen somewhere.
    Object.assign(pulumi.runtime.getMonitor()!, { getChannel: () => ({ getTarget: () => "127.0.0.1:1" }) });
    const runner = new Runner("ci", { scope: "instance" });
    new RunnerManager("ci-01", {
        placement: { kubernetes: { namespace: "ci", context: "here", replicas: 2, ...more } },
        config: { concurrent: 1, listen_address: ":9252" },
        workers: [{ runner, config: { executor: "kubernetes", kubernetes: { namespace: "jobs" } } }],
    });
    await world.settled();
    const asked = world.calls.filter(({ token }) => token.endsWith(":findLeftovers")).map(({ inputs }) => inputs);
    const made = world.registered.flatMap(({ type, inputs }) => {
        const { kind, metadata } = inputs as { kind: string; metadata: { namespace: string; name: string } };
        return /^kubernetes:/.test(type) ? [`${kind.toLowerCase()}s ${metadata.namespace}/${metadata.name}`] : [];
    });
    return { asked, place: world.inputsOf(PLACE)[0]!, made: made.sort() };
}

describe("what a cluster has of a manager and the state has not, and the other way round", function () {
    // Loading @pulumi/kubernetes takes its time.
    this.timeout(60_000);

    it("is looked for by each up, object by object, and handed to what stands before them", async () => {
        const [gone, taken] = [["secrets one"], ["roles two"]];
        const { asked, place } = await declare({ leftovers: [LEFT], gone, taken });
        expect(asked).to.have.lengthOf(1);
        expect(asked[0]).to.deep.include({
            context: "here",
            owner: "shop/prod/ci-01",
            identity: IDENTITY,
            stack: "prod",
            monitor: "127.0.0.1:1",
        });
        expect(asked[0]!.objects).to.deep.equal(place.objects);
        const objects = place.objects as { group: string; resource: string; namespace: string; name: string }[];
        expect(objects.map(({ group, resource, namespace, name }) => [group, resource, namespace, name])).to.deep.equal(
            [
                ["", "secrets", "ci", "shop-prod-ci-01"],
                ["", "secrets", "ci", "shop-prod-ci-01-2"],
                ["apps", "statefulsets", "ci", "shop-prod-ci-01"],
                ["apps", "statefulsets", "ci", "shop-prod-ci-01-2"],
                ["policy", "poddisruptionbudgets", "ci", "shop-prod-ci-01"],
                ["", "serviceaccounts", "ci", "shop-prod-ci-01"],
                ["rbac.authorization.k8s.io", "roles", "jobs", "shop-prod-ci-01"],
                ["rbac.authorization.k8s.io", "rolebindings", "jobs", "shop-prod-ci-01"],
            ],
        );
        expect(place).to.deep.include({ leftovers: [LEFT], gone, taken });
    });

    it("is every object that is made, under the name that it gets, whatever is declared", async () => {
        const certificates = { "gitlab.test": "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n" };
        const { place, made } = await declare({}, false, { certificates, serviceMonitor: {} });
        const objects = (place.objects as { resource: string; namespace: string; name: string }[]).map(
            ({ resource, namespace, name }) => `${resource} ${namespace}/${name}`,
        );
        expect([...objects].sort()).to.deep.equal(made);
    });

    it("is no input where there is nothing, and is not looked for by a preview", async () => {
        const inputs = ["leftovers", "gone", "taken"];
        expect((await declare({})).place).to.not.have.any.keys(inputs);
        const { asked, place } = await declare({ leftovers: [LEFT] }, true);
        expect(asked).to.deep.equal([]);
        expect(place).to.not.have.any.keys(inputs);
    });
});
