import { keptFor } from "../../../core/kept-for";
import type { Props } from "../../../core/props";
import { type FoundFiles, findOwn, readFiles } from "../../docker/config-volume";
import type { Engine } from "../../docker/engine";
import { namesOf, type Slot } from "./slot";

/** What of a manager is on the engine. */
export interface Survey {
    own: Awaited<ReturnType<typeof findOwn>>;
    /** The container is the one that the state knows. */
    known: boolean;
    found: FoundFiles | undefined;
    /** What has to be put right, in sentences. */
    repairs: string[];
}

/** How long what was read for a refresh is good for the diff that follows it at once, in milliseconds. */
const FRESH = 5000;

const latestOf = keptFor<Engine, Map<string, { survey: Survey; until: number }>>(() => new Map());

/** Looks at a manager's container, volume and files. Of a new one the state knows no container, whatever its volume says. */
export async function survey(engine: Engine, props: Props, slot: Slot, isNew = false): Promise<Survey> {
    const { container, volume } = namesOf(props, slot);
    const own = await findOwn(engine, [String(props.owner)], container);
    const exists = (await engine.inspectVolume(volume)) !== undefined;
    const found = own && exists ? await peek(engine, props, own.Id, volume) : undefined;
    return judge(container, volume, { own, exists, found, isNew });
}

/**
 * What is in a manager's volume, for a refresh; undefined when there is none. A refresh asks for the differences right
 * after it, and reading files out of a container is the slowest thing an engine is asked for here: what was seen is kept
 * for that one question.
 */
export async function readVolume(engine: Engine, props: Props, slot: Slot): Promise<FoundFiles | undefined> {
    const { container, volume } = namesOf(props, slot);
    if ((await engine.inspectVolume(volume)) === undefined) return undefined;
    let taken = false;
    const own = await findOwn(engine, [String(props.owner)], container).catch(() => {
        taken = true;
        return undefined;
    });
    const found = await peek(engine, props, own?.Id, volume);
    // Somebody else's container under its name is the diff's to explain.
    if (!taken) {
        const seen = judge(container, volume, { own, exists: true, found: own && found, isNew: false });
        latestOf(engine).set(container, { survey: seen, until: Date.now() + FRESH });
    }
    return found;
}

/** `survey`, or what `readVolume` has just seen. */
export async function surveyOnceMore(engine: Engine, props: Props, slot: Slot): Promise<Survey> {
    const { container } = namesOf(props, slot);
    const kept = latestOf(engine).get(container);
    latestOf(engine).delete(container);
    return kept !== undefined && kept.until > Date.now() ? kept.survey : survey(engine, props, slot);
}

function judge(
    container: string,
    volume: string,
    { own, exists, found, isNew }: Pick<Survey, "own" | "found"> & { exists: boolean; isNew: boolean },
): Survey {
    const known = !isNew && own !== undefined && found?.knownContainer === own.Id;
    const repairs = exists ? [] : [`Volume ${volume} is gone: it is made anew.`];
    if (own === undefined) repairs.push(`Container ${container} is gone: it is made anew.`);
    else if (!known) {
        const why = "is left from a run that did not finish, or whose state was lost";
        repairs.push(`Container ${container} ${why}: it drains and is made anew.`);
    } else if (!own.running) repairs.push(`Container ${container} is not running: it is started.`);
    return { own, known, found, repairs };
}

function peek(engine: Engine, props: Props, container: string | undefined, volume: string): Promise<FoundFiles> {
    return readFiles(engine, { volume, owner: String(props.owner), image: String(props.image), container });
}
