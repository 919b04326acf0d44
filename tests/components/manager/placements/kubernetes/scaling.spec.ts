import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { RunnerManager } from "../../../../../components/manager/manager";
import { findPlacementProblems } from "../../../../../components/manager/placements";
import type { KubernetesOptions } from "../../../../../components/manager/placements/kubernetes/args";
import { comparable } from "../../../../../components/manager/placements/kubernetes/comparable";
import { podTemplate } from "../../../../../components/manager/placements/kubernetes/pod";
import { findKubernetesMisfits } from "../../../../../components/manager/placements/kubernetes/rules";
import { Runner } from "../../../../../components/runner/runner";
import type { WorkerConfig } from "../../../../../core/config-toml";
import { resolved } from "../../../../helpers/outputs";
import { mockPulumi } from "../../../../helpers/pulumi-mocks";
import { around, PATHS as OF_ARGUMENTS } from "../around";

const PATHS = { ...OF_ARGUMENTS, worker: (index: number) => `workers[${index}].config` };
const JOBS = { executor: "kubernetes", kubernetes: { namespace: "jobs" } };
const scaling = (plugin = "aws:1", more: object = {}) => ({
    executor: "instance",
    autoscaler: { plugin, plugin_config: { name: "ci" }, ...more },
});

type Options = Partial<KubernetesOptions>;

const misfits = (options: Options, ...configs: unknown[]) =>
    findKubernetesMisfits(
        around({
            placement: { kubernetes: { namespace: "ci", ...options } },
            workers: configs.map((config) => ({ runner: "ci", config })),
        }),
        PATHS,
    ).map(({ path, code, message }) => [path, code ?? "error", message] as const);

const INSTALLS: Options = { fleetingInstall: true };

describe("workers that scale instances, in a pod", () => {
    it("have one process: no replicas", () => {
        const [[where, kind, said] = [], ...others] = misfits({ ...INSTALLS, replicas: 2 }, JOBS, scaling());
        expect([where, kind]).to.deep.equal(["placement.kubernetes.replicas", "error"]);
        expect(said).to.match(/scaling group of workers\[1\]\.config to 2 processes .* remove each other's instances/);
        expect(others).to.deep.equal([]);
        expect(misfits({ replicas: 2 }, JOBS)).to.deep.equal([]);
        expect(misfits({ ...INSTALLS, replicas: 1 }, scaling())).to.deep.equal([]);
    });

    it("are warned of where GitLab's image lacks their plugin, and nothing brings it", () => {
        const found = misfits({}, JOBS, scaling());
        expect(found.map(([path, code]) => [path, code])).to.deep.equal([
            ["workers[1].config.autoscaler.plugin", "plugin-not-installed"],
        ]);
        expect(found[0]![2]).to.match(
            /is not in the image "gitlab\/gitlab-runner:alpine-v19.4.0" \(got "aws:1"\).* Set placement\.kubernetes\.fleetingInstall to true/,
        );
        const fine: [Options, unknown][] = [
            [INSTALLS, scaling()],
            [{ image: "registry.example.org/ci/runner:1" }, scaling()],
            [{ environment: { FLEETING_PLUGIN_PATH: "/plugins" } }, scaling()],
            [{}, scaling("fleeting-plugin-aws")],
            [{}, JOBS],
        ];
        for (const [options, config] of fine) expect(misfits(options, config)).to.deep.equal([]);
    });

    it("keep what they know of their instances where the process may write, or not at all", () => {
        const stored = (dir?: unknown, enabled: unknown = true) =>
            scaling("aws:1", { state_storage: { enabled, ...(dir === undefined ? {} : { dir }) } });
        const transform = { statefulSet: <T>(args: T): T => args };
        const refused: [unknown, Options, string][] = [
            [undefined, {}, 'nothing, which is "/etc/gitlab-runner/.taskscaler"'],
            ["/etc/gitlab-runner/state", {}, '"/etc/gitlab-runner/state"'],
            ["/var/lib/state", {}, '"/var/lib/state"'],
            ["/home/gitlab-runner-2", {}, '"/home/gitlab-runner-2"'],
            ["/tmp/../state", {}, '"/tmp/../state"'],
            ["/etc/gitlab-runner/state", { transform }, '"/etc/gitlab-runner/state"'],
        ];
        for (const [dir, options, got] of refused) {
            const [[path, kind, said] = [], ...others] = misfits({ ...INSTALLS, ...options }, stored(dir));
            expect([path, kind]).to.deep.equal(["workers[0].config.autoscaler.state_storage.dir", "error"]);
            expect(said).to.contain(`is where the process may not write (got ${got}), so the worker would take no job`);
            expect(others).to.deep.equal([]);
        }
        const fine: [unknown, Options][] = [
            ["/home/gitlab-runner/state", {}],
            ["state", {}],
            ["/tmp/state/", {}],
            ["/var/lib/state", { transform }],
            [pulumi.output("/var/lib/state"), {}],
        ];
        for (const [dir, options] of fine) expect(misfits({ ...INSTALLS, ...options }, stored(dir))).to.deep.equal([]);
        expect(misfits(INSTALLS, stored("/var/lib/state", false))).to.deep.equal([]);
    });

    it("have one place for their plugins", () => {
        const environment = { FLEETING_PLUGIN_PATH: "/plugins" };
        const paths = (options: Options) =>
            findPlacementProblems({ kubernetes: { namespace: "ci", ...options } }, "").map(({ path }) => path);
        expect(paths({ ...INSTALLS, environment })).to.deep.equal(["kubernetes.environment.FLEETING_PLUGIN_PATH"]);
        expect(paths({ fleetingInstall: "yes" } as never)).to.deep.equal(["kubernetes.fleetingInstall"]);
        for (const options of [{ environment }, INSTALLS]) expect(paths(options)).to.deep.equal([]);
    });
});

interface Container extends Record<string, unknown> {
    env: { name: string; value: string }[];
    volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[];
}

interface Pod {
    initContainers?: Container[];
    containers: [Container];
    volumes: { name: string }[];
}

function templateOf(options: Options, made: { scaling?: string; sessionServer?: string } = {}) {
    return podTemplate({
        name: "ci",
        certificates: "ci-certificates",
        serviceAccount: "ci",
        asksCluster: false,
        options: { namespace: "ci", ...options },
        drainTimeout: 60,
        traits: { usesSocket: false, runsJobsInside: false, quiet: false, sessionServer: made.sessionServer },
        scaling: made.scaling,
        labels: {},
        shared: {},
    });
}

const podOf = (options: Options) => templateOf(options).spec as unknown as Pod;

describe("the pod of a manager that scales instances", () => {
    it("fetches plugins before the process starts, where that is asked for, in a container that may do no more", () => {
        const resources = { limits: { memory: "256Mi" } };
        const { initContainers, containers, volumes } = podOf({
            ...INSTALLS,
            resources,
            proxy: { https: "http://p:1" },
        });
        const [installer, ...others] = initContainers!;
        expect(others).to.deep.equal([]);
        expect([...(installer!.command as string[]), ...(installer!.args as string[])].join(" ")).to.equal(
            "gitlab-runner fleeting --config /etc/gitlab-runner/config.toml install",
        );
        for (const key of ["image", "securityContext", "resources", "env"])
            expect(installer![key], key).to.deep.equal(containers[0][key]);
        expect(installer!.securityContext).to.deep.equal({
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            readOnlyRootFilesystem: true,
        });
        expect(volumes).to.deep.include({ name: "plugins", emptyDir: {} });
        for (const { env } of [installer!, containers[0]])
            expect(env).to.deep.include({ name: "FLEETING_PLUGIN_PATH", value: "/opt/fleeting-plugins" });
        // The process itself has no reason to change a plugin, and nor have jobs that run beside it.
        expect(installer!.volumeMounts).to.deep.include({ name: "plugins", mountPath: "/opt/fleeting-plugins" });
        expect(containers[0].volumeMounts).to.deep.include({
            ...{ name: "plugins", mountPath: "/opt/fleeting-plugins", readOnly: true },
        });
        for (const probe of ["livenessProbe", "startupProbe", "lifecycle", "ports"])
            expect(installer).to.not.have.property(probe);
    });

    it("has nothing of it otherwise", () => {
        const plain = podOf({});
        expect(plain).to.not.have.property("initContainers");
        expect(JSON.stringify(plain)).to.not.match(/plugins|FLEETING/);
        expect(podOf({ fleetingInstall: false })).to.deep.equal(plain);
    });

    it("is compared by what a user has written: keys of config.toml by their names, a shared image once", async () => {
        const of = async (options: Options, made: { scaling?: string; sessionServer?: string } = {}) =>
            resolved(comparable({ spec: { template: templateOf(options, made) } } as never, { namespace: "ci" }));
        const changed = async (...[before, after]: [ReturnType<typeof of>, ReturnType<typeof of>]) => {
            const [old, next] = [await before, await after];
            return [...new Set([...Object.keys(old), ...Object.keys(next)])].filter((key) => old[key] !== next[key]);
        };
        const annotations = { team: "ci" };
        expect(await changed(of({ annotations }), of({ annotations }, { scaling: "0f" }))).to.deep.equal([
            "[runners.autoscaler]",
        ]);
        expect(await changed(of({}, { sessionServer: "{}" }), of({}))).to.deep.equal(["[session_server]"]);
        expect(await changed(of({}), of({ annotations }))).to.deep.equal(["annotations"]);
        expect(await changed(of(INSTALLS), of({ ...INSTALLS, image: "runner:2" }))).to.deep.equal(["image"]);
        expect(await changed(of({}), of(INSTALLS))).to.include("initContainers");
    });
});

describe("a manager on Kubernetes that scales instances", function () {
    // Loading @pulumi/kubernetes takes its time.
    this.timeout(60_000);

    const ANNOTATION = "gitlab-fleet.com/autoscaler";

    async function declared(config: unknown) {
        const world = mockPulumi({ config: { "gitlab:baseUrl": "https://gitlab.test/api/v4/", "gitlab:token": "x" } });
        new RunnerManager("ci-01", {
            placement: { kubernetes: { namespace: "ci", fleetingInstall: true } },
            config: { concurrent: 9 },
            workers: [{ runner: new Runner("ci", { scope: "instance" }), config: config as WorkerConfig }],
        });
        await world.settled();
        const [set] = world.inputsOf("kubernetes:apps/v1:StatefulSet");
        const { metadata } = (set!.spec as { template: { metadata: { annotations?: Record<string, string> } } })
            .template;
        const [pod] = world.inputsOf("gitlab-fleet:index:ManagerPod");
        const compared = (pod!.pod as Record<string, string>)["[runners.autoscaler]"];
        return { hash: metadata.annotations?.[ANNOTATION], compared };
    }
    const hashOf = async (config: unknown) => (await declared(config)).hash;

    it("has a new pod for what a plugin is told at its start, and not for policies, which are read again", async () => {
        const { hash: first, compared } = await declared(scaling("aws:1", { max_instances: 3 }));
        expect(first).to.match(/^[0-9a-f]{16}$/);
        expect(compared).to.equal(JSON.stringify(first));
        expect(await hashOf(scaling("aws:1", { max_instances: 4 }))).to.not.equal(first);
        expect(await hashOf(scaling("aws:1", { max_instances: 3, policy: [{ idle_count: 1 }] }))).to.equal(first);
        const reordered = { max_instances: 3, plugin_config: { name: pulumi.output("ci") }, plugin: "aws:1" };
        expect(await hashOf({ executor: "instance", autoscaler: reordered })).to.equal(first);
        expect(await hashOf(JOBS)).to.equal(undefined);
    });

    it("tells nobody a password by that", async () => {
        const login = (password: unknown) => scaling("aws:1", { connector_config: { password } });
        expect(await hashOf(login("one"))).to.equal(await hashOf(login("two")));
    });
});
