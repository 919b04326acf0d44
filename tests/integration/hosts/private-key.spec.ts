import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { problemOfKey } from "../../../core/ssh/private-key";

describe("a private key", () => {
    it("is whole and has no passphrase, in each format that ssh reads", () => {
        const folder = fs.mkdtempSync(join(tmpdir(), "keys-"));
        const make = (name: string, ...more: string[]) => {
            execFileSync("ssh-keygen", ["-q", "-a", "1", "-f", join(folder, name), "-C", "", ...more]);
            return fs.readFileSync(join(folder, name), "utf8");
        };
        try {
            for (const [index, more] of [
                ["-t", "ed25519"],
                ["-t", "ecdsa", "-m", "PEM"],
                ["-t", "ecdsa", "-m", "PKCS8"],
            ].entries()) {
                expect(problemOfKey(make(`open-${index}`, ...more, "-N", "")), String(more)).to.equal(undefined);
                expect(problemOfKey(make(`shut-${index}`, ...more, "-N", "words")), String(more)).to.contain(
                    "passphrase",
                );
            }
            expect(problemOfKey(make("half", "-t", "ed25519", "-N", "").slice(0, 200))).to.contain("whole text");
        } finally {
            fs.rmSync(folder, { recursive: true });
        }
    });
});
