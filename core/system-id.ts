import { createHash } from "node:crypto";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LENGTH = 12;

/** Whether gitlab-runner accepts a text as its identity; otherwise it replaces it with one of its own. */
export function isSystemId(text: string): boolean {
    return /^[sr]_[0-9a-zA-Z]{12}$/.test(text);
}

/**
 * Content of `.runner_system_id`: `r_` and 12 letters or digits, the same for the same project, stack and manager name,
 * so that a replaced machine or container is the same manager to GitLab.
 */
export function systemIdOf(project: string, stack: string, managerName: string): string {
    // JSON keeps the parts apart: a/b + c must not be a + b/c.
    const digest = createHash("sha256")
        .update(JSON.stringify([project, stack, managerName]))
        .digest();
    let rest = BigInt(`0x${digest.toString("hex")}`);
    let text = "";
    for (let count = 0; count < LENGTH; count++) {
        text += ALPHABET[Number(rest % BigInt(ALPHABET.length))];
        rest /= BigInt(ALPHABET.length);
    }
    return `r_${text}`;
}
