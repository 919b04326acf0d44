import { keptFor } from "../../../core/kept-for";
import type { Props } from "../../../core/props";
import { type FoundFiles, findOwn, OWNER, readFiles, readOwner } from "../../docker/config-volume";
import type { Engine } from "../../docker/engine";
import { namesOf, type Slot } from "./slot";
import { whyAnothers } from "./whose";

export interface Survey {
    own: Awaited<ReturnType<typeof findOwn>>;
    /** The container is the one that the state knows. */
    known: boolean;
    found: FoundFiles | undefined;
    /** Why all of it belongs to another state, and must stay as it is. */
    why?: string;
    /** What must be repaired, in sentences. */
    repairs: string[];
}

/** How long a refresh's look may be used by the diff that follows immediately, in milliseconds. */
const FRESH = 5000;

export interface Looking {
    /** The state knows no container of a new manager, whatever its volume says. */
    isNew?: boolean;
    /** The identities of this state. */
    identities: readonly string[];
    /** Takes over what another state has left. */
    stateLost?: boolean;
}

const latestOf = keptFor<Engine, Map<string, { survey: Survey; until: number }>>(() => new Map());

export async function survey(engine: Engine, props: Props, slot: Slot, looking: Looking): Promise<Survey> {
    const { container, volume } = namesOf(props, slot);
    const own = await findOwn(engine, [String(props.owner)], container);
    const there = await engine.inspectVolume(volume);
    const found = own && there ? await peek(engine, props, own.Id, volume) : undefined;
    const text = found === undefined && there ? await ownerIn(engine, props, slot) : found?.owner;
    return judge(container, volume, { own, exists: there !== undefined, found, text }, looking);
}

/** The owner text in a slot's volume; undefined if the volume is not the manager's or has no such text. */
export async function ownerIn(
    engine: Engine,
    props: Props,
    slot: Slot,
    container?: string,
): Promise<string | undefined> {
    const { volume } = namesOf(props, slot);
    const owner = String(props.owner);
    if ((await engine.inspectVolume(volume))?.Labels?.[OWNER] !== owner) return undefined;
    return readOwner(engine, { volume, owner, image: String(props.image), container });
}

/**
 * The contents of a manager's volume, for a refresh; undefined if there is none. A refresh asks for the diff right
 * after it, and reading files out of a container is the slowest request to an engine: so the result is kept for that
 * one diff.
 */
export async function readVolume(
    engine: Engine,
    props: Props,
    slot: Slot,
    looking: Looking,
): Promise<{ found: FoundFiles; why?: string } | undefined> {
    const { container, volume } = namesOf(props, slot);
    if ((await engine.inspectVolume(volume)) === undefined) return undefined;
    let taken = false;
    const own = await findOwn(engine, [String(props.owner)], container).catch(() => {
        taken = true;
        return undefined;
    });
    const found = await peek(engine, props, own?.Id, volume);
    const seen = judge(container, volume, { own, exists: true, found: own && found, text: found.owner }, looking);
    // The diff will explain that somebody else's container has the name.
    if (!taken) latestOf(engine).set(container, { survey: seen, until: Date.now() + FRESH });
    return { found, why: seen.why };
}

/** `survey`, or what `readVolume` has just seen. */
export async function surveyOnceMore(engine: Engine, props: Props, slot: Slot, looking: Looking): Promise<Survey> {
    const { container } = namesOf(props, slot);
    const kept = latestOf(engine).get(container);
    latestOf(engine).delete(container);
    return kept !== undefined && kept.until > Date.now() ? kept.survey : survey(engine, props, slot, looking);
}

function judge(
    container: string,
    volume: string,
    { own, exists, found, text }: Pick<Survey, "own" | "found"> & { exists: boolean; text: string | undefined },
    { isNew = false, identities, stateLost = false }: Looking,
): Survey {
    const why = whyAnothers(volume, text, identities);
    if (why !== undefined && !stateLost) return { own, known: false, found, why, repairs: [why] };
    const known = !isNew && why === undefined && own !== undefined && found?.knownContainer === own.Id;
    const repairs = exists ? [] : [`Volume ${volume} is gone: it is recreated.`];
    if (own === undefined) repairs.push(`Container ${container} is gone: it is recreated.`);
    else if (!known) {
        const why = "is left from a run that did not finish, or whose state was lost";
        repairs.push(`Container ${container} ${why}: it drains and is recreated.`);
    } else {
        if (!own.running) repairs.push(`Container ${container} is not running: it is started.`);
        if (text === undefined) repairs.push(`Volume ${volume} does not say of which state it is: that is added.`);
    }
    return { own, known, found, repairs };
}

function peek(engine: Engine, props: Props, container: string | undefined, volume: string): Promise<FoundFiles> {
    return readFiles(engine, { volume, owner: String(props.owner), image: String(props.image), container });
}
