import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import type { Call } from "../../../provider/handler";
import { configLoaded } from "../../../provider/resources/config-loaded";
import { managerVolume } from "../../../provider/resources/manager-volume";
import type { Props } from "../../../provider/values";
import { BARE_RUNNER, type Declared, JOB, NEWER_RUNNER, RUNNER, stackConfig, startWorld, type World } from "./world";

describe("what is wrong with an engine or an image is said, and nothing of others is touched", function () {
    this.timeout(240_000);
    let world: World;

    before(async () => {
        world = await startWorld();
    });
    after(async () => {
        await world?.close();
        await world?.docker("rmi", `gitlab-fleet-test/moving:${world.stackName}`).catch(() => "");
    });

    const declare = (declared: Declared) => world.stack.setConfig(stackConfig(world.host, declared));
    const refused = async (declared: Declared): Promise<string> => {
        declare(declared);
        const result = await world.stack.run(["up", "--yes", "--skip-preview"]);
        expect(result.code, result.output).to.not.equal(0);
        // Pulumi wraps long lines nowhere, but the docker provider breaks its own.
        return result.output.replace(/\s+/g, " ");
    };

    it("no engine: a preview works all the same; up names the host, the error and what to try", async () => {
        declare({ docker: { host: "unix:///nowhere/docker.sock" } });
        const preview = await world.stack.run(["preview"]);
        expect(preview.code, preview.output).to.equal(0);
        const text = await refused({ docker: { host: "unix:///nowhere/docker.sock" } });
        expect(text).to.include("Docker engine unix:///nowhere/docker.sock: cannot be reached (connect ENOENT");
        expect(text).to.include("Is the engine running? Start it, or name another one");
    });

    it("a wrong ssh host: ssh's own words, and the command to try by hand", async () => {
        const text = await refused({ docker: { host: "ssh://ci@127.0.0.1:1" } });
        expect(text).to.match(
            /Docker engine ssh:\/\/ci@127\.0\.0\.1:1: cannot be reached \((ssh ended with exit code 255|there is no program ssh)/,
        );
        expect(text).to.include("Try it by hand: ssh -p 1 ci@127.0.0.1 docker version");
    });

    it("an engine that is too old", async () => {
        const engine = http.createServer((_, response) => response.setHeader("Api-Version", "1.39").end("OK"));
        await new Promise<void>((resolve) => engine.listen(0, "127.0.0.1", resolve));
        try {
            const text = await refused({
                docker: { host: `tcp://127.0.0.1:${(engine.address() as AddressInfo).port}` },
            });
            expect(text).to.include("speaks API 1.39, and gitlab-runner needs 1.40 (Docker 19.03). Upgrade it.");
        } finally {
            engine.closeAllConnections();
            engine.close();
        }
    });

    it("an image that nobody has, and a registry that wants a login", async () => {
        const registry = http.createServer((_, response) =>
            response
                .writeHead(401, { "www-authenticate": 'Basic realm="registry"' })
                .end('{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}'),
        );
        await new Promise<void>((resolve) => registry.listen(0, "127.0.0.1", resolve));
        try {
            const address = `127.0.0.1:${(registry.address() as AddressInfo).port}`;
            const text = await refused({ docker: { image: `${address}/runner:1` } });
            expect(text)
                .to.include(`${address}/runner:1`)
                .and.to.match(/no basic auth credentials|authentication required|unauthorized/i);
        } finally {
            registry.closeAllConnections();
            registry.close();
        }
        expect(await refused({ docker: { image: "127.0.0.1:1/nobody/has-this:1" } })).to.include(
            "127.0.0.1:1/nobody/has-this:1",
        );
    });

    it("an image without a shell for the writer, and the option that helps", async () => {
        const text = await refused({
            docker: { image: BARE_RUNNER },
            worker: { executor: "docker", docker: { image: "x:1" } },
        });
        expect(text).to.include("its image has no /bin/sh").and.to.include("placement.docker.writerImage");
        declare({
            docker: { image: BARE_RUNNER, writerImage: RUNNER },
            worker: { executor: "docker", docker: { image: "x:1" } },
        });
        await world.up();
        expect((await world.stack.run(["destroy", "--yes", "--skip-preview"])).code).to.equal(0);
    });

    it("a name that a stranger's container has: it is named and left alone", async () => {
        const id = await world.docker("run", "-d", "--name", world.container, JOB, "sleep", "600");
        const text = await refused({});
        expect(text).to.include(`the name ${world.container} is taken by a container that is not ours`);
        expect((await world.inspect(world.container)).Id).to.equal(id);
        expect((await world.inspect(world.container)).State.Running).to.equal(true);
        await world.docker("rm", "-f", world.container);
    });

    it("a volume that a stranger has, and one of ours that a stranger uses when it is to go", async () => {
        await world.docker("volume", "create", world.container);
        expect(await refused({})).to.include(`volume ${world.container} exists and is not ours`);
        await world.docker("volume", "rm", world.container);
        await world.up();
        const user = `${world.container.replace("gitlab-fleet", "stranger")}`;
        await world.docker("create", "--name", user, "-v", `${world.container}:/x`, JOB);
        try {
            const result = await world.stack.run(["destroy", "--yes", "--skip-preview"]);
            expect(result.code).to.not.equal(0);
            expect(result.output).to.include(`volume ${world.container} is in use by ${user}. Remove that first.`);
        } finally {
            await world.docker("rm", user);
        }
        expect((await world.stack.run(["destroy", "--yes", "--skip-preview"])).code).to.equal(0);
    });

    it("a port that is taken", async () => {
        const taken = http.createServer();
        await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
        const { port } = taken.address() as AddressInfo;
        try {
            const text = await refused({
                config: { listen_address: ":9252" },
                docker: { publishMetrics: `127.0.0.1:${port}` },
            });
            expect(text)
                .to.include(`${port}`)
                .and.to.match(/address already in use|port is already allocated/);
        } finally {
            taken.close();
        }
        declare({});
        await world.up();
    });

    it("a tag that has moved: refresh sees it, and the preview says that it is another image", async () => {
        const tag = `gitlab-fleet-test/moving:${world.stackName}`;
        await world.docker("tag", RUNNER, tag);
        declare({ docker: { image: tag } });
        await world.up();
        await world.docker("tag", NEWER_RUNNER, tag);
        await world.stack.run(["refresh", "--yes"]);
        const { output } = await world.stack.run(["preview"]);
        expect(output).to.include(`drain: image ${tag} is another one now`);
        await world.up();
        expect((await world.inspect(world.container)).Image).to.equal((await world.inspect(NEWER_RUNNER)).Id);
    });

    it("a file that gitlab-runner refuses: its own words, and the old one stays in force", async () => {
        const resources = world.resources();
        const volume = resources.find(({ type }) => type === "gitlab-fleet:index:ManagerVolume")!;
        const container = resources.find(({ type }) => type === "docker:index/container:Container")!;
        const call = { name: "ci-01", log: { info() {}, warn() {}, status() {} } } as unknown as Call;
        const state = { ...volume.outputs, configToml: "concurrent = 4", imageName: RUNNER } as Props;
        const wanted = { ...state, configToml: 'concurrent = "many"', look: true };
        const written = await managerVolume.update(call, { id: volume.id!, state, oldInputs: state }, wanted, false);
        const waiting: Props = {
            engine: state.engine,
            container: world.container,
            containerId: container.id!,
            writtenAt: written.writtenAt,
        };
        let words = "";
        await configLoaded.create(call, waiting, false).catch((error: Error) => {
            words = error.message;
        });
        expect(words)
            .to.include("refused its config.toml (ERROR: Failed to load config")
            .and.to.include("incompatible types");
        const id = world.enqueue({});
        await world.jobIs(id, "success", 30);
        await world.stack.run(["refresh", "--yes"]);
        await world.up();
        await world.expectNoChanges();
    });

    it("a disk that is full: the writer's log, and what shows by what", async () => {
        const { engine } = world.resources().find(({ type }) => type === "gitlab-fleet:index:ManagerVolume")!
            .outputs as Props;
        const call = { name: "full", log: { info() {}, warn() {}, status() {} } } as unknown as Call;
        const inputs: Props = {
            engine,
            owner: `test/${world.stackName}/full`,
            name: `gitlab-fleet-${world.stackName}-full`,
            image: RUNNER,
            configToml: `# ${"x".repeat(100_000)}`,
            systemId: "r_abcdefghijkl",
            drainTimeout: 10,
            volumeDriver: "local",
            volumeDriverOpts: { type: "tmpfs", device: "tmpfs", o: "size=16k" },
        };
        let message = "";
        await managerVolume.create(call, inputs, false).catch((error: Error) => {
            message = error.message;
        });
        await world.docker("volume", "rm", "-f", String(inputs.name));
        expect(message)
            .to.match(/no space left on device/i)
            .and.to.include("docker system df");
        expect(
            await world.docker("ps", "-aq", "--filter", `label=com.gitlab-fleet.owner=${String(inputs.owner)}`),
        ).to.equal("");
    });
});
