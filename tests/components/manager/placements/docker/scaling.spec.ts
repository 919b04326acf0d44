import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { RunnerManager } from "../../../../../components/manager/manager";
import { findPlacementProblems } from "../../../../../components/manager/placements";
import type { DockerOptions } from "../../../../../components/manager/placements/docker/args";
import { planContainer } from "../../../../../components/manager/placements/docker/plan";
import { findDockerMisfits } from "../../../../../components/manager/placements/docker/problems";
import { Runner } from "../../../../../components/runner/runner";
import type { WorkerConfig } from "../../../../../core/config-toml";
import { mockPulumi } from "../../../../helpers/pulumi-mocks";
import { around, PATHS as OF_ARGUMENTS } from "../around";

const PATHS = { ...OF_ARGUMENTS, worker: (index: number) => `workers[${index}].config` };
const SHELL = { executor: "shell" };
const scaling = (plugin = "aws:1", more: object = {}) => ({
    executor: "instance",
    autoscaler: { plugin, plugin_config: { name: "ci" }, ...more },
});

const misfits = (docker: DockerOptions, ...configs: unknown[]) =>
    findDockerMisfits(
        around({ placement: { docker }, workers: configs.map((config) => ({ runner: "ci", config })) }),
        PATHS,
    ).map(({ path, code, message }) => [path, code ?? "error", message] as const);

describe("workers that scale instances, in a container", () => {
    const INSTALLS: DockerOptions = { fleetingInstall: true };

    it("have one process at a time: no replicas, no overlap", () => {
        for (const [options, path] of [
            [{ ...INSTALLS, replicas: 2 }, "placement.docker.replicas"],
            [{ ...INSTALLS, replacement: "overlap" }, "placement.docker.replacement"],
        ] as [DockerOptions, string][]) {
            const [[where, kind, said] = [], ...others] = misfits(options, SHELL, scaling());
            expect([where, kind]).to.deep.equal([path, "error"]);
            expect(said).to.match(/scaling group of workers\[1\]\.config .* remove each other's instances/);
            expect(others).to.deep.equal([]);
            expect(misfits(options, SHELL)).to.deep.equal([]);
        }
        expect(misfits({ ...INSTALLS, replicas: 1, replacement: "drain-first" }, scaling())).to.deep.equal([]);
    });

    it("are warned of where GitLab's image lacks their plugin, and nothing brings it", () => {
        const found = misfits({}, SHELL, scaling());
        expect(found.map(([path, code]) => [path, code])).to.deep.equal([
            ["workers[1].config.autoscaler.plugin", "plugin-not-installed"],
        ]);
        expect(found[0]![2]).to.match(
            /is not in the image "gitlab\/gitlab-runner:alpine-v19.4.0" \(got "aws:1"\).* Set placement\.docker\.fleetingInstall to true/,
        );
        const fine: [DockerOptions, unknown][] = [
            [INSTALLS, scaling()],
            [{ image: "registry.example.org/ci/runner:1" }, scaling()],
            [{ environment: { FLEETING_PLUGIN_PATH: "/plugins" } }, scaling()],
            [{}, scaling("fleeting-plugin-aws")],
            [{}, SHELL],
        ];
        for (const [options, config] of fine) expect(misfits(options, config)).to.deep.equal([]);
        expect(misfits({ image: "registry.gitlab.com/gitlab-org/gitlab-runner:v19" }, scaling())).to.have.lengthOf(1);
    });

    it("have their plugins fetched before the process starts, where that is asked for", () => {
        const traits = { usesSocket: false, runsJobsInside: false, quiet: false };
        const plan = (docker: DockerOptions) =>
            planContainer("ci", docker, { drainTimeout: 60, traits }) as unknown as Record<string, unknown>;
        const made = plan(INSTALLS);
        expect((made.entrypoints as string[]).slice(0, 3)).to.deep.equal(["/usr/bin/dumb-init", "/bin/sh", "-c"]);
        expect((made.entrypoints as string[])[3]).to.equal(
            'gitlab-runner fleeting --config /etc/gitlab-runner/config.toml install && exec /entrypoint "$@"',
        );
        expect(made.command).to.deep.equal([
            ...["run", "--user=gitlab-runner", "--working-directory=/home/gitlab-runner"],
        ]);
        expect(made.envs).to.include("FLEETING_PLUGIN_PATH=/etc/gitlab-runner/fleeting-plugins");
        const plain = plan({});
        for (const key of ["entrypoints", "command"]) expect(plain).to.not.have.property(key);
        expect(plan({ fleetingInstall: false })).to.deep.equal(plain);
    });

    it("keep what they know of their instances where the process may write, or not at all", () => {
        const stored = (dir?: string) =>
            scaling("aws:1", { state_storage: { enabled: true, ...(dir === undefined ? {} : { dir }) } });
        const mounts = ["/srv/state:/state", "/srv/fixed:/fixed:ro"];
        for (const dir of ["/var/lib/state", "/fixed/state", "state"]) {
            const [[path, kind, said] = [], ...others] = misfits({ ...INSTALLS, mounts }, stored(dir));
            expect([path, kind]).to.deep.equal(["workers[0].config.autoscaler.state_storage.dir", "error"]);
            expect(said).to.contain(`where the process may not write (got "${dir}"), so the worker would take no job`);
            expect(others).to.deep.equal([]);
        }
        for (const dir of [undefined, "/etc/gitlab-runner/state", "/state/ci"])
            expect(misfits({ ...INSTALLS, mounts }, stored(dir))).to.deep.equal([]);
        const transform = { container: <T>(args: T): T => args };
        expect(misfits({ ...INSTALLS, transform }, stored("/var/lib/state"))).to.deep.equal([]);
        // Jobs that run in the container have a home that is written.
        expect(misfits(INSTALLS, stored("state"), SHELL)).to.deep.equal([]);
    });

    it("need a shell for that", () => {
        const options = { fleetingInstall: true, writerImage: "busybox:1.36" };
        const problemsOf = (docker: object) => findPlacementProblems({ docker }, "");
        expect(problemsOf(options).map(({ path }) => path)).to.deep.equal(["docker.fleetingInstall"]);
        expect(problemsOf({ fleetingInstall: "yes" })[0]!.message).to.match(/must be true or false/);
    });
});

describe("the container of a manager that scales instances", function () {
    // Loading @pulumi/docker takes its time.
    this.timeout(60_000);

    async function labelOf(config: unknown): Promise<string | undefined> {
        const world = mockPulumi({ config: { "gitlab:baseUrl": "https://gitlab.test/api/v4/", "gitlab:token": "x" } });
        new RunnerManager("ci-01", {
            placement: { docker: { fleetingInstall: true } },
            config: { concurrent: 9 },
            workers: [{ runner: new Runner("ci", { scope: "instance" }), config: config as WorkerConfig }],
        });
        await world.settled();
        const [container] = world.inputsOf("docker:index/container:Container");
        const labels = container!.labels as { label: string; value: string }[];
        return labels.find(({ label }) => label === "com.gitlab-fleet.autoscaler")?.value;
    }

    it("is recreated for what a plugin is told at its start, and not for policies, which are read again", async () => {
        const first = await labelOf(scaling("aws:1", { max_instances: 3 }));
        expect(first).to.match(/^[0-9a-f]{16}$/);
        expect(await labelOf(scaling("aws:1", { max_instances: 4 }))).to.not.equal(first);
        expect(await labelOf(scaling("aws:1", { max_instances: 3, policy: [{ idle_count: 1 }] }))).to.equal(first);
        const reordered = { max_instances: 3, plugin_config: { name: pulumi.output("ci") }, plugin: "aws:1" };
        expect(await labelOf({ executor: "instance", autoscaler: reordered })).to.equal(first);
        expect(await labelOf(SHELL)).to.equal(undefined);
    });

    it("tells nobody a password by that", async () => {
        const login = (password: unknown) => scaling("aws:1", { connector_config: { password } });
        expect(await labelOf(login("one"))).to.equal(await labelOf(login("two")));
    });
});
