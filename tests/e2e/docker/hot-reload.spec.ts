import { expect } from "chai";
import { ensureVolume, removeOwnVolume, writeFiles } from "../../../provider/docker/config-volume";
import { HttpEngine } from "../../../provider/docker/engine";
import { skipWithout } from "../../helpers/needs";
import { type DockerEngine, dockerEngine, JOB, sleep, stackConfig, startWorld, type World } from "./world";

const EDITS = 20;
const WRITES = 200;

describe("a configuration that changes while jobs run", () => {
    let world: World;
    let job: number;
    let reader: Promise<ReaderReport>;

    before(async function () {
        skipWithout("docker", this);
        // Goes on beside the edits: both wait most of the time.
        reader = readWhileWriting(await dockerEngine());
        reader.catch(() => {});
        world = await startWorld({ config: { concurrent: 2 } });
        await world.up();
        // The job ends when it is told to, and not before a minute has passed.
        job = world.enqueue({
            script: ["sleep 60", "while [ ! -e /tmp/enough ]; do sleep 0.2; done", "echo complete"],
        });
        await world.jobIs(job, "running");
    });
    after(() => world?.close());

    it("survives 20 edits in one and the same process, and each is active within 10 s", async () => {
        const before = await world.inspect(world.container);
        for (let edit = 1; edit <= EDITS; edit++) {
            const concurrent = 10 + edit;
            world.stack.setConfig(stackConfig(world.host, { config: { concurrent } }));
            await world.up();
            expect(await activeConcurrency(), `after edit ${edit}`).to.equal(concurrent);
            expect(secondsToLoad(), `edit ${edit}`).to.be.lessThan(10);
        }
        const after = await world.inspect(world.container);
        expect(after.Id).to.equal(before.Id);
        expect(after.State.StartedAt).to.equal(before.State.StartedAt);
        expect(world.sandbox.db.jobs.get(job)!.status).to.equal("running");
        await world.docker("exec", world.container, "touch", "/tmp/enough");
        expect(await world.jobIs(job, "success")).to.include("complete");
    });

    it("says in the preview that it is a hot reload, of which keys and values", async () => {
        world.stack.setConfig(stackConfig(world.host, { config: { concurrent: 3, check_interval: 5 } }));
        const { output } = await world.stack.run(["preview"]);
        expect(output).to.match(/hot reload: concurrent \d+ → 3; check_interval 5 \(new\) in config\.toml\./);
    });

    it("never shows a reader a half-written or missing file, over 200 writes", async () => {
        const { reads, bad } = await reader;
        expect(bad).to.deep.equal([]);
        expect(reads).to.be.greaterThan(WRITES);
    });

    it("leaves nothing of the writers on the engine", async () => {
        const writers = await world.docker("ps", "-aq", "--filter", "label=com.gitlab-fleet.role=writer");
        expect(writers).to.equal("");
    });

    /** What the process itself says that it works with. */
    async function activeConcurrency(): Promise<number> {
        const metrics = await world.docker(
            "exec",
            world.container,
            "wget",
            "-q",
            "-O",
            "-",
            "http://127.0.0.1:9252/metrics",
        );
        return Number(/^gitlab_runner_concurrent (\d+)$/m.exec(metrics)?.[1]);
    }

    function secondsToLoad(): number {
        const loaded = world.resources().find(({ type }) => type === "gitlab-fleet:index:ConfigLoaded")!;
        const { loadedAt, writtenAt } = loaded.outputs as Record<string, string>;
        return (Date.parse(loadedAt!) - Date.parse(writtenAt!)) / 1000;
    }
});

interface ReaderReport {
    reads: number;
    bad: string[];
}

/** A container reads the file in a loop while it is written again and again, until it has seen the last text; every text ends with the same line. */
async function readWhileWriting({ host, docker }: DockerEngine): Promise<ReaderReport> {
    const engine = new HttpEngine({ host });
    const volume = { name: `gitlab-fleet-test-reader-${process.pid}`, owner: "test/reader", role: "config" };
    await ensureVolume(engine, volume, JOB);
    const write = (round: number) =>
        writeFiles(
            engine,
            { volume: volume.name, owner: volume.owner, image: JOB, user: "0:0" },
            { configToml: textOf(round), systemId: "r_abcdefghijkl", owner: "", certificates: {} },
        );
    await write(0);
    const script =
        "reads=0; text=; " +
        `until case "$text" in *"# round ${WRITES}, line 0"*) true;; *) false;; esac; do reads=$((reads+1)); ` +
        'text=$(cat /c/config.toml) || echo "BAD missing"; ' +
        'case "$text" in *"# the end") ;; *) echo "BAD $(echo "$text" | wc -c) bytes";; esac; done; echo "READS $reads"';
    const reader = await docker(
        "run",
        "-d",
        "--net=none",
        // The tests beside it need the rest.
        "--cpus=0.2",
        "-v",
        `${volume.name}:/c:ro`,
        JOB,
        "sh",
        "-c",
        script,
    );
    try {
        for (let round = 1; round <= WRITES; round++) await write(round);
        // Told by the text itself: an `exec` that ends a container may be killed with it.
        await docker("wait", reader);
        const log = await docker("logs", reader);
        return { reads: Number(/READS (\d+)/.exec(log)?.[1]), bad: log.match(/^BAD.*$/gm) ?? [] };
    } finally {
        await docker("rm", "-f", reader);
        await removeOwnVolume(engine, volume.name, volume.owner);
        engine.close();
        await sleep(0);
    }
}

/** Long enough to be written in several pieces, if it were written in place. */
function textOf(round: number): string {
    const lines = Array.from({ length: 2000 }, (_, index) => `# round ${round}, line ${index}`);
    return ["concurrent = 1", ...lines, "# the end"].join("\n");
}
