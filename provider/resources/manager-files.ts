import { hostname } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import type { Call, ResourceHandler } from "../handler";
import { isUnknown, type Props, UNKNOWN } from "../values";
import { compare, type Rule } from "./compare";
import { CONFIG_FILE, inspectFiles, removeFiles, writeFiles } from "./manager-directory";

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
        if (state.host === hostname() && typeof inputs.configToml === "string" && !diff.changes.directory) {
            for (const property of handEdits(call, inputs)) {
                diff.changes[property] ??= "update";
            }
        }
        return diff;
    },

    async create(call, inputs, preview) {
        const directory = inputs.directory as string;
        if (preview) {
            return { id: "", state: toState(inputs, UNKNOWN) };
        }
        return { id: directory, state: toState(inputs, write(call, inputs, false)) };
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
        if (preview) {
            return toState(inputs, state.directoryCreated ?? false);
        }
        const here = hostname();
        if (state.host !== here) {
            call.log.warn(
                `The files were written on ${String(state.host)}; they are now written on ${here}. The old ones stay.`,
            );
        }
        const created = write(call, inputs, true) || (state.host === here && state.directoryCreated === true);
        return toState(inputs, created);
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

function write(call: Call, inputs: Props, update: boolean): boolean {
    const { directory, configToml, systemId } = inputs as Record<string, string>;
    const { directoryCreated, keptAs } = writeFiles(directory!, configToml!, systemId!, { keepForeign: !update });
    if (keptAs !== undefined) {
        call.log.info(`${directory} already had a ${CONFIG_FILE}: it is kept as ${keptAs}.`);
    }
    return directoryCreated;
}

function toState({ directory, configToml, systemId }: Props, directoryCreated: Props[string]): Props {
    const configPath = typeof directory === "string" ? join(directory, CONFIG_FILE) : UNKNOWN;
    return { directory, configToml, systemId, configPath, host: hostname(), directoryCreated };
}
