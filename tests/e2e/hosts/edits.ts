import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import type { Props } from "../../../core/props";
import { addRunner, startSandbox } from "../../../sandbox";
import { startPlugin } from "../../helpers/plugin";
import { SEED } from "../runner/fleets";
import { RunnerProcess, until } from "../runner/process";
import { freePort, type World } from "./world";

/** So many edits, each of which the process finds within 3 seconds, take a minute. */
export const EDITS = 20;
const FILES = "ManagerFiles";
const LOADED = "Configuration loaded";

/**
 * Edits the configuration of a real gitlab-runner on a host, by ssh, while a job runs there that lasts as long as the edits.
 * Throws for what is not as it should be. Mostly waits, so that something else can be tested meanwhile.
 */
export async function editWhileJobRuns(world: World): Promise<void> {
    const host = await world.host();
    const directory = path.join(host.folder, "gitlab-runner");
    const enough = path.join(host.folder, "enough");
    const port = await freePort();
    const sandbox = await startSandbox({ seed: SEED });
    const group = sandbox.db.groups.all().find(({ path: name }) => name === "apps")!;
    const { token } = addRunner(sandbox.db, { runnerType: "group_type", groupId: group.id, tagList: ["docker"] });
    const plugin = await startPlugin("gitlab-fleet", { baseUrl: sandbox.url, token: sandbox.tokens.owner });
    const inputs = (concurrent: number): Props => ({
        directory,
        ssh: { ...host.options },
        configToml:
            `concurrent = ${concurrent}\nlisten_address = "127.0.0.1:${port}"\n[[runners]]\n  name = "ci"\n` +
            `  url = "${sandbox.url}"\n  token = "${token}"\n  executor = "shell"\n`,
        systemId: "r_abcdefgh1234",
        look: true,
    });
    /** What the process itself says that it works with. */
    const active = async () => {
        const metrics = await fetch(`http://127.0.0.1:${port}/metrics`);
        return Number(/^gitlab_runner_concurrent (\d+)$/m.exec(await metrics.text())?.[1]);
    };
    let runner: RunnerProcess | undefined;
    try {
        const { id, state } = await plugin.create(FILES, inputs(2));
        const process_ = new RunnerProcess(directory);
        runner = process_;
        const { jobs } = sandbox.db;
        const script = [`while [ ! -e ${enough} ]; do sleep 0.2; done`, "echo complete"];
        const job = jobs.enqueue({ project: "apps/etl", script, tags: ["docker"] });
        const status = () => jobs.must(job.id).status;
        await until(
            () => status() === "running",
            60,
            () => process_.log,
        );
        let known = state;
        for (let edit = 1; edit <= EDITS; edit++) {
            const loaded = process_.logs(LOADED, 60);
            known = (await plugin.update(FILES, id, known, inputs(10 + edit))).state;
            await loaded;
            expect(await active(), `after edit ${edit}`).to.equal(10 + edit);
            expect([status(), process_.running], `after edit ${edit}`).to.deep.equal(["running", true]);
        }
        expect(process_.log.match(/Starting multi-runner/g)).to.have.lengthOf(1);
        fs.writeFileSync(enough, "");
        await until(
            () => status() === "success",
            60,
            () => process_.log,
        );
        expect(fs.readdirSync(directory).filter((name) => /\.(tmp|edited|before)/.test(name))).to.deep.equal([]);
    } finally {
        await runner?.stop();
        await plugin.close();
        await sandbox.close();
    }
}
