import { looksLikeToken } from "../values";
import type { KeySpec } from "./key-table";

/** Replaces a value that is not shown; Pulumi writes it, too. */
export const HIDDEN = "[secret]";

/** Names that people give to secrets. */
export const SECRET_NAME = /secret|pass(w|phrase)|pwd|token|credential|private|api_?key|access_?key|auth(?!or)/i;

/** Names that often, but not always, mean a secret: used only if a wrong guess would expose a secret. */
const PERHAPS_SECRET_NAME = /(^|[_.-])(key|pass|pw|dsn|cookie|webhook)s?([_.-]|$)|pass$/i;
const PERHAPS_SECRET_MEMBER = /[a-z](Key|Pass)s?([A-Z]|$)/;

/** The password, or everything before the host if there is no user name. */
const LOGIN_IN_URL = /(\/\/[^/\s:@]*:)[^/\s@]+(?=@)/;
const ENTRY = /^([A-Za-z_]\w{0,99})=(.+)$/s;

/** Whether a name means a secret, or may mean one. */
export function maybeSecretName(name: string): boolean {
    return SECRET_NAME.test(name) || PERHAPS_SECRET_NAME.test(name) || PERHAPS_SECRET_MEMBER.test(name);
}

/** Whether a text contains a login: `https://name:password@host`. */
export function hasLogin(text: string): boolean {
    return LOGIN_IN_URL.test(text);
}

/** Name and value of an entry of `environment`, `NAME=value`; undefined for any other text. */
export function entryOf(text: string): { name: string; value: string } | undefined {
    const [, name, value] = ENTRY.exec(text) ?? [];
    return name === undefined ? undefined : { name, value: value! };
}

/**
 * One text of a `config.toml` as previews and the state show it. `key` is the key of the text, or of the list that it
 * is in. Secret are: keys that gitlab-runner's structs mark as secret, keys with the name of a secret, and tokens
 * anywhere.
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

/** Hides a text that is a secret as a whole; of an entry of `environment`, the name stays visible. */
export function hiddenText(text: string, key: string): string {
    const entry = key === "environment" ? entryOf(text) : undefined;
    return entry === undefined ? HIDDEN : `${entry.name}=${HIDDEN}`;
}
