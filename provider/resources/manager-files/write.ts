import type { Props } from "../../../core/props";
import { hashOf, type Sight } from "../../../hosts/host";
import type { Machine } from "../../../hosts/machine";
import type { Call } from "../../handler";
import { type DirectoryOwner, isOwn, shown } from "../manager-place/owner";
import { type DirectoryPlace, whyNotUsable } from "../manager-place/place";
import { CONFIG_FILE } from "../manager-place/sight";
import { hashesOfOurs } from "./by-hand";
import {
    deliver,
    EDITED_COPY,
    FOREIGN_COPY,
    inspectFiles,
    type ManagerDirectory,
    rewriteConfig,
    type Wanted,
} from "./directory";
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
    const wanted: Wanted = { configToml: configToml!, systemId: systemId!, owner };
    const rotates = makesRotate(configToml!);
    if (rotates) wanted.configToml = await withRotated(call.gitlab, configToml!, found.configToml);
    const expected = rotates ? (found.configHash ?? null) : undefined;
    const { directoryCreated, keptAs, replaced, overtaken } = await deliver(place, wanted, {
        keep,
        over: expected,
        overOwner: found.ownerHash ?? null,
    });
    if (taken) call.log.warn(`Took ${directory} over from ${shown(found.owner!.owner)}.`);
    if (keptAs !== undefined) {
        const had =
            keep.as === EDITED_COPY ? `had a ${CONFIG_FILE} that was edited by hand` : `already had a ${CONFIG_FILE}`;
        call.log.info(`${directory} ${had}: it is kept as ${keptAs}.`);
    }
    const text =
        replaced && overtaken === undefined
            ? wanted.configToml
            : await writeBesideProcess(call, place, { ...wanted, configToml: configToml! }, found.configToml, {
                  text: wanted.configToml,
                  replaced,
                  overtaken,
              });
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

/** Writes again after gitlab-runner has written a new token at the same time; returns what was written. */
async function writeBesideProcess(
    call: Call,
    place: DirectoryPlace,
    wanted: Wanted,
    read: string | undefined,
    first: { text: string; replaced: boolean; overtaken?: string },
): Promise<string> {
    let found = read;
    let last = first;
    for (let tries = 1; tries < MOST_TRIES; tries++) {
        found = last.overtaken ?? found;
        const current = last.replaced ? last.text : found;
        const text = await withRotated(call.gitlab, last.text, found);
        const over = current === undefined ? null : hashOf(current);
        last = { text, ...(await rewriteConfig(place, { ...wanted, configToml: text }, over)) };
        if (last.replaced && last.overtaken === undefined) return text;
    }
    throw new Error(
        `ManagerFiles "${call.name}": ${CONFIG_FILE} in ${place.host.at(place.directory)} changes faster than it can be written ` +
            `(${MOST_TRIES} times). Find out what writes it, then run pulumi up again.`,
    );
}
