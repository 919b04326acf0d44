import { type DirectoryOwner, isOwn, shown } from "../../../core/owner-file";
import type { Props } from "../../../core/props";
import { hashOf } from "../../../hosts/host";
import type { Machine } from "../../../hosts/machine";
import type { Call } from "../../handler";
import { type DirectoryPlace, whyNotUsable } from "../manager-place/place";
import { CONFIG_FILE, reachedSight } from "../manager-place/sight";
import { hashesOfOurs } from "./by-hand";
import { deliver, EDITED_COPY, FOREIGN_COPY, inspectFiles, type ManagerDirectory, rewriteConfig } from "./directory";
import { refuseReadOnly } from "./look";
import { makesRotate, withRotated } from "./rotation-guard";
import { placeIdOf } from "./state";

/** A process rotates once in weeks: if it writes first this often, something else is wrong. */
const MOST_TRIES = 5;

/** Writes what inputs want into a directory, if it may. */
export async function write(
    call: Call,
    place: DirectoryPlace,
    inputs: Props,
    step: "create" | "update",
): Promise<{ created: boolean; configToml: string; machine: Machine }> {
    const wanted = String(inputs.configToml);
    const directory = place.host.at(place.directory);
    const refusal = (why: string) => new Error(`ManagerFiles "${call.name}": ${why} Nothing was written.`);
    const sight = await reachedSight(place);
    if (typeof sight === "string") throw refusal(sight);
    const found = inspectFiles(place, sight);
    const why = whyNotUsable(place, sight);
    if (why !== undefined) throw refusal(why);
    refuseReadOnly(call, place, found, inputs);
    const taken = found.owner !== undefined && !isOwn(found.owner, place);
    const keep = keepOf(place, found, step);
    const over = replacedBy(hashOf(wanted), found, keep.ours);
    const owner: DirectoryOwner = { owner: place.owner, place: placeIdOf(inputs), identity: place.identity, over };
    const rotates = makesRotate(wanted);
    const text = rotates ? await withRotated(call.gitlab, wanted, found.configToml) : wanted;
    const { directoryCreated, keptAs, ...delivered } = await deliver(
        place,
        { configToml: text, systemId: String(inputs.systemId), owner },
        { keep, over: rotates ? (found.configHash ?? null) : undefined, overOwner: found.ownerHash ?? null },
    );
    if (taken) call.log.warn(`Took ${directory} over from ${shown(found.owner!.owner)}.`);
    if (keptAs !== undefined) {
        const had =
            keep.as === EDITED_COPY ? `had a ${CONFIG_FILE} that was edited by hand` : `already had a ${CONFIG_FILE}`;
        call.log.info(`${directory} ${had}: it is kept as ${keptAs}.`);
    }
    const configToml = await rewriteRotated(call, place, owner, { text, theirs: found.configToml, ...delivered });
    if (configToml !== wanted) {
        call.log.info(`Kept the token that gitlab-runner has rotated meanwhile (${directory}/${CONFIG_FILE}).`);
    }
    return { created: directoryCreated, configToml, machine: sight.machine };
}

/** What was written, what was read before, and what has come of it. */
type Attempt = { text: string; theirs: string | undefined } & Awaited<ReturnType<typeof rewriteConfig>>;

/** Writes again as long as gitlab-runner writes a new token at the same time. Returns the text that stands in the end. */
async function rewriteRotated(
    call: Call,
    place: DirectoryPlace,
    owner: DirectoryOwner,
    first: Attempt,
): Promise<string> {
    let last = first;
    for (let tries = 1; !last.replaced || last.overtaken !== undefined; tries++) {
        if (tries === MOST_TRIES) {
            throw new Error(
                `ManagerFiles "${call.name}": ${CONFIG_FILE} in ${place.host.at(place.directory)} changes faster than it can be ` +
                    `written (${MOST_TRIES} times). Find out what writes it, then run pulumi up again.`,
            );
        }
        const theirs = last.overtaken ?? last.theirs;
        const current = last.replaced ? last.text : theirs;
        const text = await withRotated(call.gitlab, last.text, theirs);
        const over = current === undefined ? null : hashOf(current);
        last = { text, theirs, ...(await rewriteConfig(place, text, owner, over)) };
    }
    return last.text;
}

/** Hashes of the `config.toml`s that are ours, and the name under which another one is kept. */
function keepOf(
    place: DirectoryPlace,
    found: ManagerDirectory,
    step: "create" | "update",
): { as: string; ours: string[] } {
    const { owner } = found;
    if (owner !== undefined && !isOwn(owner, place)) return { as: FOREIGN_COPY, ours: [] };
    if (step === "update") return { as: EDITED_COPY, ours: hashesOfOurs(found, place) };
    return { as: FOREIGN_COPY, ours: owner === undefined ? [] : hashesOfOurs(found, place) };
}

/** The hash of our own text that the next one replaces, for the owner file; unchanged if the text is. */
function replacedBy(
    next: string,
    { configHash, owner }: ManagerDirectory,
    ours: readonly string[],
): string | undefined {
    if (configHash === next) return owner?.over;
    return configHash !== undefined && ours.includes(configHash) ? configHash : undefined;
}
