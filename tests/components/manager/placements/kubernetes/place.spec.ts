import { expect } from "chai";
import { RunnerManager } from "../../../../../components/manager/manager";
import type { KubernetesOptions } from "../../../../../components/manager/placements/kubernetes/args";
import { Runner } from "../../../../../components/runner/runner";
import type { WorkerConfig } from "../../../../../core/config-toml";
import { mockPulumi, type World } from "../../../../helpers/pulumi-mocks";

const STATEFUL_SET = "kubernetes:apps/v1:StatefulSet";
const SECRET = "kubernetes:core/v1:Secret";
const BUDGET = "kubernetes:policy/v1:PodDisruptionBudget";
const ACCOUNT = "kubernetes:core/v1:ServiceAccount";
const ROLE = "kubernetes:rbac.authorization.k8s.io/v1:Role";
const BINDING = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding";

type Options = Omit<KubernetesOptions, "namespace"> & { namespace?: string };

interface Around {
    names?: string[];
    config?: Record<string, unknown>;
    worker?: WorkerConfig;
    preview?: boolean;
    online?: boolean;
}

async function declare(options: Options = {}, around: Around = {}): Promise<World> {
    const world = mockPulumi({
        preview: around.preview ?? false,
        config: { "gitlab:baseUrl": "https://gitlab.test/api/v4/", "gitlab:token": "x" },
    });
    const runner = new Runner("ci", { scope: "instance" });
    for (const name of around.names ?? ["ci-01"]) {
        new RunnerManager(name, {
            placement: { kubernetes: { namespace: "ci", ...options } },
            config: { concurrent: 1, ...around.config },
            drainTimeout: "90s",
            online: around.online ?? false,
            workers: [
                { runner, config: around.worker ?? { executor: "kubernetes", kubernetes: { namespace: "jobs" } } },
            ],
        });
    }
    await world.settled();
    return world;
}

const namesOf = (world: World, type: string) =>
    world.inputsOf(type).map(({ metadata }) => {
        const { namespace, name } = metadata as Record<string, string>;
        return `${namespace}/${name}`;
    });

describe("a manager placed on Kubernetes", function () {
    this.timeout(60_000);

    it("is a StatefulSet of one pod, a Secret, a ServiceAccount, a budget, and a Role where jobs run", async () => {
        const world = await declare();
        for (const type of [STATEFUL_SET, SECRET, ACCOUNT, BUDGET])
            expect(namesOf(world, type), type).to.deep.equal(["ci/shop-prod-ci-01"]);
        for (const type of [ROLE, BINDING]) expect(namesOf(world, type), type).to.deep.equal(["jobs/shop-prod-ci-01"]);
        expect((world.inputsOf(STATEFUL_SET)[0]!.spec as { replicas: number }).replicas).to.equal(1);
    });

    it("has its files in a Secret, as secrets, and nowhere else", async () => {
        const world = await declare();
        const [secret] = world.of(SECRET);
        expect(secret!.secrets).to.deep.equal(["data"]);
        const data = secret!.inputs.data as Record<string, string>;
        expect(Object.keys(data)).to.have.members(["config.toml", ".runner_system_id"]);
        expect(Buffer.from(data["config.toml"]!, "base64").toString()).to.contain("glrt-ci-token");
        const others = world.registered.filter((each) => each !== secret && each.type.startsWith("kubernetes:"));
        expect(JSON.stringify(others)).to.not.contain("glrt-");
        expect(JSON.stringify(others)).to.not.contain(data["config.toml"]);
    });
});
