import { hasUnknown, type Props, sameValue, UNKNOWN } from "../../../core/props";
import { noteKnownContainer } from "../../docker/config-volume";
import type { Engine } from "../../docker/engine";
import { DockerError } from "../../docker/errors";
import { judge } from "../../docker/loaded";
import type { LogLine } from "../../docker/log-lines";
import type { Call, ResourceHandler } from "../../handler";
import { stateAlone } from "../../imports";

const COMPARED = ["engine", "container", "containerId", "writtenAt", "quiet"] as const;
const POLL = 400;

/**
 * Waits until the process in a container has loaded the `config.toml` that was delivered for it, and fails with
 * gitlab-runner's own words when it refuses the file.
 */
export const configLoaded: ResourceHandler = {
    secrets: [],

    diff(_call, { state }, inputs) {
        const changed = COMPARED.filter((name) => hasUnknown(inputs[name]) || !sameValue(state[name], inputs[name]));
        return { changes: Object.fromEntries(changed.map((name) => [name, "update"])) };
    },

    async create(call, inputs, preview) {
        return { id: String(inputs.container), state: await waitFor(call, inputs, preview) };
    },

    read: stateAlone("ConfigLoaded"),

    update(call, _existing, inputs, preview) {
        return waitFor(call, inputs, preview);
    },
};

async function waitFor(call: Call, inputs: Props, preview: boolean): Promise<Props> {
    const state = Object.fromEntries([...COMPARED, "timeout"].map((name) => [name, inputs[name]]));
    if (preview) {
        return { ...state, loadedAt: UNKNOWN };
    }
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
        if (container === undefined) {
            throw new DockerError(engine.host, `container ${name} is gone. Run up once more.`);
        }
        const lines = await readLines(call, engine, id, writtenAt);
        quiet ||= lines === undefined;
        const waited = (Date.now() - started) / 1000;
        const verdict = judge({ container, lines: lines ?? [], quiet, waited });
        if (verdict.kind === "loaded" && (await survives(engine, id, container.State.StartedAt, writtenAt))) {
            return { ...state, loadedAt: new Date().toISOString() };
        }
        if (verdict.kind === "refused") {
            throw refused(engine, name, verdict.words, container.State.Running);
        }
        if (waited > timeout) {
            const last = lines?.at(-1)?.text ?? "nothing";
            throw new DockerError(
                engine.host,
                `container ${name} has not loaded its config.toml within ${timeout} s (it last ` +
                    `said: ${last}). Look at docker logs ${name}.`,
            );
        }
        await new Promise((resolve) => setTimeout(resolve, POLL));
    }
}

/** A process that was started just now may still end, when its metrics port is taken for instance. */
async function survives(engine: Engine, id: string, startedAt: string, writtenAt: string): Promise<boolean> {
    if (Date.parse(startedAt) < Date.parse(writtenAt)) {
        return true;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL));
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

function refused(engine: Engine, container: string, words: string, running: boolean): DockerError {
    return running
        ? new DockerError(
              engine.host,
              `gitlab-runner in container ${container} refused its config.toml (${words}). It goes on with the old one. ` +
                  "Correct it and run up again.",
          )
        : new DockerError(
              engine.host,
              `container ${container} does not stay up (${words}). Look at docker logs ${container}.`,
          );
}
