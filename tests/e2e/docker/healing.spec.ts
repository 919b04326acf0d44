import { spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { root } from "../../../dev/scripts/pulumi";
import { HttpEngine } from "../../../provider/docker/engine";
import { skipWithout } from "../../helpers/needs";
import { NEWER_RUNNER, removeEngineFolder, stackConfig, startWorld, together, type World } from "./world";

describe("what went wrong with a manager is healed by the next up", () => {
    before(function () {
        skipWithout("docker", this);
    });

    let world: World;

    describe("after kill -9 of up", () => {
        together(
            Object.fromEntries(
                [
                    "docker:index:RemoteImage ci-01 creating",
                    "gitlab-fleet:index:ManagerVolume ci-01 creating",
                    "docker:index:Container ci-01 creating",
                    "gitlab-fleet:index:ConfigLoaded ci-01 creating",
                ].map((step) => [`while ${step}`, () => killAndHeal(() => (output) => output.includes(step))]),
            ),
        );

        it("when the container is there and the state does not know it", async () => {
            await killAndHeal(({ host, container }) => {
                const engine = new HttpEngine({ host });
                let seen = false;
                const watch = setInterval(async () => {
                    if ((await engine.inspectContainer(container).catch(() => undefined)) === undefined) return;
                    seen = true;
                    clearInterval(watch);
                    engine.close();
                }, 30).unref();
                return () => seen;
            });
        });

        async function killAndHeal(moment: (world: World) => (output: string) => boolean): Promise<void> {
            const own = await startWorld();
            try {
                await killWhen(own, moment(own));
                await own.stack.run(["cancel", "--yes"]);
                await own.up();
                await expectOneWorking(own);
            } finally {
                await own.close();
            }
        }
    });

    describe("after kill -9 of an update", () => {
        before(async () => {
            world = await startWorld();
            await world.up();
        });
        after(() => world?.close());

        for (const [step, image] of [
            ["docker:index:Container ci-01 deleting original", NEWER_RUNNER],
            ["docker:index:Container ci-01 creating replacement", undefined],
        ] as const) {
            it(`while ${step}`, async () => {
                world.stack.setConfig(stackConfig(world.host, image ? { docker: { image } } : {}));
                await killWhen(world, (output) => output.includes(step));
                await world.stack.run(["cancel", "--yes"]);
                await world.up();
                await expectOneWorking(world);
            });
        }
    });

    describe("after somebody's hands were on the engine", () => {
        before(async () => {
            world = await startWorld();
            await world.up();
        });
        after(() => world?.close());

        it("the container was removed", async () => {
            await world.docker("rm", "-f", world.container);
            const { output } = await world.up();
            expect(output).to.include(`Container ${world.container} is gone: it is recreated.`);
            await expectOneWorking(world);
        });

        it("the volume was removed, and the container with it", async () => {
            await world.docker("rm", "-f", world.container);
            await world.docker("volume", "rm", world.container);
            const { output } = await world.up();
            expect(output).to.include(`Volume ${world.container} is gone: it is recreated.`);
            await expectOneWorking(world);
        });

        it("the container was stopped", async () => {
            await world.docker("stop", world.container);
            await world.up();
            await expectOneWorking(world);
        });

        it("config.toml was edited in the volume: refresh finds it, up puts it right without a restart", async () => {
            const before = await world.inspect(world.container);
            await world.docker("exec", world.container, "sed", "-i", "s/concurrent = 4/concurrent = 40/", CONFIG);
            await world.stack.run(["refresh", "--yes"]);
            const preview = await world.stack.run(["preview", "--expect-no-changes"]);
            expect(preview.code).to.not.equal(0);
            expect(preview.output).to.include("hot reload: concurrent 40 → 4 in config.toml.");
            await world.up();
            expect(await world.docker("exec", world.container, "cat", CONFIG)).to.match(/^concurrent = 4$/m);
            expect((await world.inspect(world.container)).State.StartedAt).to.equal(before.State.StartedAt);
            await expectOneWorking(world);
        });

        it("config.toml was opened to others, and the identity was changed", async () => {
            const identity = await world.docker("exec", world.container, "cat", IDENTITY);
            await world.docker(
                "exec",
                world.container,
                "sh",
                "-c",
                `chmod 644 ${CONFIG}; echo -n r_zzzzzzzzzzzz > ${IDENTITY}`,
            );
            await world.up("--refresh");
            expect(await world.docker("exec", world.container, "stat", "-c", "%a", CONFIG)).to.equal("600");
            expect(await world.docker("exec", world.container, "cat", IDENTITY)).to.equal(identity);
        });

        it("a refresh without a container makes up create it", async () => {
            await world.docker("rm", "-f", world.container);
            await world.up("--refresh");
            await expectOneWorking(world);
        });

        it("the state file was lost", async () => {
            const backend = path.join(world.folder, "backend");
            fs.rmSync(backend, { recursive: true });
            fs.mkdirSync(backend);
            fs.rmSync(world.stack.configFile);
            const config = stackConfig(world.host);
            world.stack.setConfig(`${config.trimEnd()}\n  gitlab-fleet:stateLost: true\n`);
            await world.stack.init();
            const { output } = await world.up();
            expect(output).to.include(
                `Container ${world.container} is left from a run that did not finish, or whose state was lost`,
            );
            await expectOneWorking(world);
            await world.expectNoChanges();
        });
    });

    describe("after the engine was stopped in the middle of up", () => {
        let folder: string;
        const script = (what: string) =>
            spawnSync("bash", [path.join(root, "dev/scripts/docker-engine.sh"), what, folder], {
                encoding: "utf8",
                // The engine under test is the one of all other specs; this one must not touch its rules.
                env: { ...process.env, DOCKER_IPTABLES: "false" },
            });

        before(async () => {
            if (process.getuid?.() !== 0) throw new Error("Starting a second Docker engine takes root.");
            folder = fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-fleet-second-"));
            const started = script("start");
            if (started.status !== 0) throw new Error(started.stderr);
            const host = `unix://${folder}/docker.sock`;
            spawnSync("bash", [path.join(root, "dev/toolchain/images/images.sh")], {
                env: { ...process.env, DOCKER_HOST: host },
            });
            world = await startWorld({ docker: { host, networkMode: "none" } });
        });
        after(async () => {
            script("start");
            await world?.close();
            script("stop");
            removeEngineFolder(folder);
        });

        it("up fails with the engine's address, and the next one with the engine back succeeds", async () => {
            let stopped = false;
            const failed = await runUntil(world, async (output) => {
                if (!stopped && output.includes("gitlab-fleet:index:ManagerVolume ci-01 creating")) {
                    stopped = true;
                    script("stop");
                }
            });
            expect(stopped).to.equal(true);
            expect(failed.code).to.not.equal(0);
            expect(failed.output).to.match(/unix:\/\/\S+docker\.sock/);
            expect(script("start").status).to.equal(0);
            await world.up();
            await world.expectNoChanges();
            const second = { ...process.env, DOCKER_HOST: `unix://${folder}/docker.sock` };
            const names = spawnSync("docker", ["ps", "--format", "{{.Names}}"], { env: second, encoding: "utf8" });
            expect(names.stdout.trim()).to.equal(world.container);
        });
    });

    /** One container of the manager, nothing left over, and a job runs. */
    async function expectOneWorking(world: World): Promise<void> {
        const ours = `label=com.gitlab-fleet.owner=gitlab-fleet/${world.stackName}/ci-01`;
        const names = await world.docker("ps", "-a", "--format", "{{.Names}}", "--filter", ours);
        expect(names).to.equal(world.container);
        await world.jobIs(world.enqueue({}), "success");
    }

    /** Starts `up` and ends it as the machine's power button would: engine and plugins at once. */
    async function killWhen(world: World, reached: (output: string) => boolean): Promise<void> {
        const result = await runUntil(world, (output, kill) => {
            if (reached(output)) kill();
        });
        expect(result.killed, `up was over before it could be killed:\n${result.output}`).to.equal(true);
    }

    function runUntil(
        world: World,
        look: (output: string, kill: () => void) => void,
    ): Promise<{ code: number | null; killed: boolean; output: string }> {
        return new Promise((resolve) => {
            const child = spawn(
                "pulumi",
                [
                    ...["up", "--yes", "--skip-preview", "--non-interactive"],
                    ...["--stack", world.stackName, "--config-file", world.stack.configFile],
                ],
                { cwd: root, env: world.stack.env, detached: true, stdio: ["ignore", "pipe", "pipe"] },
            );
            let output = "";
            let killed = false;
            const kill = () => {
                if (!killed && child.exitCode === null) {
                    killed = true;
                    process.kill(-child.pid!, "SIGKILL");
                }
            };
            const timer = setInterval(() => look(output, kill), 20);
            for (const stream of [child.stdout, child.stderr]) {
                stream.setEncoding("utf8").on("data", (chunk: string) => {
                    output += chunk;
                    look(output, kill);
                });
            }
            child.on("close", (code) => {
                clearInterval(timer);
                resolve({ code, killed, output });
            });
        });
    }
});

const CONFIG = "/etc/gitlab-runner/config.toml";
const IDENTITY = "/etc/gitlab-runner/.runner_system_id";
