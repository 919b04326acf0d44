import { ComponentResource, type ComponentResourceOptions } from "@pulumi/pulumi";
import { expect } from "chai";
import { Fleet } from "../../../../../components/fleet/fleet";
import { RunnerManager } from "../../../../../components/manager/manager";
import type { DockerOptions, DockerTransforms } from "../../../../../components/manager/placements/docker/args";
import { Runner } from "../../../../../components/runner/runner";
import { IDENTITY } from "../../../../helpers/mocked-outputs";
import { mockPulumi, type World } from "../../../../helpers/pulumi-mocks";

const VOLUME = "gitlab-fleet:index:ManagerVolume";
const ENGINE = "gitlab-fleet:index:DockerEngine";
const CONTAINER = "docker:index/container:Container";
const PROVIDER = "pulumi:providers:docker";

async function declare(docker: DockerOptions, names = ["ci-01"], preview = false, online = false): Promise<World> {
    const world = mockPulumi({
        preview,
        config: { "gitlab:baseUrl": "https://gitlab.test/api/v4/", "gitlab:token": "x" },
    });
    const runner = new Runner("ci", { scope: "instance" });
    for (const name of names) {
        new RunnerManager(name, {
            placement: { docker },
            config: { concurrent: 1 },
            drainTimeout: "90s",
            online,
            workers: [{ runner, config: { executor: "shell" } }],
        });
    }
    await world.settled();
    return world;
}

describe("a manager placed on Docker", function () {
    // Loading @pulumi/docker takes its time.
    this.timeout(60_000);

    it("hands the files to the volume: config.toml as a secret, the drain in seconds, its owner by name", async () => {
        const world = await declare({ host: "ssh://ci@host" });
        const [volume] = world.of(VOLUME);
        expect(volume!.inputs).to.include({
            owner: "shop/prod/ci-01",
            name: "shop-prod-ci-01",
            drainTimeout: 90,
            replacement: "drain-first",
            home: true,
            look: true,
        });
        expect(volume!.inputs.engine).to.deep.equal({ host: "ssh://ci@host" });
        expect(volume!.secrets).to.include("configToml");
    });

    it("has a volume for builds where jobs run inside of the container alone", async () => {
        for (const [config, home] of [
            [{ executor: "shell" }, true],
            [{ executor: "docker", docker: { image: "alpine:3.22" } }, false],
        ] as const) {
            const world = mockPulumi();
            const workers = [{ runner: new Runner("ci", { scope: "instance" }), config }];
            new RunnerManager("ci-01", { placement: { docker: {} }, config: { concurrent: 1 }, workers });
            await world.settled();
            expect(world.inputsOf(VOLUME)[0]).to.deep.include({ home });
        }
    });

    it("does not look at the engine in a preview", async () => {
        const world = await declare({}, ["ci-01"], true);
        expect(world.inputsOf(VOLUME)[0]).to.include({ look: false });
        expect(world.inputsOf(ENGINE)[0]).to.include({ look: false });
    });

    it("says of a container in a preview what it mounts: an output that is missing would be one that is not known yet", async () => {
        const worker = { executor: "docker", docker: { image: "alpine" } } as const;
        for (const [config, home] of [
            [worker, []],
            [{ executor: "shell" }, ["shop-prod-ci-01-home"]],
        ] as const) {
            const world = mockPulumi({
                preview: true,
                config: { "gitlab:baseUrl": "https://gitlab.test/api/v4/", "gitlab:token": "x" },
            });
            const runner = new Runner("ci", { scope: "instance" });
            const placement = { docker: { socket: false as const } };
            new RunnerManager("ci-01", { placement, config: { concurrent: 1 }, workers: [{ runner, config }] });
            await world.settled();
            const { volumes } = world.inputsOf(CONTAINER)[0] as { volumes: { volumeName: string }[] };
            expect(volumes.map(({ volumeName }) => volumeName)).to.deep.equal(["shop-prod-ci-01", ...home]);
        }
    });

    it("shares one provider, and so one plugin process, between the managers of an engine", async () => {
        const world = await declare({ host: "ssh://ci@host" }, ["a", "b", "c"]);
        expect(world.of(PROVIDER).map(({ name }) => name)).to.deep.equal(["docker ssh://ci@host"]);
        expect(world.of(ENGINE)).to.have.lengthOf(1);
        expect(world.of(VOLUME)).to.have.lengthOf(3);
    });

    it("gives each replica a name, an owner and an identity of its own, the first one the manager's", async () => {
        const world = await declare({ replicas: 3 });
        const volumes = world.inputsOf(VOLUME);
        expect(volumes.map(({ name }) => name)).to.deep.equal([
            "shop-prod-ci-01",
            "shop-prod-ci-01-2",
            "shop-prod-ci-01-3",
        ]);
        expect(
            new Set(volumes.flatMap(({ systemId, alternateSystemId }) => [systemId, alternateSystemId])).size,
        ).to.equal(6);
        const [single] = (await declare({})).inputsOf(VOLUME);
        expect(volumes[0]!.systemId).to.equal(single!.systemId);
    });

    it("waits until GitLab has heard from every replica, each under its own identity", async () => {
        const world = await declare({ replicas: 3 }, ["ci-01"], false, true);
        const online = world.of("gitlab-fleet:index:ManagerOnline");
        expect(online.map(({ name }) => name)).to.deep.equal(["ci-01/ci", "ci-01/2/ci", "ci-01/3/ci"]);
        expect(online.map(({ inputs }) => inputs.systemId)).to.deep.equal(
            world.inputsOf(VOLUME).map(({ systemId }) => systemId),
        );
        expect(new Set(online.map(({ inputs }) => inputs.configHash)).size).to.equal(3);
        expect(world.of("gitlab-fleet:index:ManagerOnline")[0]!.secrets).to.deep.equal(["token"]);
    });

    it("keeps the replicas of one manager apart from a manager of that name on another engine", async () => {
        const world = mockPulumi();
        const runner = new Runner("ci", { scope: "instance" });
        for (const [name, docker] of [
            ["ci", { replicas: 2 }],
            ["ci-2", { host: "ssh://ci@other" }],
        ] as const) {
            new RunnerManager(name, {
                placement: { docker },
                config: { concurrent: 1 },
                workers: [{ runner, config: { executor: "shell" } }],
            });
        }
        await world.settled();
        const names = world.of(VOLUME).map(({ name }) => name);
        expect(names).to.have.members(["ci", "ci/2", "ci-2"]);
    });

    it("keeps a client key and a registry's password secret", async () => {
        const world = await declare({
            host: "tcp://host:2376",
            certMaterial: "cert",
            keyMaterial: "key",
            registryAuth: [{ address: "registry.test", username: "u", password: "p" }],
        });
        expect(world.of(VOLUME)[0]!.secrets).to.include("engine");
        const text = JSON.stringify(world.of(PROVIDER)[0]!.secrets);
        expect(text).to.include("keyMaterial").and.to.include("registryAuth");
    });

    it("has its names looked at before the runners, those of each replica, and its networks where it waits for nothing that may make them", async () => {
        const placeOf = async (opts: ComponentResourceOptions) => {
            const world = mockPulumi();
            const workers = [
                { runner: new Runner("ci", { scope: "instance" }), config: { executor: "shell" } as const },
            ];
            const docker: DockerOptions = { replicas: 2, replacement: "overlap", networks: ["ci-net"] };
            new RunnerManager("ci-01", { placement: { docker }, config: { concurrent: 1 }, workers }, opts);
            await world.settled();
            return world.inputsOf("gitlab-fleet:index:DockerPlace")[0]!;
        };
        expect(await placeOf({ aliases: [{ name: "old" }] })).to.deep.include({
            names: ["shop-prod-ci-01", "shop-prod-ci-01-2"],
            owners: ["shop/prod/ci-01", "shop/prod/ci-01/2", "shop/prod/old", "shop/prod/old/2"],
            home: true,
            replacement: "overlap",
            networks: ["ci-net"],
        });
        expect(await placeOf({ dependsOn: [] })).to.have.property("networks");
        const network = new ComponentResource("a:b:Network", "made");
        expect(await placeOf({ dependsOn: network })).to.not.have.property("networks");
        const world = mockPulumi();
        const managers = {
            ci: { placement: { docker: { networks: ["ci-net"] } }, config: { concurrent: 1 }, runners: ["ci"] },
        };
        const runners = { ci: { scope: "instance", config: { executor: "shell" } } } as const;
        new Fleet("fleet", { runners, managers }, { dependsOn: new ComponentResource("a:b:Network", "made") });
        await world.settled();
        expect(world.inputsOf("gitlab-fleet:index:DockerPlace")[0]).to.not.have.property("networks");
    });

    it("says of which state it is, to its place and to its volume, and whether another one was lost", async () => {
        for (const stateLost of [true, undefined]) {
            const world = mockPulumi();
            const args = { placement: { docker: {} }, config: { concurrent: 1 } };
            new Fleet("fleet", { managers: { ci: { ...args, runners: [] } }, stateLost });
            new RunnerManager("outside", { ...args, workers: [], stateLost, gitlabUrl: "https://git.example.org" });
            await world.settled();
            for (const type of ["gitlab-fleet:index:DockerPlace", VOLUME]) {
                const told = world.inputsOf(type).map(({ identity, stateLost: lost }) => ({ identity, lost }));
                expect(told).to.deep.equal([0, 1].map(() => ({ identity: IDENTITY, lost: stateLost })));
            }
        }
    });

    it("has its runners wait for that look", async () => {
        let look = () => {};
        const looked = new Promise<void>((resolve) => {
            look = resolve;
        });
        const world = mockPulumi({ delay: (type) => (type.endsWith(":DockerPlace") ? looked : undefined) });
        const [served, other] = ["a", "b"].map((name) => new Runner(name, { scope: "instance" }));
        const workers = [{ runner: served!, config: { executor: "shell" } as const }];
        new RunnerManager("ci-01", { placement: { docker: {} }, config: { concurrent: 1 }, workers });
        const runners = () => world.of("gitlab:index/userRunner:UserRunner").map(({ name }) => name);
        while (world.of("gitlab-fleet:index:DockerPlace").length === 0)
            await new Promise((resolve) => setImmediate(resolve));
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
        expect(runners()).to.deep.equal([other!.name]);
        look();
        await world.settled();
        expect(runners()).to.have.members(["a", "b"]);
    });

    it("has no image looked for that a runner decides: the look would wait for the runner, which waits for it", async () => {
        const world = mockPulumi();
        const runner = new Runner("ci", { scope: "instance" });
        const image: DockerTransforms["image"] = (args) => ({ ...args, triggers: { id: runner.id.apply(String) } });
        const workers = [{ runner, config: { executor: "shell" } as const }];
        const placement = { docker: { transform: { image } } };
        new RunnerManager("ci-01", { placement, config: { concurrent: 1 }, workers });
        for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
        expect(world.of("docker:index/container:Container")).to.have.length(1);
        await world.settled();
    });

    it("refuses two managers that want one container", async () => {
        let message = "";
        await declare({ containerName: "ci" }, ["a", "b"]).catch((error: Error) => {
            message = error.message;
        });
        expect(message).to.include(
            'RunnerManager "b": placement.docker.containerName is that of RunnerManager "a" already',
        );
    });
});
