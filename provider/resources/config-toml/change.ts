import { HIDDEN } from "../../../core/config-toml/secret-leaves";
import { hasUnknown, isUnknown, type Props, sameValue, type Value } from "../../../core/props";
import { memberOf } from "../../../core/values";
import type { ChangeKind } from "../../handler";
import { listChanges } from "../../list-changes";
import { type Leaf, type Leaves, leavesOf, settingsIn, valuesIn, workersIn } from "./settings";
import { comeAndGone, sayDifferences, sayWorkers } from "./words";

/** The changes of a `config.toml`, without secrets. */
interface ConfigChange {
    /** Changes by property: of `settings` value by value, and of `configToml` if those do not cover everything. */
    changes: Record<string, ChangeKind>;
    /** The same in words: `concurrent 4 → 8`, `docker-small: limit 4 → 6`. */
    said: string[];
}

/** A value that was changed, added or removed. */
export interface Difference {
    key: string;
    steps: Leaf["steps"];
    old: Value | undefined;
    next: Value | undefined;
    /** The value is secret: only the text shows that it differs. */
    hidden?: boolean;
}

/** How two texts differ: in values, or in something that has no name. */
type TextChange = { differences: Difference[] } | { rest: string };

/** Compares the state's `config.toml` with the wanted one. */
export function configChange(state: Props, inputs: Props): ConfigChange {
    const text = differInText(state.configToml, inputs.configToml);
    // States of earlier versions have only the text.
    const known = state.settings ?? settingsIn(state.configToml);
    const wanted = inputs.settings ?? settingsIn(inputs.configToml);
    const { come, gone } = comeAndGone(known, wanted);
    const whole = new Set([...come, ...gone]);
    const ofThoseThatStay = ({ steps: [part, name] }: Difference) => part !== "workers" || !whole.has(String(name));
    const differing = wanted === undefined ? [] : differ(leavesOf(known), leavesOf(wanted)).filter(ofThoseThatStay);
    const shown = state.settings === undefined ? differing.map(hideWhatMayBeSecret) : differing;
    const inText = text !== undefined && "differences" in text ? text.differences : [];
    const hidden = without(inText.filter(ofThoseThatStay), shown);
    // The display of a value may change without the value: it was declared secret, or no longer is.
    const real = inText.length > 0 ? without(shown, without(shown, inText)) : text === undefined ? [] : shown;
    const changes = settingsChanges(state.settings, inputs.settings, differing, text !== undefined);
    const isShown = real.length + whole.size > 0;
    const saysAll = inText.length > 0 && hidden.length === 0 && state.settings !== undefined && isShown;
    return {
        changes: text === undefined || saysAll ? changes : { configToml: "update", ...changes },
        said:
            text === undefined
                ? []
                : [
                      ...sayWorkers(known, wanted),
                      ...sayDifferences([...real, ...hidden]),
                      ...("rest" in text ? [text.rest] : []),
                  ],
    };
}

/** Settings that earlier versions did not keep are not a change by themselves. */
function settingsChanges(
    old: Value | undefined,
    next: Value | undefined,
    differing: readonly Difference[],
    isOtherText: boolean,
): ConfigChange["changes"] {
    if (next === undefined) return old === undefined ? {} : { settings: "delete" };
    if (old === undefined) return isOtherText ? { settings: "add" } : {};
    const { come, gone } = comeAndGone(old, next);
    const changes: ConfigChange["changes"] = {};
    for (const difference of differing) Object.assign(changes, changesOf(difference));
    for (const name of come) changes[memberOf("settings.workers", name)] = "add";
    for (const name of gone) changes[memberOf("settings.workers", name)] = "delete";
    return changes;
}

/** Whether an old text was declared secret is no longer known, so it is shown only if the new one is. */
function hideWhatMayBeSecret(difference: Difference): Difference {
    const { old, next } = difference;
    const isPlain = typeof old === "number" || typeof old === "boolean" || old === undefined;
    const isShown = next !== undefined && !hasUnknown(next) && !JSON.stringify(next).includes(HIDDEN);
    return isPlain || isShown ? difference : { ...difference, old: HIDDEN };
}

function changesOf({ steps, old, next }: Difference): Record<string, ChangeKind> {
    const path = steps.reduce<string>((where, step) => memberOf(where, step), "settings");
    if (old === undefined) return { [path]: "add" };
    if (next === undefined) return { [path]: "delete" };
    const entries = Array.isArray(old) && Array.isArray(next) ? listChanges(path, old, next) : {};
    // The same entries in another order.
    return Object.keys(entries).length > 0 ? entries : { [path]: "update" };
}

function differ(before: Leaves, after: Leaves): Difference[] {
    return [...new Set([...before.keys(), ...after.keys()])].flatMap((key): Difference[] => {
        const old = before.get(key)?.value;
        const next = after.get(key)?.value;
        if (sameValue(old, next) && !hasUnknown(next)) return [];
        return [{ key, steps: (before.get(key) ?? after.get(key))!.steps, old, next }];
    });
}

/** How two texts differ; undefined if they do not. */
function differInText(old: Value | undefined, next: Value | undefined): TextChange | undefined {
    if (isUnknown(next)) return { rest: "tokens that are known after up" };
    if (old === next || typeof next !== "string") return undefined;
    const [before, after] = [valuesIn(old ?? ""), valuesIn(next)];
    if (before === undefined || after === undefined) return { rest: "the whole file" };
    const differences = differ(before, after).map((difference) => ({ ...difference, hidden: true }));
    if (differences.length > 0) return { differences };
    return { rest: sameValue(workersIn(old), workersIn(next)) ? "comments or order" : "the order of the workers" };
}

function without(differences: readonly Difference[], others: readonly Difference[]): Difference[] {
    const known = new Set(others.map(({ key }) => key));
    return differences.filter(({ key }) => !known.has(key));
}

const KEYS: Record<string, string> = { listen_address: "listen_address", session_server: "[session_server]" };
const CHANGED = /^settings\.global\.(\w+)/;
/** An autoscaler key of an existing worker, except policies; a new worker starts its plugin anyway. */
const OF_AUTOSCALER = /^settings\.workers(?:\.[^.[]+|\["(?:[^"\\]|\\.)*"\])\.autoscaler(?!\.policy\b)/;

/**
 * The note about changes that a running process does not notice: gitlab-runner binds its ports and configures fleeting
 * plugins only when it starts; it rereads everything else.
 * https://docs.gitlab.com/runner/configuration/advanced-configuration/
 */
export function sayReadAtStart({ changes }: Pick<ConfigChange, "changes">): string | undefined {
    const changed = Object.keys(changes).map((path) =>
        OF_AUTOSCALER.test(path) ? "[runners.autoscaler] (but for policy)" : KEYS[CHANGED.exec(path)?.[1] ?? ""],
    );
    const keys = [...new Set(changed)].filter((key) => key !== undefined);
    if (keys.length === 0) return undefined;
    const [are, them] = keys.length === 1 ? ["is", "it"] : ["are", "them"];
    return (
        `${keys.join(" and ")} ${are} read only when gitlab-runner starts: restart it for ${them} when it suits you. ` +
        "Nothing here restarts it, because its running jobs would be lost."
    );
}
