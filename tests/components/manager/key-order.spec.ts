import { expect } from "chai";
import fc from "fast-check";
import { RunnerManager } from "../../../components/manager/manager";
import type { Placement } from "../../../components/manager/placements";
import { Runner } from "../../../components/runner/runner";
import type { WorkerConfig } from "../../../core/config-toml";
import { inOrder, isMap, mapValues } from "../../../core/values";
import { mockPulumi } from "../../helpers/pulumi-mocks";

const CONFIG = {
    concurrent: 4,
    listen_address: ":9252",
    session_server: { session_timeout: 1800, listen_address: "[::]:8093", advertise_address: "ci.example.org:8093" },
};
const AUTOSCALER = {
    plugin: "aws",
    max_instances: 4,
    plugin_config: { name: "ci", region: "eu-west-1", credentials_file: "/run/aws" },
};
const WORKER = {
    limit: 2,
    executor: "docker-autoscaler",
    autoscaler: AUTOSCALER,
    docker: { privileged: false, image: "alpine:3.22", sysctls: { "net.b": "2", "net.a": "1" } },
    feature_flags: { FF_NETWORK_PER_BUILD: true, FF_CONCRETE: true },
};
const environment = { ZONE: "b", ALL: "$(ZONE)/$(BASE)", BASE: "/ci" };
const labels = { team: "ci", cost: "12" };
const certificates = { "b.test": "-----BEGIN CERTIFICATE-----\nb", "a.test": "-----BEGIN CERTIFICATE-----\na" };

const PLACEMENTS: Record<string, Placement> = {
    directory: { directory: "/etc/gitlab-runner", sharedBetweenMachines: true, service: "gitlab-runner" },
    ssh: { ssh: { port: 2222, host: "ci@vm.test", directory: "/etc/gitlab-runner" }, service: "gitlab-runner" },
    docker: {
        docker: {
            environment,
            labels,
            certificates,
            extraHosts: { "two.test": "10.0.0.2", "one.test": "10.0.0.1" },
            proxy: { no: "localhost", http: "http://proxy.test:3128" },
            log: { maxSize: "10m", maxFiles: 2 },
        },
    },
    kubernetes: {
        kubernetes: {
            namespace: "ci",
            environment,
            labels,
            certificates,
            annotations: { two: "2", one: "1" },
            resources: { requests: { memory: "256Mi", cpu: "500m" }, limits: { memory: "1Gi" } },
            nodeSelector: { pool: "ci", arch: "arm64" },
            tolerations: [{ operator: "Equal", key: "ci", value: "yes", effect: "NoSchedule" }],
            serviceMonitor: { labels: { release: "prometheus", app: "ci" }, interval: "30s" },
        },
    },
};

/** The same value with the keys of each map in another order; `pick` says which comes next of so many. */
function shuffled<T>(value: T, pick: (most: number) => number): T {
    if (Array.isArray(value)) return value.map((item: unknown) => shuffled(item, pick)) as T;
    if (!isMap(value)) return value;
    const keys = Object.keys(value);
    const order = Object.keys(value).map(() => keys.splice(pick(keys.length - 1), 1)[0]!);
    return Object.fromEntries(order.map((key) => [key, shuffled(value[key], pick)])) as T;
}

/** What is registered of a manager, each resource's inputs as text. */
async function registeredBy(placement: Placement, config: object, worker: object): Promise<Record<string, string>> {
    const world = mockPulumi({ config: { "gitlab:baseUrl": "https://gitlab.test/api/v4/", "gitlab:token": "x" } });
    const workers = [{ runner: new Runner("ci", { scope: "instance" }), config: worker as WorkerConfig }];
    new RunnerManager("ci-01", {
        placement,
        config: config as { concurrent: number },
        workers,
        online: true,
    });
    await world.settled();
    const all = world.registered.map(({ type, name, inputs }) => [`${type} ${name}`, inputs] as const);
    // Pulumi's own maps have no order either.
    return mapValues(Object.fromEntries(all), (inputs) => JSON.stringify(inOrder(inputs)));
}

describe("the order in which the keys of a manager's arguments were written", function () {
    // Loading the providers' packages takes its time.
    this.timeout(120_000);

    for (const [name, placement] of Object.entries(PLACEMENTS)) {
        it(`changes no input, no text and no hash of what is declared: ${name}`, async () => {
            const args = [placement, CONFIG, WORKER] as const;
            const expected = await registeredBy(...args);
            expect(Object.keys(expected)).to.have.length.above(3);
            await fc.assert(
                fc.asyncProperty(fc.infiniteStream(fc.nat()), async (numbers) => {
                    const pick = (most: number) => (numbers.next().value as number) % (most + 1);
                    expect(await registeredBy(...(shuffled(args as never, pick) as typeof args))).to.deep.equal(
                        expected,
                    );
                }),
                { numRuns: 6 },
            );
        });
    }
});
