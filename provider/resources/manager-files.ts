import { hostname } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import type { Call, ResourceHandler } from "../handler";
import { isUnknown, type Props, UNKNOWN } from "../values";
import { compare, type Rule } from "./compare";
import { CONFIG_FILE, inspectFiles, prepareFiles, removeFiles, replaceConfig, writeConfig } from "./manager-directory";
import { makesRotate, withRotated } from "./rotation-guard";

/** A process rotates once in weeks: who is overtaken this often has another problem. */
const MOST_TRIES = 5;

const RULES: Record<string, Rule> = { directory: { replace: true }, configToml: {}, systemId: {} };

/** The files of one runner manager in a directory of this machine. */
export const managerFiles: ResourceHandler = {
    secrets: ["configToml"],
    oneThing: true,

    check(news) {
        const { directory, systemId } = news;
        const failures = [];
        if (typeof directory === "string" && !isAbsolute(directory)) {
            const reason = `directory must be an absolute path (got "${directory}"). For instance /etc/gitlab-runner.`;
            failures.push({ property: "directory", reason });
        }
        if (typeof systemId === "string" && !/^[sr]_[0-9a-zA-Z]{12}$/.test(systemId)) {
            const reason = `systemId must be s_ or r_ and 12 letters or digits (got "${systemId}"). gitlab-runner refuses others.`;
            failures.push({ property: "systemId", reason });
        }
        const normal = typeof directory === "string" && isAbsolute(directory) ? resolve(directory) : directory;
        return { inputs: { ...news, directory: normal }, failures };
    },

    diff(call, existing, inputs) {
        const { state } = existing;
        const diff = compare(RULES, existing, inputs);
        if (state.host === hostname() && !diff.changes.directory) refuseReadOnly(call, inputs);
        if (state.host === hostname() && typeof inputs.configToml === "string" && !diff.changes.directory) {
            for (const property of handEdits(call, inputs)) {
                diff.changes[property] ??= "update";
            }
        }
        return diff;
    },

    async create(call, inputs, preview) {
        const directory = inputs.directory as string;
        refuseReadOnly(call, inputs);
        if (preview) {
            return { id: "", state: toState(inputs, UNKNOWN) };
        }
        const { created, configToml } = await write(call, inputs, false);
        return { id: directory, state: toState({ ...inputs, configToml }, created) };
    },

    async read(call, id, state, inputs) {
        const here = hostname();
        if (state.host !== undefined && state.host !== here) {
            call.log.info(`The files are on ${String(state.host)}, this is ${here}: not looked at.`);
            return { id, state, inputs };
        }
        const directory = String(state.directory ?? id);
        const found = inspectFiles(directory);
        if (found.configToml === undefined && found.systemId === undefined) {
            return undefined;
        }
        const actual = { directory, configToml: found.configToml ?? "", systemId: found.systemId ?? "" };
        const created = state.directoryCreated ?? false;
        return { id, state: toState(actual, created), inputs: actual };
    },

    async update(call, { state }, inputs, preview) {
        const here = hostname();
        if (!preview || state.host === here) refuseReadOnly(call, inputs);
        if (preview) {
            return toState(inputs, state.directoryCreated ?? false);
        }
        if (state.host !== here) {
            call.log.warn(
                `The files were written on ${String(state.host)}; they are now written on ${here}. The old ones stay.`,
            );
        }
        const { created, configToml } = await write(call, inputs, true);
        const ours = created || (state.host === here && state.directoryCreated === true);
        return toState({ ...inputs, configToml }, ours);
    },

    async delete(call, _id, state) {
        const directory = String(state.directory);
        const here = hostname();
        if (state.host !== here && inspectFiles(directory).configToml !== state.configToml) {
            call.log.warn(
                `The files in ${directory} are on ${String(state.host)}, this is ${here}: delete them there by hand.`,
            );
            return;
        }
        const kept = removeFiles(directory, String(state.configToml), state.directoryCreated === true);
        if (kept !== undefined) {
            call.log.warn(`${CONFIG_FILE} was edited by hand: it was not deleted but renamed to ${kept}.`);
        }
    },
};

/** Names of properties whose file no longer holds what is wanted. Contents are never shown: they are secret. */
function handEdits(call: Call, inputs: Props): string[] {
    const directory = String(inputs.directory);
    let found: ReturnType<typeof inspectFiles>;
    try {
        found = inspectFiles(directory);
    } catch (error) {
        // Often only root may read them, and a preview must not need that.
        call.log.warn(
            `${error instanceof Error ? error.message : error} Whether they were edited by hand is not known.`,
        );
        return [];
    }
    const changed: string[] = [];
    if (found.configToml !== inputs.configToml) {
        changed.push("configToml");
        call.log.info(
            found.configToml === undefined
                ? `${CONFIG_FILE} is missing in ${directory} and will be written again.`
                : `${CONFIG_FILE} in ${directory} is not what was declared and will be written again.`,
        );
    } else if (found.openToOthers) {
        changed.push("configToml");
        call.log.warn(`${CONFIG_FILE} in ${directory} can be read by others than its owner; this will be put right.`);
    }
    if (!isUnknown(inputs.systemId) && found.systemId !== inputs.systemId) {
        changed.push("systemId");
    }
    return changed;
}

async function write(call: Call, inputs: Props, update: boolean): Promise<{ created: boolean; configToml: string }> {
    const { directory, configToml, systemId } = inputs as Record<string, string>;
    const prepared = prepareFiles(directory!, configToml!, systemId!, { keepForeign: !update });
    const { directoryCreated, keptAs } = prepared;
    if (keptAs !== undefined) {
        call.log.info(`${directory} already had a ${CONFIG_FILE}: it is kept as ${keptAs}.`);
    }
    if (!makesRotate(configToml!)) {
        writeConfig(directory!, configToml!);
        return { created: directoryCreated, configToml: configToml! };
    }
    return { created: directoryCreated, configToml: await writeBesideProcess(call, directory!, configToml!) };
}

/** Writes a config.toml into which gitlab-runner may write a new token at any time; returns what was written. */
async function writeBesideProcess(call: Call, directory: string, configToml: string): Promise<string> {
    let text = configToml;
    let current = inspectFiles(directory).configToml;
    let found = current;
    for (let tries = 0; tries < MOST_TRIES; tries++) {
        text = await withRotated(call.gitlab, text, found);
        const { replaced, overtaken } = await replaceConfig(directory, text, current);
        if (replaced && overtaken === undefined) {
            if (text !== configToml) {
                call.log.info(`Kept the token that gitlab-runner has rotated meanwhile (${directory}/${CONFIG_FILE}).`);
            }
            return text;
        }
        found = overtaken ?? found;
        current = replaced ? text : found;
    }
    throw new Error(
        `ManagerFiles "${call.name}": ${CONFIG_FILE} in ${directory} changes faster than it can be written ` +
            `(${MOST_TRIES} times). Find out what writes it, then run pulumi up again.`,
    );
}

/** A process that cannot write its file resets its token, loses it at the next start, and then resets it without end. */
function refuseReadOnly(call: Call, { directory, configToml, rotatedByProcess }: Props): void {
    const rotates = rotatedByProcess === true || (typeof configToml === "string" && makesRotate(configToml));
    if (!rotates || typeof directory !== "string") return;
    let found: ReturnType<typeof inspectFiles>;
    try {
        found = inspectFiles(directory);
    } catch {
        // Who may not look is told so when it is written.
        return;
    }
    if (!found.readOnly) return;
    throw new Error(
        `ManagerFiles "${call.name}": ${CONFIG_FILE} in ${directory} is read-only, and it holds when its tokens end: ` +
            "gitlab-runner would reset a token that it cannot keep, more than 20 times a second. " +
            'Make it writable (chmod u+w), or leave token_expires_at out (rotation: "pulumi").',
    );
}

function toState({ directory, configToml, systemId }: Props, directoryCreated: Props[string]): Props {
    const configPath = typeof directory === "string" ? join(directory, CONFIG_FILE) : UNKNOWN;
    return { directory, configToml, systemId, configPath, host: hostname(), directoryCreated };
}
