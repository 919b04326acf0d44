import { whyNotOwn } from "../../../core/owner-file";
import { isUnknown, type Props, type Value } from "../../../core/props";
import type { Sight } from "../../../hosts/host";
import type { Call } from "../../handler";
import { configChange } from "../config-toml/change";
import { joinParts } from "../config-toml/words";
import type { DirectoryPlace } from "../manager-place/place";
import { CONFIG_FILE, SYSTEM_ID_FILE } from "../manager-place/sight";
import { DirectoryProblem, inspectFiles, type ManagerDirectory } from "./directory";
import { makesRotate } from "./rotation-guard";

/**
 * The contents of a directory after a look. Throws for a directory that must not be written; `undefined` if only
 * another user may read it, which must not stop a preview.
 */
export function look(call: Call, place: DirectoryPlace, sight: Sight, inputs: Props): ManagerDirectory | undefined {
    let found: ManagerDirectory;
    try {
        found = inspectFiles(place, sight);
    } catch (error) {
        if (!(error instanceof DirectoryProblem) || !error.forbidden) throw error;
        call.log.warn(`${error.message} Whether they were edited by hand is not known.`);
        return undefined;
    }
    const why = whyNotOwn(place.host.at(place.directory), found.owner, place);
    if (why !== undefined) throw new Error(`ManagerFiles "${call.name}": ${why}`);
    refuseReadOnly(call, place, found, inputs);
    return found;
}

/** Names of properties whose file no longer has the wanted content. */
export function handEdits(
    { log }: Call,
    { host, directory }: DirectoryPlace,
    found: ManagerDirectory,
    state: Props,
    inputs: Props,
): string[] {
    const isOther = found.configToml !== inputs.configToml;
    const isOtherIdentity = !isUnknown(inputs.systemId) && found.systemId !== inputs.systemId;
    const at = host.at(directory);
    // A file that is as this stack left it differs because the program has changed.
    if (isOther && found.configToml !== state.configToml) {
        log.info(
            found.configToml === undefined
                ? `${CONFIG_FILE} is missing in ${at} and will be written again.`
                : `${CONFIG_FILE} in ${at} is not what was declared and will be written again${explain(found, inputs)}.`,
        );
    }
    if (!isOther && found.openToOthers) {
        log.warn(`${CONFIG_FILE} in ${at} can be read by others than its owner; this will be put right.`);
    }
    // If the directory has no files at all, only that is reported.
    const isEmpty = (found.configToml ?? found.systemId) === undefined;
    if (isOtherIdentity && !isEmpty && willBeAnother(state.systemId, inputs.systemId) === undefined) {
        const what = found.systemId === undefined ? "is missing" : "holds another identity";
        log.warn(
            `${SYSTEM_ID_FILE} in ${at} ${what}; up writes ${String(inputs.systemId)} again. To GitLab, a gitlab-runner that was ` +
                "started meanwhile is another manager until it is restarted.",
        );
    }
    return [...(isOther || found.openToOthers ? ["configToml"] : []), ...(isOtherIdentity ? ["systemId"] : [])];
}

/**
 * The consequence of another identity; `undefined` if it stays the same, or if there was none: a refresh that finds no
 * file stores an empty one.
 */
export function willBeAnother(was: Value | undefined, is: Value | undefined): string | undefined {
    if (typeof was !== "string" || was === "" || was === is || isUnknown(is)) return undefined;
    return (
        `${SYSTEM_ID_FILE} changes from ${was} to ${is}: once gitlab-runner is restarted, GitLab lists another manager, and the old ` +
        `one goes stale. To keep it: systemId: ${was}.`
    );
}

/** What `up` changes in a file that is not as this stack left it: `: concurrent 40 → 4`. */
function explain({ configToml }: ManagerDirectory, inputs: Props): string {
    const { said } = configChange({ configToml }, inputs);
    return said.length > 0 ? `: ${joinParts(said)}` : "";
}

/**
 * A process that cannot write its file resets its token, loses the new one at the next start, and then keeps resetting
 * it.
 */
export function refuseReadOnly(
    call: Call,
    { host, directory }: DirectoryPlace,
    found: ManagerDirectory,
    { configToml, rotatedByProcess }: Props,
): void {
    const rotates = rotatedByProcess === true || (typeof configToml === "string" && makesRotate(configToml));
    if (!rotates || !found.readOnly) return;
    throw new Error(
        `ManagerFiles "${call.name}": ${CONFIG_FILE} in ${host.at(directory)} is read-only, and it holds when its tokens end: ` +
            "gitlab-runner would reset a token that it cannot keep, more than 20 times a second. " +
            'Make it writable (chmod u+w), or leave token_expires_at out (rotation: "pulumi").',
    );
}
