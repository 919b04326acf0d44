import { countBy } from "../groups";
import { looksLikeToken } from "../values";
import { hasLogin, maybeSecretName } from "./secret-leaves";

const KEY_MATERIAL =
    /-----BEGIN [A-Z ]*(PRIVATE KEY|CERTIFICATE)|\b(AKIA|ASIA)[A-Z0-9]{16}\b|\beyJ[\w-]+\.[\w-]+\.[\w-]*/;
/** `name:password@host` without a scheme, as in data source names. */
const LOGIN = /(^|[\s"'=])[\w.+-]+:[^\s:@/"'$]+@(?!sha\d+:)[\w([.-]/;
const BASIC_LOGIN = /\b(basic|bearer)\s+[A-Za-z0-9+/=_.-]{8,}/i;
/** An assignment, including an option of a machine driver: `amazonec2-secret-key=…`. */
const ASSIGNMENT = /(?:^|[\s;"'&?])(?:--?)?([A-Za-z_][\w.-]{0,99})=["']?([^\s"';&]+)/g;
/** A login in a command's arguments. To most commands, the short options mean something else. */
const OPTION =
    /(?:^|\s)(?:(?:login|curl|wget|mysql\w*|sshpass|smbclient|ldap\w+)\b[^\n;|&]{0,300}?\s-[up]|--(?:user|password|passwd|token|secret|api-key))[ =]?["']?([^\s"']+)/g;
const TESTS = [LOGIN, BASIC_LOGIN].map((pattern) => (text: string) => pattern.test(text));
const VARIABLE = /^\$|^%\w+%$/;

const SHORTEST_RANDOM = 20;
/**
 * Bits per character from which a word looks random; English has two to three, 32 random letters about four and a half.
 */
const RANDOM_BITS = 3.5;
const DIGEST = /\b(sha256|sha512):[0-9a-f]+/g;

/** Whether any part of a text has the shape of a secret: a token, a login in an address, the text of a key. */
export function looksSecret(text: string): boolean {
    // A variable instead of a password is not a secret.
    const said = text.replace(/\$\{?\w+\}?/g, "");
    return looksLikeToken(text) || KEY_MATERIAL.test(text) || [hasLogin, ...TESTS].some((test) => test(said));
}

/**
 * Whether a text may hold a secret, judged without knowing its purpose: a script, an entry of `environment`, a value of
 * a table that gitlab-runner does not know.
 */
export function mayHoldSecret(text: string): boolean {
    return (
        looksSecret(text) ||
        [...text.matchAll(ASSIGNMENT)].some(([, name, value]) => maybeSecretName(name!) && !VARIABLE.test(value!)) ||
        [...text.matchAll(OPTION)].some(([, value]) => !VARIABLE.test(value!)) ||
        text
            .replace(DIGEST, "")
            .split(/[^A-Za-z0-9+_=-]/)
            .some(looksRandom)
    );
}

function looksRandom(word: string): boolean {
    if (word.length < SHORTEST_RANDOM) return false;
    const kinds = [/[a-z]/, /[A-Z]/, /\d/].filter((kind) => kind.test(word)).length;
    const [least, bits] = /^[0-9a-f]+$/i.test(word) ? [2, 3] : [3, RANDOM_BITS];
    return kinds >= least && entropyOf(word) >= bits;
}

/** Shannon entropy of a text, in bits per character. */
function entropyOf(text: string): number {
    return [...countBy(text).values()].reduce(
        (sum, count) => sum - (count / text.length) * Math.log2(count / text.length),
        0,
    );
}
