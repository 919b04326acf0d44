import { expect } from "chai";
import { maybeSecretName } from "../../../core/config-toml/secret-leaves";
import { looksSecret, mayHoldSecret } from "../../../core/config-toml/secret-shapes";

describe("what may be a secret", () => {
    it("is what bears the name of one", () => {
        for (const name of [
            ...[
                "DB_PASS",
                "PGPASS",
                "PGPASSWORD",
                "MY_KEY",
                "key",
                "secret_access_key",
                "SecretKey",
                "amazonec2-secret-key",
            ],
            ...[
                "AccessKey",
                "MYSQL_PWD",
                "GITLAB_TOKEN",
                "dsn",
                "SLACK_WEBHOOK",
                "vsphere-password",
                "auth",
                "sessionCookie_cookie",
                "encryptionKey",
                "signingKeys",
                "userPassFile",
                "wrapKeyId",
                "api.keys",
                "a-pw-b",
                "WEBHOOK_URL",
                "passphrase",
                "apikey",
                "api_key",
                "accessKeyId",
            ],
        ]) {
            expect(maybeSecretName(name), name).to.equal(true);
        }
        for (const name of [
            "LANG",
            "keyboard",
            "monkey",
            "author",
            "region",
            "passage",
            "PATH",
            "compassion",
            "KEEP",
            "encryptionKeyed",
            "turnkeys",
            "cookies2",
            "authority",
            "bypass_list",
        ]) {
            expect(maybeSecretName(name), name).to.equal(false);
        }
    });

    it("is a token, a login in an address, and the text of a key, wherever it stands", () => {
        for (const text of [
            "glpat-abcdefghijklmnopqrst",
            "http://proxy:hunter2@proxy.example.org:3128",
            "https://:hunter2@git.example.org/",
            "root:hunter2@tcp(db.example.org:3306)/ci",
            "-----BEGIN RSA PRIVATE KEY-----\nabc",
            "AKIAIOSFODNN7EXAMPLE",
            "Authorization: Basic cm9vdDpodW50ZXIy",
            "Authorization: bearer  hunter2hunter2",
            "-----BEGIN CERTIFICATE-----",
            "ASIAIOSFODNN7EXAMPLE",
            "JWT eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.",
            "dsn is root:hunter2@db",
            'dsn "root:hunter2@db"',
            "DSN=root:hunter2@db",
        ]) {
            expect(looksSecret(text), text).to.equal(true);
        }
        for (const text of [
            "alpine:3.22@sha256:0123456789abcdef0123456789abcdef",
            "https://git.example.org:8443/group",
            "/cache:/cache:rw",
            "user@host",
            "git@gitlab.example.org:group/project.git",
            "https://$USER:$PASSWORD@example.org",
            "basic auth, or a bearer token",
            "heyJude.was.here",
            "eyJ.was.here",
            "eyJhbGci.only",
            "AKIAIOSFODNN7EXAMPLES",
            "-----BEGIN PUBLIC KEY-----",
        ]) {
            expect(looksSecret(text), text).to.equal(false);
        }
    });

    it("is in a free text what an assignment, an option or the look of chance makes one", () => {
        for (const text of [
            "amazonec2-secret-key=X",
            "export NPM_TOKEN=abc",
            "TOKEN=ab",
            "a;TOKEN=ab",
            "https://example.org/?a=b&token=ab",
            "run -secret=ab",
            "run --my-secret=ab",
            "TOKEN='ab'",
            "TOKEN=a$B",
            "TOKEN=%a%b",
            "TOKEN=a%B%",
            "mysqldump -phunter2 db",
            "mysql -u root",
            "ldapsearch -x -u me",
            "wget -q --user=me",
            "docker login -u ci -p hunter2 registry.example.org",
            "curl -u ci:hunter2 https://example.org",
            "vault login --token hunter2",
            "q8Zr2LwX0pV7bN4kT1sY6uHd",
            "9f86d081884c7d659a2feaa0c55ad015",
        ]) {
            expect(mayHoldSecret(text), text).to.equal(true);
        }
        for (const text of [
            "mkdir -p /cache && sort -u list",
            "amazonec2-region=eu-west-1",
            "docker login -u $CI_USER -p $CI_PASSWORD registry.example.org",
            "export TOKEN=$CI_JOB_TOKEN",
            "set TOKEN=%CI_JOB_TOKEN%",
            "TOKEN=",
            "curl https://example.org; mkdir -p /cache",
            "curl https://example.org | sort -u",
            "docker login registry.example.org\nmkdir -p /cache",
            "mylogin -p x",
            "registry.example.org/group/very-long-image-name-of-the-team:latest",
            "sha256:9f86d081884c7d659a2feaa0c55ad0159f86d081884c7d659a2feaa0c55ad015",
            "/usr/local/share/ca-certificates/company-root-authority-2026.crt",
        ]) {
            expect(mayHoldSecret(text), text).to.equal(false);
        }
    });

    it("is a word that no person would make, among others, however it is called", () => {
        const random = "Xk29fLmQ8vRtY3pWz7Bn";
        for (const text of [random, `run it with ${random} now`, "9f86d081884c7d659a2feaa0c55ad0159f86d081"]) {
            expect(mayHoldSecret(text), text).to.equal(true);
        }
        for (const text of [
            random.slice(1),
            random.toLowerCase(),
            random.toUpperCase(),
            "XkqfLmQpvRtYxpWzhBna",
            "Aa1Aa1Aa1Aa1Aa1Aa1Aa1Aa1",
            "the-quick-brown-fox-jumps-over-2-lazy-dogs",
            "1111111111111111111111111111111aaaaaaaaa",
            "9f86d081884c7d659a2",
        ]) {
            expect(mayHoldSecret(text), text).to.equal(false);
        }
    });
});
