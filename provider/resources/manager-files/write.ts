import { type DirectoryOwner, isOwn, shown } from "../../../core/owner-file";
import type { Props } from "../../../core/props";
import { hashOf, type Sight } from "../../../hosts/host";
import type { Machine } from "../../../hosts/machine";
import type { Call } from "../../handler";
import { type DirectoryPlace, whyNotUsable } from "../manager-place/place";
import { CONFIG_FILE } from "../manager-place/sight";
import { hashesOfOurs } from "./by-hand";
import { deliver, EDITED_COPY, FOREIGN_COPY, inspectFiles, type ManagerDirectory, rewriteConfig } from "./directory";
import { refuseReadOnly } from "./look";
import { makesRotate, withRotated } from "./rotation-guard";
import { placeIdOf } from "./state";

/** A process rotates once in weeks: who is overtaken this often has another problem. */
const MOST_TRIES = 5;

/** Writes what inputs want into a directory that was just looked at, if it may. */
export async function write(
    call: Call,
    place: DirectoryPlace,
    inputs: Props,
    sight: Sight,
    update: boolean,
): Promise<{ created: boolean; configToml: string; machine: Machine }> {
    const { configToml, systemId } = inputs as Record<string, string>;
    const directory = place.host.at(place.directory);
    const found = inspectFiles(place, sight);
    const why = whyNotUsable(place, sight);
    if (why !== undefined) throw new Error(`ManagerFiles "${call.name}": ${why} Nothing was written.`);
    refuseReadOnly(call, place, found, inputs);
    const taken = found.owner !== undefined && !isOwn(found.owner, place);
    const ours = taken || (found.owner === undefined && !update) ? [] : hashesOfOurs(found, place);
    const over = replacedBy(hashOf(configToml!), found, ours);
    const owner: DirectoryOwner = { owner: place.owner, place: placeIdOf(inputs), identity: place.identity, over };
    const keep = { as: update && !taken ? EDITED_COPY : FOREIGN_COPY, ours };
    const rotates = makesRotate(configToml!);
    let text = rotates ? await withRotated(call.gitlab, configToml!, found.configToml) : configToml!;
    const { directoryCreated, keptAs, ...first } = await deliver(
        place,
        { configToml: text, systemId: systemId!, owner },
        { keep, over: rotates ? (found.configHash ?? null) : undefined, overOwner: found.ownerHash ?? null },
    );
    if (taken) call.log.warn(`Took ${directory} over from ${shown(found.owner!.owner)}.`);
    if (keptAs !== undefined) {
        const had =
            keep.as === EDITED_COPY ? `had a ${CONFIG_FILE} that was edited by hand` : `already had a ${CONFIG_FILE}`;
        call.log.info(`${directory} ${had}: it is kept as ${keptAs}.`);
    }
    // Written again after gitlab-runner has written a new token at the same time.
    let theirs = found.configToml;
    for (let tries = 1, last = first; !last.replaced || last.overtaken !== undefined; tries++) {
        if (tries === MOST_TRIES) {
            throw new Error(
                `ManagerFiles "${call.name}": ${CONFIG_FILE} in ${directory} changes faster than it can be written ` +
                    `(${MOST_TRIES} times). Find out what writes it, then run pulumi up again.`,
            );
        }
        theirs = last.overtaken ?? theirs;
        const current = last.replaced ? text : theirs;
        text = await withRotated(call.gitlab, text, theirs);
        last = await rewriteConfig(place, text, owner, current === undefined ? null : hashOf(current));
    }
    if (text !== configToml) {
        call.log.info(`Kept the token that gitlab-runner has rotated meanwhile (${directory}/${CONFIG_FILE}).`);
    }
    return { created: directoryCreated, configToml: text, machine: sight.machine };
}

/** The hash of our own text that the next one replaces, for the owner file, which stays as it is where the text does. */
function replacedBy(
    next: string,
    { configHash, owner }: ManagerDirectory,
    ours: readonly string[],
): string | undefined {
    if (configHash === next) return owner?.over;
    return configHash !== undefined && ours.includes(configHash) ? configHash : undefined;
}
