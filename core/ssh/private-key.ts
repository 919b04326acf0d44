/**
 * First bytes of a key in OpenSSH's own format; the cipher's name follows.
 * https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key
 */
const MAGIC = "openssh-key-v1\0";

/** Why nobody can log in with a private key, in words that follow its name; `undefined` if ssh may accept it. */
export function problemOfKey(text: string): string | undefined {
    const whole = /-----BEGIN ([A-Z ]*)PRIVATE KEY-----([\s\S]*?)-----END \1PRIVATE KEY-----/.exec(text);
    if (whole === null) {
        return "is not a key that ssh can read. Give the whole text of the file, with its first and last lines -----BEGIN … and -----END ….";
    }
    const [, type, body = ""] = whole;
    // ssh itself reports only that the login was refused.
    const isLocked = type === "ENCRYPTED " || /^Proc-Type:.*ENCRYPTED/m.test(body) || cipherOf(body) !== "none";
    return isLocked
        ? "has a passphrase, which nobody could enter. Give a key without one, or use an agent."
        : undefined;
}

function cipherOf(body: string): string {
    const bytes = Buffer.from(body.replace(/\s/g, ""), "base64");
    if (bytes.toString("latin1", 0, MAGIC.length) !== MAGIC || bytes.length < MAGIC.length + 4) return "none";
    const at = MAGIC.length + 4;
    return bytes.toString("latin1", at, at + bytes.readUInt32BE(MAGIC.length));
}
