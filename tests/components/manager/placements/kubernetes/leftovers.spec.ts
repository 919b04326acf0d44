import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { RunnerManager } from "../../../../../components/manager/manager";
import { Runner } from "../../../../../components/runner/runner";
import { IDENTITY, mockPulumi } from "../../../../helpers/pulumi-mocks";

const PLACE = "gitlab-fleet:index:KubernetesPlace";
const LEFT = { namespace: "ci", group: "apps", resource: "statefulsets", name: "shop-prod-ci-01", uid: "left" };

async function declare(leftovers: object[], preview = false) {
    const world = mockPulumi({
        preview,
        config: { "gitlab:baseUrl": "https://gitlab.test/api/v4/", "gitlab:token": "x" },
        answers: { findLeftovers: () => ({ leftovers }) },
    });
    // Mocks have no engine that would listen somewhere.
    Object.assign(pulumi.runtime.getMonitor()!, { getChannel: () => ({ getTarget: () => "127.0.0.1:1" }) });
    const runner = new Runner("ci", { scope: "instance" });
    new RunnerManager("ci-01", {
        placement: { kubernetes: { namespace: "ci", context: "here", replicas: 2 } },
        config: { concurrent: 1 },
        workers: [{ runner, config: { executor: "kubernetes", kubernetes: { namespace: "jobs" } } }],
    });
    await world.settled();
    const asked = world.calls.filter(({ token }) => token.endsWith(":findLeftovers")).map(({ inputs }) => inputs);
    return { asked, place: world.inputsOf(PLACE)[0]! };
}

describe("what an up that was killed has left of a manager on Kubernetes", function () {
    // Loading @pulumi/kubernetes takes its time.
    this.timeout(60_000);

    it("is looked for by each up, under the manager's names and the state's identity, and handed to what stands before its objects", async () => {
        const { asked, place } = await declare([LEFT]);
        expect(asked).to.have.lengthOf(1);
        expect(asked[0]).to.deep.include({
            context: "here",
            owner: "shop/prod/ci-01",
            names: ["shop-prod-ci-01", "shop-prod-ci-01-2", "shop-prod-ci-01-certificates"],
            identity: IDENTITY,
            stack: "prod",
            monitor: "127.0.0.1:1",
        });
        expect(asked[0]!.rights).to.deep.equal(place.rights);
        expect(place.leftovers).to.deep.equal([LEFT]);
    });

    it("is no input where there is nothing, and is not looked for by a preview", async () => {
        expect((await declare([])).place).to.not.have.property("leftovers");
        const { asked, place } = await declare([LEFT], true);
        expect(asked).to.deep.equal([]);
        expect(place).to.not.have.property("leftovers");
    });
});
