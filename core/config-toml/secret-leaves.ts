import { looksLikeToken } from "../values";
import type { KeySpec } from "./key-table";

/** Stands where a value is not shown; as Pulumi writes it. */
export const HIDDEN = "[secret]";

/** A name by which people call what nobody else should read. */
export const SECRET_NAME = /secret|pass(w|phrase)|pwd|token|credential|private|api_?key|access_?key|auth(?!or)/i;

/** Names that often mean a secret, and sometimes not: they count where a secret would be lost by being wrong. */
const PERHAPS_SECRET_NAME = /(^|[_.-])(key|pass|pw|dsn|cookie|webhook)s?([_.-]|$)|pass$/i;
const PERHAPS_SECRET_MEMBER = /[a-z](Key|Pass)s?([A-Z]|$)/;

/** The password, or all that stands before the host where there is no user's name. */
const LOGIN_IN_URL = /(\/\/[^/\s:@]*:)[^/\s@]+(?=@)/;
const ENTRY = /^([A-Za-z_]\w{0,99})=(.+)$/s;

/** Whether a name stands for a secret, or may. */
export function maybeSecretName(name: string): boolean {
    return SECRET_NAME.test(name) || PERHAPS_SECRET_NAME.test(name) || PERHAPS_SECRET_MEMBER.test(name);
}

/** Whether a text holds a login: `https://name:password@host`. */
export function hasLogin(text: string): boolean {
    return LOGIN_IN_URL.test(text);
}

/** Name and value of an entry of `environment`, `NAME=value`; undefined for any other text. */
export function entryOf(text: string): { name: string; value: string } | undefined {
    const [, name, value] = ENTRY.exec(text) ?? [];
    return name === undefined ? undefined : { name, value: value! };
}

/**
 * One text of a `config.toml` as others may read it, in previews and in the state. `key` is the key it stands under, in a
 * list that of the list. Secret are the keys of which gitlab-runner's structs say so, what bears the name of a secret, and
 * tokens wherever they stand.
 */
export function shownText(text: string, key: string, spec: KeySpec | undefined): string {
    if (text === "") return text;
    const entry = key === "environment" ? entryOf(text) : undefined;
    if (entry !== undefined) {
        const { name, value } = entry;
        return maybeSecretName(name) ? `${name}=${HIDDEN}` : `${name}=${shownText(value, "", undefined)}`;
    }
    if (spec?.secret && spec.shape !== "list") return HIDDEN;
    if (spec === undefined && SECRET_NAME.test(key)) return HIDDEN;
    return looksLikeToken(text) ? HIDDEN : text.replace(LOGIN_IN_URL, `$1${HIDDEN}`);
}

/** A text that is a secret as a whole: of an entry of `environment` the name is shown. */
export function hiddenText(text: string, key: string): string {
    const entry = key === "environment" ? entryOf(text) : undefined;
    return entry === undefined ? HIDDEN : `${entry.name}=${HIDDEN}`;
}
