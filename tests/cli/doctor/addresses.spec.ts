import * as fs from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { expect } from "chai";
import { addRunner, HOUR, MINUTE, startSandbox } from "../../../sandbox";
import { SELF_SIGNED } from "../../helpers/self-signed";
import { runCli } from "../helpers";
import { hostWithWorkers } from "./world";

describe("gitlab-fleet doctor, and where it asks", () => {
    const world = hostWithWorkers();
    const { add, write, doctor } = world;

    it("tells how far the clock is off", async () => {
        const runner = add();
        world.sandbox.clock.advance(2 * HOUR + MINUTE);
        const { codes, found } = await doctor([{ token: runner.token }]);
        expect(codes).to.deep.equal(["clock-off"]);
        expect(found[0]!.findings[0]!.says).to.contain("2 hours behind GitLab's");
    });

    it("knows addresses that are none, that nobody listens at, that redirect, sign in, or are something else", async () => {
        const answer = (handler: http.RequestListener) =>
            new Promise<{ url: string; server: http.Server }>((resolve) => {
                const server = http.createServer(handler).listen(0, "127.0.0.1", () => {
                    resolve({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server });
                });
            });
        const servers = await Promise.all([
            answer((_req, res) => res.writeHead(301, { location: "https://git.example.org/api/v4/version" }).end()),
            answer((_req, res) => res.writeHead(302, { location: "/users/sign_in" }).end()),
            answer((_req, res) => res.writeHead(200, { "content-type": "text/html" }).end("<title>Shop</title>")),
            answer((_req, res) => res.writeHead(404, { "content-type": "application/json" }).end('{"error":"404"}')),
        ]);
        const token = "glrt-abcdefghijklmnopqrst";
        const urls = ["git.example.org", "http://127.0.0.1:1", ...servers.map(({ url }) => url)];
        const { codes, found } = await doctor(urls.map((url) => ({ url, token })));
        for (const { server } of servers) server.close();
        expect(codes.map((line) => line.split(" ")[0])).to.deep.equal([
            "invalid-url",
            "unreachable",
            "redirect",
            "login-page",
            "wrong-url",
            "wrong-url",
        ]);
        expect(found[4]!.findings[0]!.says).to.contain('an HTML page, "Shop"');
    });

    it("never prints the password of an address, whether it answers or not", async () => {
        const [at, token] = [world.sandbox.url.replace("//", "//u:hunter2@"), "glrt-abcdefghijklmnopqrst"];
        const workers = [at, "http://u:hunter2@127.0.0.1:1"].map((url) => ({ url, token }));
        const { out } = await doctor(workers, "olga");
        const text = await runCli(["doctor", "--config", write(workers)]);
        const imported = await runCli(["import", "--config", write(workers)], { env: world.env("olga") });
        for (const printed of [out, text.out, imported.out]) {
            expect(printed).to.contain("http://u:[secret]@127.0.0.1:1").and.not.contain("hunter2");
        }
    });

    it("says of a token that cannot be sent what is wrong with it, and goes on with the others", async () => {
        const garbled = "glrt-abcdefghij klmnopqrst\u0101";
        const { codes } = await doctor([{ token: garbled }, { token: add().token }], "olga");
        expect(codes).to.deep.equal(["token-unknown", "not-heard"]);
        const imported = await runCli(["import", "--config", write([{ token: garbled }])], { env: world.env("olga") });
        expect(imported.out).to.contain("(token-unknown): The token holds a space, a line break or a letter");
    });

    it("knows a certificate nobody trusts, and trusts the one that the worker names", async () => {
        const cert = path.join(world.folder, "cert.pem");
        fs.writeFileSync(cert, SELF_SIGNED.cert);
        const server = https
            .createServer(SELF_SIGNED, (req, res) => {
                const status = req.url?.includes("discovery") ? 501 : 401;
                res.writeHead(status, { "content-type": "application/json" }).end('{"message":"401 Unauthorized"}');
            })
            .listen(0, "127.0.0.1");
        await new Promise((resolve) => server.once("listening", resolve));
        const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
        const { codes } = await doctor([
            { url, token: "glrt-abcdefghijklmnopqrst" },
            { url, token: "glrt-abcdefghijklmnopqrs2", more: `  tls-ca-file = "${cert}"` },
            // What cannot be read makes nobody silent.
            { url, token: "glrt-abcdefghijklmnopqrs3", more: `  tls-ca-file = "${world.folder}"` },
        ]);
        server.close();
        expect(codes).to.deep.equal(["tls", "healthy", "tls"]);
    });

    for (const version of [19, 18, "18.0", 17] as const) {
        const contact = version === 17 || version === "18.0";
        it(`adds no manager${contact ? "" : " and no contact"} in GitLab ${version}, whatever it finds out`, async () => {
            const older = await startSandbox({
                version,
                seed: {
                    users: [{ username: "olga" }],
                    groups: [{ path: "apps", members: { olga: "owner" } }],
                    tokens: [{ name: "olga", user: "olga", scopes: ["read_api"] }],
                },
            });
            const runner = addRunner(older.db, { runnerType: "group_type", groupId: older.db.groups.all()[0]!.id });
            const strip = (text: string) => text.replace(/"lastUsedAt":(\d+|null)/g, "");
            const before = strip(JSON.stringify(older.db.snapshot()));
            const workers = [
                { url: older.url, token: runner.token },
                { url: older.url, token: "glrt-unknown0000000000000" },
            ];
            const ran = await runCli(["doctor", "--config", write(workers), "--json"], {
                env: { GITLAB_BASE_URL: `${older.url}/api/v4/`, GITLAB_TOKEN: older.tokens.olga },
            });
            const found = JSON.parse(ran.out).workers as { tokenWorks: boolean }[];
            expect(found.map(({ tokenWorks }) => tokenWorks)).to.deep.equal([true, false]);
            const asked = older.db.runners.must(runner.id);
            expect(asked.contactedAt !== null).to.equal(contact);
            older.db.runners.update(runner.id, { contactedAt: null, creationState: "started" });
            expect(strip(JSON.stringify(older.db.snapshot()))).to.equal(before);
            expect(older.journal.entries().some(({ path }) => /verify|jobs\/request/.test(path))).to.equal(false);
            await older.close();
        });
    }

    it("sends a user's token to the GitLab it was set for, and to no other that stands in a file", async () => {
        const seen: string[] = [];
        const other = http
            .createServer((req, res) => {
                seen.push(JSON.stringify(req.headers));
                res.writeHead(401, { "content-type": "application/json" }).end("{}");
            })
            .listen(0, "127.0.0.1");
        await new Promise((resolve) => other.once("listening", resolve));
        const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
        await doctor([{ url, token: "glrt-abcdefghijklmnopqrst", id: 5 }], "olga");
        other.close();
        expect(seen.length).to.be.greaterThan(0);
        expect(seen.join()).to.not.contain(world.sandbox.tokens.olga);
    });

    it("looks at a single token, given or from standard input, and asks for which GitLab it is", async () => {
        const runner = add();
        const given = await runCli(["doctor", "--token", runner.token, "--gitlab", world.sandbox.url]);
        expect(given.code, given.err).to.equal(0);
        const piped = await runCli(["doctor", "--token", "-"], {
            input: `${runner.token}\n`,
            env: { GITLAB_BASE_URL: `${world.sandbox.url}/api/v4/` },
        });
        expect(piped.code).to.equal(0);
        expect((await runCli(["doctor", "--token", runner.token])).err).to.contain("Which GitLab");
        expect((await runCli(["doctor"])).code).to.equal(2);
    });

    it("says where a config.toml cannot be loaded, with its line and without its secrets", async () => {
        const input = 'concurrent = 1\n[[runners]]\n  token = "glrt-verysecret0000000000"\n  limit = "many"\n';
        const { code, err, out } = await runCli(["doctor", "--config", "-"], { input });
        expect({ code, out }).to.deep.equal({ code: 2, out: "" });
        expect(err).to.contain("line 4").and.not.contain("verysecret");
    });
});
