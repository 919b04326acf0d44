import { expect } from "chai";
import { problemOfKey } from "../../../core/ssh/private-key";

/** A key of OpenSSH's own format: what matters of it is the name of its cipher. */
const openssh = (cipher: string) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(cipher.length);
    const bytes = Buffer.concat([Buffer.from("openssh-key-v1\0"), length, Buffer.from(`${cipher}more of it`)]);
    const lines = bytes.toString("base64").match(/.{1,20}/g)!;
    return pem("OPENSSH PRIVATE KEY", lines.join("\n"));
};
const pem = (type: string, body = "aGVsbG8=") => `-----BEGIN ${type}-----\n${body}\n-----END ${type}-----\n`;

describe("a private key", () => {
    it("is one that ssh can read, whatever stands around it", () => {
        for (const key of [
            pem("RSA PRIVATE KEY"),
            pem("PRIVATE KEY"),
            `Bag: x\n${pem("EC PRIVATE KEY")}# end`,
            pem("PRIVATE KEY", "").replaceAll("\n", "\r\n"),
            openssh("none"),
        ])
            expect(problemOfKey(key), key).to.equal(undefined);
    });

    it("is none that has a passphrase, which nobody could enter", () => {
        for (const key of [
            pem("ENCRYPTED PRIVATE KEY"),
            pem("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0\n\naGVsbG8="),
            openssh("aes256-ctr"),
        ])
            expect(problemOfKey(key), key).to.contain("has a passphrase");
    });

    it("is its whole text, and neither its path nor the public one", () => {
        for (const text of [
            "",
            "~/.ssh/id_ed25519",
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 ci@vm",
            pem("PUBLIC KEY"),
            pem("CERTIFICATE"),
            pem("PRIVATE KEY").replace(/-----END.*/s, ""),
            pem("RSA PRIVATE KEY").replace("END RSA", "END EC"),
        ])
            expect(problemOfKey(text), text).to.contain("Give the whole text of the file");
    });
});
