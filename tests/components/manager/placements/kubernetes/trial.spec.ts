import type { StatefulSetArgs } from "@pulumi/kubernetes/apps/v1/statefulSet";
import type { SecretArgs } from "@pulumi/kubernetes/core/v1/secret";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { RunnerManager } from "../../../../../components/manager/manager";
import { forTrial } from "../../../../../components/manager/placements/kubernetes/trial";
import { Runner } from "../../../../../components/runner/runner";
import { mockPulumi, type World } from "../../../../helpers/pulumi-mocks";

const PLACE = "gitlab-fleet:index:KubernetesPlace";
const CONFIG = { "gitlab:baseUrl": "https://gitlab.test/api/v4/", "gitlab:token": "x" };

/** A StatefulSet with an annotation and an image. */
const withPod = (annotation: pulumi.Input<string>, image: pulumi.Input<string>): StatefulSetArgs => ({
    metadata: { name: "ci", namespace: "ci", annotations: { owner: "us" } },
    spec: {
        selector: {},
        serviceName: "ci",
        template: { metadata: { annotations: { annotation } }, spec: { containers: [{ name: "one", image }] } },
    },
});

describe("StatefulSets that the API server tries before runners are made", () => {
    let world: World;
    beforeEach(() => {
        world = mockPulumi({ config: CONFIG });
    });

    it("are those that are made, each replica's", async () => {
        const runner = new Runner("ci", { scope: "instance" });
        new RunnerManager("ci-01", {
            placement: { kubernetes: { namespace: "ci", replicas: 2, tolerations: [{ key: "ci" }] } },
            config: { concurrent: 1 },
            workers: [{ runner, config: { executor: "kubernetes", kubernetes: { namespace: "jobs" } } }],
        });
        await world.settled();
        const { statefulSets: tried, secrets } = world.inputsOf(PLACE)[0] as Record<string, string[]>;
        expect(secrets!.map((text) => JSON.parse(text))).to.deep.equal(
            ["shop-prod-ci-01", "shop-prod-ci-01-2"].map((name) => ({
                apiVersion: "v1",
                kind: "Secret",
                type: "Opaque",
                metadata: {
                    name,
                    namespace: "ci",
                    labels: {
                        "app.kubernetes.io/name": "gitlab-runner",
                        "app.kubernetes.io/instance": "shop-prod-ci-01",
                    },
                    annotations: { "gitlab-fleet.com/owner": "shop/prod/ci-01" },
                },
            })),
        );
        const made = world.inputsOf("kubernetes:apps/v1:StatefulSet");
        const plain = made.map(({ apiVersion: _, kind: __, ...rest }) => rest);
        // Which state makes it, the first up finds out.
        for (const { metadata } of plain as { metadata: { annotations: Record<string, string> } }[])
            delete metadata.annotations["gitlab-fleet.com/state"];
        expect(tried!.map((text) => JSON.parse(text))).to.deep.equal(JSON.parse(JSON.stringify(plain)));
    });

    it("and the Secret of certificates, the Service and the ServiceMonitor beside them", async () => {
        const certificates = { "gitlab.test": "-----BEGIN CERTIFICATE-----" };
        new RunnerManager("ci-01", {
            placement: { kubernetes: { namespace: "ci", certificates, serviceMonitor: {} } },
            config: { concurrent: 1, listen_address: ":9252" },
            workers: [],
        });
        await world.settled();
        const { statefulSets, secrets } = world.inputsOf(PLACE)[0] as Record<string, string[]>;
        const named = [...statefulSets!, ...secrets!].map((text) => {
            const { kind, metadata } = JSON.parse(text) as { kind?: string; metadata: { name: string } };
            return `${kind} ${metadata.name}`;
        });
        expect(named).to.deep.equal([
            "undefined shop-prod-ci-01",
            "Service shop-prod-ci-01",
            "ServiceMonitor shop-prod-ci-01",
            "Secret shop-prod-ci-01",
            "Secret shop-prod-ci-01-certificates",
        ]);
        expect(secrets!.join()).to.not.include("CERTIFICATE");
    });

    it("need what they name, unless the manager waits for what may make it", async () => {
        const waitsOf = async (opts: pulumi.ComponentResourceOptions) => {
            const own = mockPulumi({ config: CONFIG });
            const placement = { kubernetes: { namespace: "ci" } };
            new RunnerManager("ci-01", { placement, config: { concurrent: 1 }, workers: [] }, opts);
            await own.settled();
            return own.inputsOf(PLACE)[0]!.waits;
        };
        expect(await waitsOf({})).to.equal(undefined);
        expect(await waitsOf({ dependsOn: new pulumi.ComponentResource("a:b:Account", "made") })).to.equal(true);
    });

    it("show a transform of Secrets the same files each time, for it may look into them, and hold nothing of what it adds", async () => {
        const seen: string[][] = [];
        const note = (data: Record<string, string>) => {
            seen.push(Object.keys(data));
            return data;
        };
        const secret = (args: SecretArgs) => ({
            ...args,
            data: (args.data as pulumi.Output<Record<string, string>>).apply(note),
            stringData: { further: pulumi.secret("hush") },
        });
        new RunnerManager("ci-01", {
            placement: { kubernetes: { namespace: "ci", transform: { secret } } },
            config: { concurrent: 1 },
            workers: [],
        });
        await world.settled();
        const files = ["config.toml", ".runner_system_id"];
        expect(seen).to.deep.equal([files, files]);
        expect(JSON.stringify(world.inputsOf(PLACE))).to.not.include("hush");
    });

    it("wait for no runner: an annotation that hangs on one is left out, and with any other value nothing is tried", async () => {
        const { id } = new Runner("ci", { scope: "instance" });
        const late = pulumi.interpolate`${id}`;
        const [text] = forTrial([withPod(late, pulumi.output("alpine"))])!;
        const found = JSON.parse(await new Promise<string>((resolve) => pulumi.output(text!).apply(resolve)));
        expect(found.spec.template).to.deep.equal({
            metadata: { annotations: {} },
            spec: { containers: [{ name: "one", image: "alpine" }] },
        });
        expect(found.metadata.annotations).to.deep.equal({ owner: "us" });
        expect(forTrial([withPod("x", "alpine"), withPod("x", late)])).to.equal(undefined);
        await world.settled();
    });
});
