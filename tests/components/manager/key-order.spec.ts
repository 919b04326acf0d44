import { expect } from "chai";
import fc from "fast-check";
import { RunnerManager } from "../../../components/manager/manager";
import type { Placement } from "../../../components/manager/placements";
import { Runner } from "../../../components/runner/runner";
import type { WorkerConfig } from "../../../core/config-toml";
import { isMap } from "../../../core/values";
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

/** What is registered of a manager, by type and name. */
async function registeredBy(placement: Placement, config: object, worker: object): Promise<Record<string, object>> {
    const world = mockPulumi({ config: { "gitlab:baseUrl": "https://gitlab.test/api/v4/", "gitlab:token": "x" } });
    const workers = [{ runner: new Runner("ci", { scope: "instance" }), config: worker as WorkerConfig }];
    new RunnerManager("ci-01", {
        placement,
        config: config as { concurrent: number },
        workers,
        online: true,
    });
    await world.settled();
    return Object.fromEntries(world.registered.map(({ type, name, inputs }) => [`${type} ${name}`, inputs]));
}

/** Texts and hashes that no order of keys may change: a process would load them anew, or be recreated, for nothing. */
const READ_BY_PROCESS = ["configToml", "config.toml", "configHash", "com.gitlab-fleet.autoscaler"];

/** Each of those in what is registered, by its path there. */
function readByProcess(value: unknown, path = "", label = ""): Record<string, unknown> {
    if (typeof value !== "object" || value === null) return READ_BY_PROCESS.includes(label) ? { [path]: value } : {};
    const { label: name } = value as { label?: string };
    if (name !== undefined && READ_BY_PROCESS.includes(name)) return { [name]: value };
    const entries = Object.entries(value).map(([key, part]) => readByProcess(part, `${path}/${key}`, key));
    return Object.assign({}, ...entries) as Record<string, unknown>;
}

describe("the order in which the keys of a manager's arguments were written", function () {
    // Loading the providers' packages takes its time.
    this.timeout(120_000);

    for (const [name, placement] of Object.entries(PLACEMENTS)) {
        it(`changes nothing of what the process reads: ${name}`, async () => {
            const args = [placement, CONFIG, WORKER] as const;
            const expected = readByProcess(await registeredBy(...args));
            expect(Object.keys(expected)).to.not.have.length(0);
            await fc.assert(
                fc.asyncProperty(fc.infiniteStream(fc.nat()), async (numbers) => {
                    const pick = (most: number) => (numbers.next().value as number) % (most + 1);
                    const registered = await registeredBy(...(shuffled(args as never, pick) as typeof args));
                    expect(readByProcess(registered)).to.deep.equal(expected);
                }),
                { numRuns: 6 },
            );
        });
    }

    // What the state has was made in this order. In another one, an upgrade would drain containers and pods of unchanged programs.
    it("is that of what a container is made of", async () => {
        const registered = await registeredBy(PLACEMENTS.docker!, CONFIG, WORKER);
        const { envs, labels } = registered["docker:index/container:Container ci-01"] as {
            envs: string[];
            labels: { label: string; value: string }[];
        };
        expect(envs.slice(-3)).to.deep.equal(["ZONE=b", "ALL=$(ZONE)/$(BASE)", "BASE=/ci"]);
        expect(labels.map(({ label }) => label).slice(0, 3)).to.deep.equal([
            "team",
            "cost",
            "com.gitlab-fleet.session-server",
        ]);
        expect(labels[2]!.value).to.equal(JSON.stringify(CONFIG.session_server));
    });

    it("is that of what a pod is made of, but for variables that name later ones", async () => {
        const registered = await registeredBy(PLACEMENTS.kubernetes!, CONFIG, WORKER);
        const { spec } = registered["kubernetes:apps/v1:StatefulSet ci-01"] as {
            spec: {
                template: { metadata: { annotations: object }; spec: { containers: { env: { name: string }[] }[] } };
            };
        };
        const env = spec.template.spec.containers[0]!.env.map(({ name }) => name);
        expect(env.slice(-3)).to.deep.equal(["ZONE", "BASE", "ALL"]);
        expect(Object.values(spec.template.metadata.annotations)).to.include(JSON.stringify(CONFIG.session_server));
    });
});
