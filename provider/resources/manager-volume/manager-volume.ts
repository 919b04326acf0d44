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
import { type Engine, hostOf, isOtherEngine } from "../../docker/engine";
import { DockerError } from "../../docker/errors";
import { type Call, settled } from "../../handler";
import { configChange } from "../config-toml/change";
import { settingsNow } from "../config-toml/settings";
import { summaryOf } from "../config-toml/words";
import { explain } from "./change";
import { identityOf, type Made, namesOf, nextSlot, nextStopTimeout, type Slot, toState } from "./slot";
import { type Looking, ownerIn, readVolume, survey, surveyOnceMore } from "./survey";
import { identitiesOf, isOwnText, ownerText, REMEDY, whyAnothers } from "./whose";

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
 * The volume of one manager on a Docker engine, with `config.toml`, `.runner_system_id` and certificates. Also judges
 * what a change means for the container that reads them. The container itself belongs to the docker provider.
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
        // Two volumes cannot have the same name on one engine.
        diff.deleteBeforeReplace = replaced && !moves && diff.changes.name === undefined;
        if (inputs.look !== true) {
            for (const message of explain(state, inputs)) call.log.info(message);
            if (moves) {
                call.log.info("moves to another engine: a container starts there; the one here drains and is removed.");
            }
        } else if (Object.keys(diff.changes).length === 0) {
            const engine = call.docker(inputs.engine);
            const { repairs } = await surveyOnceMore(engine, state, slotIn(state), lookingFor(inputs, state));
            if (repairs.length > 0) {
                call.log.info(repairs.join(" "));
                diff.changes.containerName = "update";
            }
        }
        return diff;
    },

    idOf: (_call, inputs) => namesOf(inputs, "a").volume,
    // Two engines may each have a volume of the name.
    thing: (state) => `${hostOf(state.engine)} ${namesOf(state, "a").volume}`,

    async settle(call, inputs, preview, state) {
        const known = state ?? {};
        const writes = !sameFiles(known, inputs);
        const planned: Made = {
            slot: nextSlot(known, inputs),
            incarnation: Number(known.incarnation ?? 1),
            stopTimeout: nextStopTimeout(known, inputs),
            writtenAt: known.writtenAt,
        };
        if (!preview) return toState(inputs, await carryOut(call, inputs, planned, writes, state));
        const summary = state === undefined ? summaryOf(inputs.settings) : undefined;
        if (summary !== undefined) call.log.info(`config.toml with ${summary}.`);
        const isWritten = writes || planned.slot !== slotIn(known);
        return toState(inputs, isWritten ? { ...planned, writtenAt: UNKNOWN } : planned);
    },

    async read(call, id, state, inputs) {
        const engine = await engineOf(call, state);
        const seen = await readVolume(engine, state, slotIn(state), lookingFor(inputs, state));
        if (seen === undefined) return undefined;
        const { found, why } = seen;
        if (why !== undefined) {
            call.log.warn(`Docker engine ${engine.host}: ${why} It stays in the state as it was.`);
            return { id, state, inputs };
        }
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
        for (const slot of ["a", "b"] as const) {
            if (!(await remove(call, engine, state, slot, lookingFor(state)))) return;
        }
    },
});

/** Brings files and container of a manager to what was planned. Tells what was made of the plan on the engine as it was found. */
async function carryOut(call: Call, inputs: Props, planned: Made, writes: boolean, state?: Props): Promise<Made> {
    const engine = await engineOf(call, inputs);
    const isNew = state === undefined;
    const made = { ...planned, slot: isNew ? planned.slot : await slotToFill(engine, state, planned.slot) };
    const moves = !isNew && made.slot !== slotIn(state);
    const looking = lookingFor(inputs, state);
    const seen = await survey(engine, inputs, made.slot, { ...looking, isNew });
    if (seen.why !== undefined) throw new DockerError(engine.host, `${seen.why} ${REMEDY}`);
    // A new manager has nothing in the state, so a container of ours is left from a killed run.
    const isToldOf = isNew ? seen.own !== undefined : !moves;
    if (isToldOf && seen.repairs.length > 0) call.log.info(seen.repairs.join(" "));
    if (seen.own !== undefined && !seen.known) await drain(engine, seen.own.Id, inputs);
    if (!isNew && !moves && !seen.known) made.incarnation++;
    // What a lost state has left in the second slot is no longer needed.
    if (isNew) await remove(call, engine, inputs, "b", looking);
    if (writes || moves || !holds(seen.found, inputs, made.slot)) {
        made.writtenAt = await deliver(engine, inputs, made.slot);
    }
    if (seen.own !== undefined && seen.known && !seen.own.running) await engine.restartContainer(seen.own.Id);
    return made;
}

/** A failed run has not filled the slot of its state yet; the other one may still be taken by the container to follow. */
async function slotToFill(engine: Engine, state: Props, planned: Slot): Promise<Slot> {
    const old = slotIn(state);
    if (planned === old) return old;
    const container = await findOwn(engine, [String(state.owner)], namesOf(state, old).container);
    return container === undefined ? old : planned;
}

/**
 * Lets the jobs in one of a manager's slots finish, and removes what is there. Returns false for another state's, which
 * is left alone.
 */
async function remove(
    call: Call,
    engine: Engine,
    props: Props,
    slot: Slot,
    { identities, stateLost }: Looking,
): Promise<boolean> {
    const owner = String(props.owner);
    const { container, volume } = namesOf(props, slot);
    const own = await findOwn(engine, [owner], container).catch(() => undefined);
    const why = whyAnothers(volume, await ownerIn(engine, props, slot, own?.Id), identities);
    if (why !== undefined && stateLost !== true) {
        call.log.warn(`Docker engine ${engine.host}: ${why}`);
        return false;
    }
    await removeStrayWriters(engine, owner);
    if (own !== undefined) {
        call.log.status(`Draining ${container}`);
        await drain(engine, own.Id, props);
    }
    await removeOwnVolume(engine, volume, owner);
    await removeOwnVolume(engine, `${container}-home`, owner);
    return true;
}

/** The state may differ from the one in which the manager was last changed, if it was moved. */
function lookingFor(inputs: Props, state: Props = {}): Looking {
    return { identities: identitiesOf(inputs, state), stateLost: inputs.stateLost === true };
}

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

/** Lets a container's jobs finish, then removes it. */
async function drain(engine: Engine, id: string, props: Props): Promise<void> {
    await engine.stopContainer(id, Number(props.drainTimeout));
    await engine.removeContainer(id);
}

function wantedFiles(inputs: Props, slot: Slot): ConfigFiles {
    return {
        configToml: String(inputs.configToml),
        systemId: String(identityOf(inputs, slot)),
        owner: ownerText(inputs),
        certificates: (inputs.certificates ?? {}) as Record<string, string>,
    };
}

function sameFiles(state: Props, inputs: Props): boolean {
    const names = ["configToml", "systemId", "alternateSystemId", "certificates", "user", "home", "identity"];
    return names.every((name) => !hasUnknown(inputs[name]) && sameValue(state[name] ?? {}, inputs[name] ?? {}));
}

function holds(found: FoundFiles | undefined, inputs: Props, slot: Slot): boolean {
    const wanted = wantedFiles(inputs, slot);
    const same = found?.configToml === wanted.configToml && found.systemId === wanted.systemId;
    return same && isOwnText(found.owner, inputs);
}

function slotIn(state: Props): Slot {
    return (state.slot ?? "a") as Slot;
}
