import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import type { Props } from "../../../core/props";
import { openEngines } from "../../../provider/docker/engine";
import type { Call } from "../../../provider/handler";
import { configLoaded } from "../../../provider/resources/config-loaded/config-loaded";
import { dockerEngine } from "../../../provider/resources/docker-engine/docker-engine";
import { dockerPlace } from "../../../provider/resources/docker-place/docker-place";
import { managerVolume } from "../../../provider/resources/manager-volume/manager-volume";
import { skipWithout } from "../../helpers/needs";
import { BARE_RUNNER, type Declared, JOB, NEWER_RUNNER, RUNNER, stackConfig, startWorld, type World } from "./world";

describe("what is wrong with an engine or an image is said, and nothing of others is touched", () => {
    let world: World;
    let tag: string;
    const servers: http.Server[] = [];

    before(async function () {
        skipWithout("docker", this);
        world = await startWorld();
        tag = `gitlab-fleet-test/moving:${world.stackName}`;
    });
    after(async () => {
        for (const server of servers) {
            server.closeAllConnections();
            server.close();
        }
        await world?.close();
        await world?.docker("rmi", tag).catch(() => "");
    });

    const declare = (declared: Declared) => world.stack.setConfig(stackConfig(world.host, declared));
    const refused = async (declared: Declared): Promise<string> => {
        declare(declared);
        const result = await world.stack.run(["up", "--yes", "--skip-preview"]);
        expect(result.code, result.output).to.not.equal(0);
        // The docker provider breaks long lines.
        return result.output.replace(/\s+/g, " ");
    };
    const listen = async (answer?: http.RequestListener): Promise<number> => {
        const server = http.createServer(answer);
        servers.push(server);
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        return (server.address() as AddressInfo).port;
    };
    /** A manager's volume as `up` would make it, without the seconds that the rest of an `up` takes. */
    const volume = (more: Props = {}) => {
        const inputs: Props = {
            engine: { host: world.host },
            owner: `test/${world.stackName}/other`,
            name: world.container.replace("ci-01", "other"),
            image: RUNNER,
            configToml: "concurrent = 1",
            systemId: "r_abcdefghijkl",
            drainTimeout: 10,
            look: true,
            ...more,
        };
        return { inputs, making: managerVolume.create(call, inputs, false) };
    };

    /** The look at a manager's place, as `up` takes it before the runners. */
    const place = (name: string, more: Props = {}) => {
        const owners = [`test/${world.stackName}/other`];
        return dockerPlace.create(
            call,
            { engine: { host: world.host }, names: [name], owners, image: RUNNER, ...more },
            false,
        );
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
        const text = await rejection(dockerEngine.create(call, { engine: { host: "ssh://ci@127.0.0.1:1" } }, false));
        expect(text).to.match(
            /Docker engine ssh:\/\/ci@127\.0\.0\.1:1: cannot be reached \((ssh ended with exit code 255|there is no program ssh)/,
        );
        expect(text).to.include("Try it by hand: ssh -p 1 ci@127.0.0.1 docker version");
    });

    it("an engine that is too old", async () => {
        const port = await listen((_, answer) => answer.setHeader("Api-Version", "1.39").end("OK"));
        const engine = { host: `tcp://127.0.0.1:${port}` };
        expect(await rejection(dockerEngine.create(call, { engine }, false))).to.include(
            "speaks API 1.39, and gitlab-runner needs 1.40 (Docker 19.03). Upgrade it.",
        );
    });

    it("a registry that wants a login", async () => {
        const port = await listen((_, answer) =>
            answer
                .writeHead(401, { "www-authenticate": 'Basic realm="registry"' })
                .end('{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}'),
        );
        const text = await refused({ docker: { image: `127.0.0.1:${port}/runner:1` } });
        expect(text).to.include(`127.0.0.1:${port}/runner:1`);
        expect(text).to.match(/no basic auth credentials|authentication required|unauthorized/i);
    });

    it("an image that nobody has", async () => {
        const text = await refused({ docker: { image: "127.0.0.1:1/nobody/has-this:1" } });
        expect(text).to.include("127.0.0.1:1/nobody/has-this:1").and.to.include("connection refused");
    });

    it("an image without a shell for the writer, and the option that helps", async () => {
        const { making, inputs } = volume({ image: BARE_RUNNER });
        expect(await rejection(making))
            .to.include("its image has no /bin/sh")
            .and.to.include("placement.docker.writerImage");
        await managerVolume.delete!(call, "", inputs);
    });

    it("a name that a stranger's container has: it is named and left alone", async () => {
        const id = await world.docker("run", "-d", "--name", world.container, JOB, "sleep", "600");
        const runners = () => world.sandbox.db.runners.all().length;
        const before = runners();
        const text = await refused({});
        expect(runners(), "a runner whose token reaches nobody").to.equal(before);
        expect(text).to.include(`the name ${world.container} is taken by a container that is not ours (image ${JOB}`);
        const { Id, State } = await world.inspect(world.container);
        expect(Id).to.equal(id);
        expect(State.Running).to.equal(true);
        await world.docker("rm", "-f", world.container);
    });

    it("a network or an image that is missing: it is named, before anything is made", async () => {
        const free = world.container.replace("ci-01", "free");
        expect(await rejection(place(free, { networks: ["bridge", "nobodys-net"] }))).to.include(
            "there is no network nobodys-net. Make it",
        );
        const gone = `sha256:${"0".repeat(64)}`;
        expect(await rejection(place(free, { image: gone }))).to.include(`the image ${gone},`);
        const { Id } = await world.inspect(RUNNER);
        await place(free, { networks: ["bridge"], image: Id });
    });

    it("a volume that a stranger has: it is named and left alone", async () => {
        const name = world.container.replace("ci-01", "other");
        const mount = ["run", "--rm", "--net=none", "-v", `${name}:/x`, JOB];
        for (const isTheirs of [
            () => world.docker("volume", "create", "--label", "team=other", name),
            () => world.docker(...mount, "mkdir", "/x/folder"),
        ]) {
            await isTheirs();
            const { making, inputs } = volume();
            const says = `volume ${name} exists and is not ours. It is left alone`;
            expect(await rejection(making)).to.include(says);
            expect(await rejection(place(name)))
                .to.include(says)
                .and.include("Nothing was changed in GitLab");
            await managerVolume.delete!(call, "", inputs);
            expect(await world.docker("volume", "rm", name)).to.equal(name);
        }
    });

    it("a volume of nobody, as an engine leaves it that was stopped while it made ours: it is recreated", async () => {
        const name = world.container.replace("ci-01", "other");
        await world.docker("volume", "create", name);
        const { making, inputs } = volume();
        await making;
        expect(await world.docker("volume", "inspect", "-f", "{{json .Labels}}", name)).to.include(
            String(inputs.owner),
        );
        await managerVolume.delete!(call, "", inputs);
    });

    it("a port that is taken", async () => {
        const port = await listen();
        const text = await refused({
            config: { listen_address: ":9252" },
            docker: { publishMetrics: `127.0.0.1:${port}` },
        });
        expect(text).to.match(new RegExp(`${port}.{0,80}(address already in use|port is already allocated)`));
        await world.docker("tag", RUNNER, tag);
        declare({ docker: { image: tag } });
        await world.up();
        await world.jobIs(world.enqueue({}), "success");
    });

    it("a tag that has moved: refresh sees it, and the preview says that it is another image", async () => {
        await world.docker("tag", NEWER_RUNNER, tag);
        world.stack.setConfig(stackConfig(world.host, { docker: { image: tag } }));
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
        const state = { ...volume.outputs, configToml: "concurrent = 4", imageName: RUNNER } as Props;
        const wanted = { ...state, configToml: 'concurrent = "many"', look: true };
        const written = await managerVolume.update(call, { id: volume.id!, state, oldInputs: state }, wanted, false);
        const waiting: Props = {
            engine: state.engine,
            container: world.container,
            containerId: container.id!,
            writtenAt: written.writtenAt,
        };
        const words = await rejection(configLoaded.create(call, waiting, false));
        expect(words)
            .to.include("refused its config.toml (ERROR: Failed to load config")
            .and.to.include("incompatible types");
        const id = world.enqueue({});
        await world.jobIs(id, "success");
        await world.up("--refresh");
        expect(await world.docker("exec", world.container, "cat", "/etc/gitlab-runner/config.toml")).to.include(
            "concurrent = 4",
        );
    });

    it("a volume of ours that a stranger uses when it is to go", async () => {
        const user = world.container.replace("gitlab-fleet", "stranger");
        await world.docker("create", "--name", user, "-v", `${world.container}:/x`, JOB);
        const result = await world.stack.run(["destroy", "--yes", "--skip-preview"]);
        await world.docker("rm", user);
        expect(result.code).to.not.equal(0);
        expect(result.output).to.include(`volume ${world.container} is in use by ${user}. Remove that first.`);
    });

    it("a disk that is full: the writer's log, and what shows by what", async () => {
        const { making, inputs } = volume({
            configToml: `# ${"x".repeat(100_000)}`,
            volumeDriver: "local",
            volumeDriverOpts: { type: "tmpfs", device: "tmpfs", o: "size=16k" },
        });
        const message = await rejection(making);
        await world.docker("volume", "rm", "-f", String(inputs.name));
        expect(message)
            .to.match(/no space left on device/i)
            .and.to.include("docker system df");
        expect(
            await world.docker("ps", "-aq", "--filter", `label=com.gitlab-fleet.owner=${String(inputs.owner)}`),
        ).to.equal("");
    });
});

/** What a resource is called with, as far as those of Docker look at it. */
const call = {
    name: "ci-01",
    docker: openEngines(),
    log: { info() {}, warn() {}, status() {} },
} as unknown as Call;

async function rejection(promise: Promise<unknown>): Promise<string> {
    return promise.then(
        () => "nothing was refused",
        (error: Error) => error.message,
    );
}
