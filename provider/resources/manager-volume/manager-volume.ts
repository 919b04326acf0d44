import { error } from "../../../core/problems";
import { hasUnknown, mapIn, type Props, sameValue, UNKNOWN } from "../../../core/props";
import { memberOf, show } from "../../../core/values";
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
import { type Call, settled } from "../../handler";
import { configChange } from "../config-toml/change";
import { settingsNow } from "../config-toml/settings";
import { summaryOf } from "../config-toml/words";
import { explain } from "./change";
import { identityOf, type Made, namesOf, nextSlot, nextStopTimeout, type Slot, toState } from "./slot";
import { readVolume, survey, surveyOnceMore } from "./survey";

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
export const managerVolume = settled({
    secrets: ["configToml"],
    notImported: "only its state knows its container: declare the manager, and run up.",

    check(news) {
        const named = "must be named by the host they are for";
        return Object.keys(mapIn(news.certificates))
            .filter((host) => !/^[\w.:-]{1,253}$/.test(host))
            .map((host) =>
                error(memberOf("certificates", host), `${named} (got ${show(host)}). For instance gitlab.example.org.`),
            );
    },

    async diff(call, existing, inputs) {
        const { state } = existing;
        const diff = compare(COMPARISONS, existing, inputs);
        Object.assign(diff.changes, configChange(state, inputs).changes);
        const moves = isOtherEngine(state.engine, inputs.engine);
        if (moves) diff.changes.engine = "update-replace";
        const replaced = Object.values(diff.changes).some((kind) => kind.endsWith("-replace"));
        // Two volumes cannot have one name on one engine.
        diff.deleteBeforeReplace = replaced && !moves && diff.changes.name === undefined;
        if (inputs.look !== true) {
            for (const message of explain(state, inputs)) call.log.info(message);
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

    idOf: (_call, inputs) => namesOf(inputs, "a").volume,

    async settle(call, inputs, preview, state) {
        const known = state ?? {};
        const old = slotIn(known);
        const writes = !sameFiles(known, inputs);
        const made: Made = {
            slot: nextSlot(known, inputs),
            incarnation: Number(known.incarnation ?? 1),
            stopTimeout: nextStopTimeout(known, inputs),
            writtenAt: known.writtenAt,
        };
        if (preview) {
            const summary = state === undefined ? summaryOf(inputs.settings) : undefined;
            if (summary !== undefined) call.log.info(`config.toml with ${summary}.`);
            return toState(inputs, writes || made.slot !== old ? { ...made, writtenAt: UNKNOWN } : made);
        }
        const engine = await engineOf(call, inputs);
        if (
            made.slot !== old &&
            (await findOwn(engine, [String(known.owner)], namesOf(known, old).container)) === undefined
        ) {
            // A failed run has not filled this slot yet; the other one may still be taken by the container to follow.
            made.slot = old;
        }
        const isNew = state === undefined;
        const seen = await survey(engine, inputs, made.slot, isNew);
        // Nothing of a new manager is in the state: a container of ours is left from a run that was killed.
        const isToldOf = isNew ? seen.own !== undefined : made.slot === old;
        if (isToldOf && seen.repairs.length > 0) call.log.info(seen.repairs.join(" "));
        if (seen.own !== undefined && !seen.known) await drain(engine, seen.own.Id, inputs);
        if (!isNew && made.slot === old && !seen.known) made.incarnation++;
        if (writes || made.slot !== old || !holds(seen.found, inputs, made.slot)) {
            made.writtenAt = await deliver(engine, inputs, made.slot);
        }
        if (seen.own !== undefined && seen.known && !seen.own.running) await engine.restartContainer(seen.own.Id);
        return toState(inputs, made);
    },

    async read(call, id, state, inputs) {
        const engine = await engineOf(call, state);
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

    async delete(call, _id, state) {
        const engine = call.docker(state.engine);
        const owner = String(state.owner);
        await removeStrayWriters(engine, owner);
        for (const slot of ["a", "b"] as const) {
            const { container, volume } = namesOf(state, slot);
            const own = await findOwn(engine, [owner], container).catch(() => undefined);
            if (own !== undefined) await drain(engine, own.Id, state);
            await removeOwnVolume(engine, volume, owner);
            await removeOwnVolume(engine, `${container}-home`, owner);
        }
    },
});

/** The engine, once it has answered. */
async function engineOf(call: Call, { engine: named }: Props): Promise<Engine> {
    const engine = call.docker(named);
    await engine.apiVersion();
    return engine;
}

async function deliver(engine: Engine, inputs: Props, slot: Slot): Promise<string> {
    const { volume, home } = namesOf(inputs, slot);
    const owner = String(inputs.owner);
    const driver = inputs.volumeDriver as string | undefined;
    const driverOpts = inputs.volumeDriverOpts as Record<string, string> | undefined;
    const image = String(inputs.image);
    await ensureVolume(engine, { name: volume, owner, role: "config", driver, driverOpts }, image);
    if (home !== undefined) await ensureVolume(engine, { name: home, owner, role: "home" }, image);
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
