import {
    createHash,
    createPrivateKey,
    createPublicKey,
    createSign,
    generateKeyPairSync,
    type KeyObject,
} from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** A public key in the key file format of registries. */
export interface Jwks {
    keys: { kty: "RSA"; n: string; e: string; kid: string; alg: "RS256"; use: "sig" }[];
}

/**
 * The key pair that signs registry tokens. Created on first use, or kept in a file so that a registry continues to
 * trust it.
 */
export class RegistryKey {
    private key: KeyObject | undefined;

    /** @param file PEM file of the private key; written if it is missing. */
    constructor(private readonly file?: string) {}

    /** The keys that a registry must trust. `distribution` takes them as `auth.token.jwks`. */
    jwks(): Jwks {
        const { n, e } = this.publicNumbers();
        return { keys: [{ kty: "RSA", n, e, kid: this.id(), alg: "RS256", use: "sig" }] };
    }

    /**
     * RFC 7638 thumbprint, by which `distribution` 3 looks up keys, including those of a `rootcertbundle`.
     * Differs from GitLab: it writes libtrust's older fingerprint, which its own registry still reads.
     */
    id(): string {
        const { n, e } = this.publicNumbers();
        const text = JSON.stringify({ e, kty: "RSA", n });
        return createHash("sha256").update(text).digest("base64url");
    }

    /** A compact RS256 token. */
    sign(claims: Record<string, unknown>): string {
        const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
        const text = `${part({ typ: "JWT", alg: "RS256", kid: this.id() })}.${part(claims)}`;
        return `${text}.${createSign("RSA-SHA256").update(text).sign(this.privateKey(), "base64url")}`;
    }

    private publicNumbers(): { n: string; e: string } {
        const { n, e } = createPublicKey(this.privateKey()).export({ format: "jwk" });
        return { n: n!, e: e! };
    }

    private privateKey(): KeyObject {
        if (this.key) return this.key;
        if (this.file && existsSync(this.file)) this.key = createPrivateKey(readFileSync(this.file));
        else {
            this.key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
            if (this.file) writeFileSync(this.file, this.key.export({ format: "pem", type: "pkcs8" }), { mode: 0o600 });
        }
        return this.key;
    }
}
