import { setTimeout as delay } from "node:timers/promises";
import { type Props, pick, UNKNOWN } from "../../../core/props";
import { type Evidence, judge as judgeProcess, type Verdict } from "../../../core/service/loaded";
import { updatesOf } from "../../compare";
import { noteKnownContainer } from "../../docker/config-volume";
import type { ContainerInfo, Engine } from "../../docker/engine";
import { DockerError } from "../../docker/errors";
import type { LogLine } from "../../docker/log-lines";
import { type Call, settled } from "../../handler";

const COMPARED = ["engine", "container", "containerId", "writtenAt", "quiet"] as const;
const POLL = 400;

/**
 * Waits until the process in a container has loaded the delivered `config.toml`. Throws with gitlab-runner's own words
 * if it refuses the file.
 */
export const configLoaded = settled({
    diff: (_call, { state }, inputs) => updatesOf(COMPARED, state, inputs),

    idOf: (_call, { container }) => String(container),

    settle: waitFor,
});

async function waitFor(call: Call, inputs: Props, preview: boolean): Promise<Props> {
    const state = pick(inputs, [...COMPARED, "timeout"]);
    if (preview) return { ...state, loadedAt: UNKNOWN };
    const engine = call.docker(inputs.engine);
    const id = String(inputs.containerId);
    const name = String(inputs.container);
    const timeout = Number(inputs.timeout ?? 60);
    const writtenAt = String(inputs.writtenAt);
    const started = Date.now();
    let quiet = inputs.quiet === true;
    await noteKnownContainer(engine, id);
    for (;;) {
        const container = await engine.inspectContainer(id);
        if (container === undefined) throw new DockerError(engine.host, `container ${name} is gone. Run up once more.`);
        const lines = await readLines(call, engine, id, writtenAt);
        quiet ||= lines === undefined;
        const waited = (Date.now() - started) / 1000;
        const verdict = judge(container, lines ?? [], { quiet, waited });
        if (verdict.kind === "loaded" && (await survives(engine, id, container.State.StartedAt, writtenAt))) {
            return { ...state, loadedAt: new Date().toISOString() };
        }
        if (verdict.kind === "refused") throw refused(engine, name, verdict.words, container);
        if (waited > timeout) {
            const last = lines?.at(-1)?.text ?? "nothing";
            throw new DockerError(
                engine.host,
                `container ${name} has not loaded its config.toml within ${timeout} s (it last ` +
                    `said: ${last}). Look at docker logs ${name}.`,
            );
        }
        await delay(POLL);
    }
}

/** Whether the process in a container has loaded the delivered configuration. */
export function judge(
    { State: { Running: running, Restarting: restarting, ExitCode: exitCode } }: Pick<ContainerInfo, "State">,
    lines: readonly LogLine[],
    sofar: Pick<Evidence, "quiet" | "waited">,
): Verdict {
    const texts = lines.map(({ text }) => text);
    return judgeProcess({ process: { running, restarting, exitCode }, texts, ...sofar });
}

/** A process that was just started may still end, for instance because its metrics port is taken. */
async function survives(engine: Engine, id: string, startedAt: string, writtenAt: string): Promise<boolean> {
    if (Date.parse(startedAt) < Date.parse(writtenAt)) return true;
    await delay(POLL);
    const later = await engine.inspectContainer(id);
    return later?.State.Running === true && !later.State.Restarting && later.State.StartedAt === startedAt;
}

async function readLines(call: Call, engine: Engine, id: string, since: string): Promise<LogLine[] | undefined> {
    try {
        return await engine.logsOf(id, since);
    } catch (error) {
        if (!/log(ging)? driver|reading/i.test(String(error)) || (error as DockerError).status === undefined) {
            throw error;
        }
        call.log.info("Its log cannot be read through the engine: whether config.toml was refused is not known.");
        return undefined;
    }
}

function refused({ host }: Engine, name: string, words: string, { State }: ContainerInfo): DockerError {
    return new DockerError(
        host,
        State.Running && !State.Restarting
            ? `gitlab-runner in container ${name} refused its config.toml (${words}). It continues with the old one. Correct it and run up again.`
            : `container ${name} does not stay up (${words}). Look at docker logs ${name}.`,
    );
}
