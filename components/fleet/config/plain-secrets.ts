import { tableSpec } from "../../../core/config-toml/key-table";
import { entryOf, hasLogin, maybeSecretName, SECRET_NAME } from "../../../core/config-toml/secret-leaves";
import { variablesIn } from "../../../core/config-toml/variables";
import { type Problem, warning } from "../../../core/problems";
import { shellQuote } from "../../../core/shell-quote";
import { isMap, looksLikeToken, memberOf } from "../../../core/values";
import { SECRET_OPTIONS } from "../../manager/placements";
import type { StackFile } from "./stack-files";
import { UNSET } from "./unset";

/** Credentials in the text of a kubeconfig; a path, or a login by a program, is not a secret. */
const LOGIN_IN_KUBECONFIG = /["']?\b(token|client-key-data|password)["']?\s*:/;
const LOGIN_HEADER = /^(private-token|authorization|proxy-authorization|cookie|job-token)$/i;

/**
 * Finds secrets that are unencrypted in a stack's configuration. `values` are what Pulumi passed, by full key. Pulumi
 * only says which whole keys contain a secret; `file`, if there is one, shows which part is encrypted. `sharedBy`
 * returns the shared file that a value comes from.
 */
export function findPlainSecrets(
    values: Record<string, unknown>,
    secretKeys: readonly string[],
    file: () => StackFile | undefined,
    sharedBy: (path: string) => string | undefined = () => undefined,
): Problem[] {
    return Object.entries(values).flatMap(([key, value]) => {
        const places = key.startsWith("gitlab:") ? inLogin(key, value) : inFleet(value, [key]);
        const open = secretKeys.includes(key) ? places.filter((place) => isOpen(file(), place)) : places;
        return open.map((keys) => {
            const path = memberOf(key, ...keys.slice(1));
            return warning(path, explain(path, keys, sharedBy(path)));
        });
    });
}

/** The path of a secret, as keys. */
type Place = readonly (string | number)[];

function explain(path: string, keys: Place, shared: string | undefined): string {
    if (isInPod(keys)) {
        const history = shared === undefined ? "this file" : "the file that several stacks share";
        return (
            "would stand in the pod, where everybody reads it who may read pods; encrypting it here changes nothing there. Take it out, and " +
            `replace it where it was issued: it is in the history of ${history}, too, once that is committed.`
        );
    }
    const where = shared === undefined ? "the stack's configuration" : "a file that several stacks share";
    const open = `is in plain text in ${where}, and in its history once it is committed.`;
    // What must not be there at all should not be encrypted, either.
    if (isRunnerToken(keys)) return `${open} Remove it, and reset it in GitLab if others could read it.`;
    const asks = "asks for the value. Replace it where it was issued if others could read it.";
    if (shared !== undefined) {
        const list = keys.some((key) => typeof key === "number")
            ? "Take the list out there and write it in each stack that needs it, because a stack's list replaces a shared one"
            : "Take it out there, and set it in each stack that needs it";
        return `${open} ${list}: \`pulumi config set --secret --path ${shellQuote(path)}\` ${asks}`;
    }
    const command = keys.length === 1 ? `--secret ${path}` : `--secret --path ${shellQuote(path)}`;
    return `${open} Encrypt it: \`pulumi config set ${command}\` ${asks}`;
}

/** A worker's token always comes from the declared runner. */
function isRunnerToken([, , config, key]: Place): boolean {
    return config === "config" && key === "token";
}

/** Everybody who may read pods can read every option of a pod, except the kubeconfig and what is put in a Secret. */
function isInPod([, , placement, kind, option]: Place): boolean {
    return placement === "placement" && kind === "kubernetes" && option !== "kubeconfig" && option !== "certificates";
}

function isOpen(file: StackFile | undefined, keys: Place): boolean {
    let value: unknown = file;
    for (const key of keys) {
        value = isMap(value) || Array.isArray(value) ? (value as Record<string | number, unknown>)[key] : undefined;
    }
    return typeof value === "string";
}

function inLogin(key: string, value: unknown): Place[] {
    if (key === "gitlab:token") return typeof value === "string" && value !== "" ? [[key]] : [];
    if (key !== "gitlab:headers" || !isMap(value)) return [];
    return Object.keys(value)
        .filter((name) => typeof value[name] === "string")
        .filter((name) => LOGIN_HEADER.test(name) || SECRET_NAME.test(name) || looksLikeToken(String(value[name])))
        .map((name) => [key, name]);
}

/** @param name the key of `item`; in a list, the key of the list */
function inFleet(item: unknown, place: Place, table?: string, name = ""): Place[] {
    if (typeof item === "string") return isSecret(item, name, table) ? [place] : [];
    if (Array.isArray(item)) return item.flatMap((one, index) => inFleet(one, [...place, index], table, name));
    if (!isMap(item)) return [];
    const members = Object.entries(item).filter(([member]) => !isShownInGitLab(place, member));
    return members.flatMap(([member, one]) => inFleet(one, [...place, member], tableOf(place, member, table), member));
}

/** GitLab shows these to everybody: encrypting them would hide nothing, and a token in them is an error. */
function isShownInGitLab([section, name, ...deeper]: Place, member: string): boolean {
    const isOfRunner = section === "gitlab-fleet:runners" && name !== undefined && deeper.length === 0;
    return isOfRunner && ["description", "note", "tags"].includes(member);
}

/** The table of config.toml at a key; undefined outside `config`. */
function tableOf(parent: Place, key: string, table: string | undefined): string | undefined {
    if (table !== undefined) return tableSpec(table).get(key)?.table ?? table;
    const [section] = parent;
    if (key !== "config" || parent.length !== 2) return undefined;
    return section === "gitlab-fleet:runners" ? "WorkerTable" : "GlobalTable";
}

/** Whether a text is worth encrypting. `name` is its key; in a list, the key of the list. */
function isSecret(text: string, name: string, table: string | undefined): boolean {
    // A text that is only a variable is not a secret, though seldom what was meant.
    if (text === "" || variablesIn(text).includes(text) || text.includes(UNSET)) return false;
    if (looksLikeToken(text) || hasLogin(text)) return true;
    if (name === "environment") {
        const entry = entryOf(text);
        return entry !== undefined && maybeSecretName(entry.name) && variablesIn(entry.value).length === 0;
    }
    if (table !== undefined) return tableSpec(table).get(name)?.secret === true;
    if (name === "kubeconfig") return LOGIN_IN_KUBECONFIG.test(text);
    return SECRET_OPTIONS.includes(name) || (/^[A-Z][A-Z0-9_]*$/.test(name) && SECRET_NAME.test(name));
}
