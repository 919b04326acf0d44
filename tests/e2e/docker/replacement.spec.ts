import { expect } from "chai";
import { skipWithout } from "../../helpers/needs";
import { type Declared, NEWER_RUNNER, sleep, stackConfig, startWorld, type World } from "./world";

/** A job that ends when it is told to. */
const UNTIL_TOLD = ["echo begun", "while [ ! -e /tmp/enough ]; do sleep 0.2; done", "echo complete"];
const REPLACEMENTS = 10;
const IDENTITY = "/etc/gitlab-runner/.runner_system_id";

describe("a manager that is replaced while a job runs", () => {
    before(function () {
        skipWithout("docker", this);
    });

    describe("drain-first", () => {
        let world: World;
        const declare = (declared: Declared) => world.stack.setConfig(stackConfig(world.host, declared));

        before(async () => {
            world = await startWorld();
            await world.up();
        });
        after(() => world?.close());

        it("lets the job succeed before the container goes, for a new image", async () => {
            const job = world.enqueue({ script: UNTIL_TOLD });
            await world.jobIs(job, "running");
            const before = await world.inspect(world.container);
            declare({ docker: { image: NEWER_RUNNER } });
            const { output } = await world.stack.run(["preview"]);
            expect(output).to.match(/drain: image \S+:19\.4\.0 → \S+:19\.4\.1\. .*\(at most 3m\)/);
            const replaced = world.up();
            await draining(world, before.Id);
            expect(world.sandbox.db.jobs.get(job)!.status).to.equal("running");
            await world.docker("exec", before.Id, "touch", "/tmp/enough");
            await replaced;
            expect(await world.jobIs(job, "success", 1)).to.include("complete");
            const after = await world.inspect(world.container);
            expect(after.Id).to.not.equal(before.Id);
            expect(after.State.Running).to.equal(true);
        });

        it("does nothing to the container when only drainTimeout changes, and it holds at once", async () => {
            const before = await world.inspect(world.container);
            declare({ docker: { image: NEWER_RUNNER }, manager: { drainTimeout: "4m" } });
            const { output } = await world.stack.run(["preview"]);
            expect(output).to.include("drainTimeout 3m → 4m: in place, holds from this update on.");
            await world.up();
            const after = await world.inspect(world.container);
            expect([after.Id, after.State.StartedAt]).to.deep.equal([before.Id, before.State.StartedAt]);
            expect(world.outputsOf("docker:index/container:Container")).to.include({ destroyGraceSeconds: 240 });
            const container = world.resources().find(({ type }) => type === "docker:index/container:Container");
            // The deadline of the whole deletion, which contains the drain.
            expect(container).to.have.nested.property("customTimeouts.delete", 240 + 300);
            await world.expectNoChanges();
        });

        it("warns when a raised drainTimeout comes too late for the replacement in the same up", async () => {
            declare({ manager: { drainTimeout: "5m" } });
            const { output } = await world.stack.run(["preview"]);
            expect(output).to.include(
                "drainTimeout 4m → 5m: takes effect after this update, whose own drain still ends after 4m.",
            );
        });

        it("changes memory in place", async () => {
            declare({ docker: { image: NEWER_RUNNER, memory: "512m" }, manager: { drainTimeout: "4m" } });
            const before = await world.inspect(world.container);
            const { output } = await world.stack.run(["preview"]);
            expect(output).to.include("in place: memory none → 512, memorySwap none → 1024. The container runs on.");
            await world.up();
            const after = await world.inspect(world.container);
            expect(after.Id).to.equal(before.Id);
            expect(after.HostConfig).to.include({ Memory: 512 * 1024 * 1024 });
        });

        it("waits no longer than the drainTimeout of the last up", async () => {
            declare({ docker: { image: NEWER_RUNNER, memory: "512m" }, manager: { drainTimeout: "2s" } });
            await world.up();
            const job = world.enqueue({ script: UNTIL_TOLD });
            await world.jobIs(job, "running");
            const before = await world.inspect(world.container);
            declare({ manager: { drainTimeout: "10m" } });
            await world.up();
            expect((await world.inspect(world.container)).Id).to.not.equal(before.Id);
            expect(world.sandbox.db.jobs.get(job)!.status, "nobody has told it to end").to.equal("running");
        });
    });

    describe("overlap", () => {
        let world: World;
        const overlap = (image?: string): Declared => ({
            docker: { replacement: "overlap", ...(image ? { image } : {}) },
            manager: { online: true },
        });
        const declare = (image?: string) => world.stack.setConfig(stackConfig(world.host, overlap(image)));

        before(async () => {
            world = await startWorld(overlap());
            await world.up();
        });
        after(() => world?.close());

        it("starts a job that is queued meanwhile at once, beside the one that still runs", async () => {
            const first = world.enqueue({ script: UNTIL_TOLD });
            await world.jobIs(first, "running");
            declare(NEWER_RUNNER);
            const done = world.up();
            await draining(world, world.container);
            // The old container takes no new jobs any more, and its own has not ended: only the new one can take this.
            const second = world.enqueue({ script: "echo quick" });
            await world.jobIs(second, "success");
            expect(world.sandbox.db.jobs.get(first)!.status).to.equal("running");
            await world.docker("exec", world.container, "touch", "/tmp/enough");
            await done;
            expect(await world.jobIs(first, "success", 1)).to.include("complete");
            const names = await world.docker("ps", "--format", "{{.Names}}", "--filter", `name=${world.container}`);
            expect(names).to.equal(`${world.container}-b`);
            await world.expectNoChanges();
        });

        it("is waited for under the identity that it has now", async () => {
            const { activeSystemId } = world.outputsOf("gitlab-fleet:index:ManagerVolume");
            expect(world.outputsOf("gitlab-fleet:index:ManagerOnline").systemId).to.equal(activeSystemId);
            expect(await world.docker("exec", `${world.container}-b`, "cat", IDENTITY)).to.equal(activeSystemId);
        });

        it("goes back and forth between two places and two identities, however often", async () => {
            declare();
            await world.up();
            const names = await world.docker("ps", "--format", "{{.Names}}", "--filter", `name=${world.container}`);
            expect(names).to.equal(world.container);
            expect(managersOf(world)).to.have.lengthOf(2);
        });
    });

    describe("replicas", () => {
        let world: World;
        const declare = (replicas: number, round: number) =>
            world.stack.setConfig(
                stackConfig(world.host, {
                    docker: { replicas, labels: { round: `${round}` } },
                    manager: { online: true },
                }),
            );

        before(async () => {
            world = await startWorld({ docker: { replicas: 2 }, manager: { online: true } });
            await world.up();
        });
        after(() => world?.close());

        it("keep GitLab's list of managers at two, over ten replacements", async () => {
            const first = managersOf(world);
            expect(first, "up has waited for both").to.have.lengthOf(2);
            for (let round = 1; round <= REPLACEMENTS; round++) {
                declare(2, round);
                await world.up();
            }
            const names = await world.docker("ps", "--format", "{{.Names}}", "--filter", `name=${world.container}`);
            expect(names.split("\n").sort()).to.deep.equal([world.container, `${world.container}-2`]);
            expect(managersOf(world)).to.deep.equal(first);
        });

        it("leave no container or volume of the second behind when there is one again", async () => {
            declare(1, REPLACEMENTS);
            await world.up();
            expect(await world.docker("ps", "-aq", "--filter", `name=${world.container}-2`)).to.equal("");
            expect(await world.docker("volume", "ls", "-q", "--filter", `name=${world.container}-2`)).to.equal("");
        });
    });
});

/** Waits until a container has been told to take no new jobs. */
async function draining({ docker }: World, container: string): Promise<void> {
    const deadline = Date.now() + 300_000;
    while (!/graceful shutdown|SIGQUIT/i.test(await docker("logs", container))) {
        if (Date.now() > deadline) throw new Error(`${container} never drained: ${await docker("logs", container)}`);
        await sleep(300);
    }
}

/** Identities under which GitLab knows managers of the stack's runners; the seed's own runners are left out. */
function managersOf({ sandbox, resources }: World): string[] {
    const ours = new Set(
        resources()
            .filter(({ type }) => type === "gitlab:index/userRunner:UserRunner")
            .map(({ id }) => Number(id)),
    );
    return sandbox.db.managers
        .all()
        .filter(({ runnerId }) => ours.has(runnerId))
        .map(({ systemId }) => systemId)
        .sort();
}
