import { failure, hasUnknown, mapIn, type Props, sameValue, UNKNOWN } from "../../../core/props";
import { type Comparison, compare } from "../../compare";
import {
    type ConfigFiles,
    ensureVolume,
    type FoundFiles,
    findOwn,
    removeOwnVolume,
    removeStrayWriters,
    writeFiles,
} from "../../docker/config-volume";
import { type Engine, isOtherEngine } from "../../docker/engine";
import type { ResourceHandler } from "../../handler";
import { configChange } from "../config-toml/change";
import { settingsNow } from "../config-toml/settings";
import { summaryOf } from "../config-toml/words";
import { explain } from "./change";
import { identityOf, type Made, namesOf, nextSlot, nextStopTimeout, type Slot, toState } from "./slot";
import { readVolume, strayMessage, survey, surveyOnceMore } from "./survey";

const COMPARISONS: Record<string, Comparison> = {
    owner: { replace: true },
    name: { replace: true },
    volumeDriver: { replace: true },
    volumeDriverOpts: { replace: true },
    engine: {},
    image: {},
    imageName: {},
    systemId: {},
    alternateSystemId: {},
    certificates: { absent: {} },
    user: {},
    home: { absent: false },
    container: {},
    drainTimeout: {},
    replacement: {},
};

/**
 * The volume of one manager on a Docker engine, with `config.toml`, `.runner_system_id` and certificates in it; and the
 * judgement of what a change means for the container that reads them. The container itself is the docker provider's.
 */
export const managerVolume: ResourceHandler = {
    secrets: ["configToml"],
    notImported: "only its state knows its container: declare the manager, and run up.",

    check(news) {
        const named = "must be named by the host they are for";
        return Object.keys(mapIn(news.certificates))
            .filter((host) => !/^[\w.:-]{1,253}$/.test(host))
            .map((host) => ({
                ...failure("certificates", `${named} (got "${host}"). For instance gitlab.example.org.`),
                property: `certificates["${host}"]`,
            }));
    },

    async diff(call, existing, inputs) {
        const { state } = existing;
        const diff = compare(COMPARISONS, existing, inputs);
        Object.assign(diff.changes, configChange(state, inputs).changes);
        const moves = isOtherEngine(state.engine, inputs.engine);
        if (moves) {
            diff.changes.engine = "update-replace";
        }
        const replaced = Object.values(diff.changes).some((kind) => kind.endsWith("-replace"));
        // Two volumes cannot have one name on one engine.
        diff.deleteBeforeReplace = replaced && !moves && diff.changes.name === undefined;
        if (inputs.look !== true) {
            for (const message of explain(state, inputs)) {
                call.log.info(message);
            }
            if (moves) {
                call.log.info("moves to another engine: a container starts there; the one here drains and is removed.");
            }
        } else if (Object.keys(diff.changes).length === 0) {
            const engine = call.docker(inputs.engine);
            const { repairs } = await surveyOnceMore(engine, state, slotIn(state));
            if (repairs.length > 0) {
                call.log.info(repairs.join(" "));
                diff.changes.containerName = "update";
            }
        }
        return diff;
    },

    async create(call, inputs, preview) {
        const made: Made = { slot: "a", incarnation: 1, stopTimeout: inputs.drainTimeout, writtenAt: UNKNOWN };
        if (preview) {
            const summary = summaryOf(inputs.settings);
            if (summary !== undefined) call.log.info(`config.toml with ${summary}.`);
            return { id: "", state: toState(inputs, made) };
        }
        const engine = call.docker(inputs.engine);
        await engine.apiVersion();
        // Nothing of this manager is in the state: a container or volume of ours is left from a run that was killed.
        const { own } = await survey(engine, inputs, "a");
        if (own !== undefined) {
            call.log.info(strayMessage(namesOf(inputs, "a").container));
            await drain(engine, own.Id, inputs);
        }
        made.writtenAt = await deliver(engine, inputs, "a");
        return { id: namesOf(inputs, "a").volume, state: toState(inputs, made) };
    },

    async read(call, id, state, inputs) {
        const engine = call.docker(state.engine);
        await engine.apiVersion();
        const found = await readVolume(engine, state, slotIn(state));
        if (found === undefined) return undefined;
        const { volume } = namesOf(state, slotIn(state));
        const actual: Props = { ...state };
        if (found.configToml !== state.configToml) {
            call.log.info(`config.toml in volume ${volume} is not what was declared.`);
            actual.configToml = found.configToml ?? "";
            if (state.settings !== undefined) actual.settings = settingsNow(state, actual.configToml);
        } else if (found.openToOthers) {
            call.log.warn(`config.toml in volume ${volume} can be read by others than its owner; up puts this right.`);
            actual.configToml = "";
        }
        if (found.systemId !== state.activeSystemId) {
            actual.systemId = found.systemId ?? "";
        }
        if (!sameValue(found.certificates, state.certificates ?? {})) {
            actual.certificates = found.certificates;
        }
        return { id, state: actual, inputs };
    },

    async update(call, { state }, inputs, preview) {
        const old = slotIn(state);
        const writes = !sameFiles(state, inputs);
        const made: Made = {
            slot: nextSlot(state, inputs),
            incarnation: Number(state.incarnation ?? 1),
            stopTimeout: nextStopTimeout(state, inputs),
            writtenAt: state.writtenAt,
        };
        if (preview) return toState(inputs, writes || made.slot !== old ? { ...made, writtenAt: UNKNOWN } : made);
        const engine = call.docker(inputs.engine);
        await engine.apiVersion();
        if (
            made.slot !== old &&
            (await findOwn(engine, String(state.owner), namesOf(state, old).container)) === undefined
        ) {
            // A failed run has not filled this slot yet; the other one may still be taken by the container to follow.
            made.slot = old;
        }
        const seen = await survey(engine, inputs, made.slot);
        if (made.slot === old && seen.repairs.length > 0) {
            call.log.info(seen.repairs.join(" "));
        }
        if (seen.own !== undefined && !seen.known) {
            await drain(engine, seen.own.Id, inputs);
        }
        if (made.slot === old && !seen.known) {
            made.incarnation++;
        }
        if (writes || made.slot !== old || !holds(seen.found, inputs, made.slot)) {
            made.writtenAt = await deliver(engine, inputs, made.slot);
        }
        if (seen.own !== undefined && seen.known && !seen.own.running) {
            await engine.restartContainer(seen.own.Id);
        }
        return toState(inputs, made);
    },

    async delete(call, _id, state) {
        const engine = call.docker(state.engine);
        const owner = String(state.owner);
        await removeStrayWriters(engine, owner);
        for (const slot of ["a", "b"] as const) {
            const { container, volume } = namesOf(state, slot);
            const own = await findOwn(engine, owner, container).catch(() => undefined);
            if (own !== undefined) {
                await drain(engine, own.Id, state);
            }
            await removeOwnVolume(engine, volume, owner);
            await removeOwnVolume(engine, `${container}-home`, owner);
        }
    },
};

async function deliver(engine: Engine, inputs: Props, slot: Slot): Promise<string> {
    const { volume, home } = namesOf(inputs, slot);
    const owner = String(inputs.owner);
    const driver = inputs.volumeDriver as string | undefined;
    const driverOpts = inputs.volumeDriverOpts as Record<string, string> | undefined;
    const image = String(inputs.image);
    await ensureVolume(engine, { name: volume, owner, role: "config", driver, driverOpts }, image);
    if (home !== undefined) {
        await ensureVolume(engine, { name: home, owner, role: "home" }, image);
    }
    const target = { volume, owner, image, user: String(inputs.user ?? "0:0") };
    return writeFiles(engine, target, wantedFiles(inputs, slot));
}

/** Lets the jobs of a container end, then removes it. */
async function drain(engine: Engine, id: string, props: Props): Promise<void> {
    await engine.stopContainer(id, Number(props.drainTimeout));
    await engine.removeContainer(id);
}

function wantedFiles(inputs: Props, slot: Slot): ConfigFiles {
    return {
        configToml: String(inputs.configToml),
        systemId: String(identityOf(inputs, slot)),
        certificates: (inputs.certificates ?? {}) as Record<string, string>,
    };
}

function sameFiles(state: Props, inputs: Props): boolean {
    const names = ["configToml", "systemId", "alternateSystemId", "certificates", "user", "home"];
    return names.every((name) => !hasUnknown(inputs[name]) && sameValue(state[name] ?? {}, inputs[name] ?? {}));
}

function holds(found: FoundFiles | undefined, inputs: Props, slot: Slot): boolean {
    const wanted = wantedFiles(inputs, slot);
    return found?.configToml === wanted.configToml && found.systemId === wanted.systemId;
}

function slotIn(state: Props): Slot {
    return (state.slot ?? "a") as Slot;
}
