import * as fs from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import type { DockerConnection } from "../../../../provider/docker/connection";
import { HttpEngine } from "../../../../provider/docker/engine";
import { EngineHttp } from "../../../../provider/docker/http";
import { rejection } from "../../../helpers/rejection";
import { SELF_SIGNED } from "../../../helpers/self-signed";

const answer: http.RequestListener = (_request, response) => response.setHeader("Api-Version", "1.41").end("OK");

describe("a connection to a Docker engine", () => {
    let folder: string;
    let server: net.Server | undefined;
    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "connection-"));
    });
    afterEach(() => {
        if (server instanceof http.Server) server.closeAllConnections();
        server?.close();
        server = undefined;
        fs.rmSync(folder, { recursive: true });
    });

    async function listen(created: net.Server): Promise<number> {
        server = created;
        await new Promise<void>((resolve) => created.listen(0, "127.0.0.1", resolve));
        return (created.address() as net.AddressInfo).port;
    }
    async function ask(connection: DockerConnection, env: NodeJS.ProcessEnv = {}): Promise<string> {
        const engine = new HttpEngine(connection, env);
        try {
            return await engine.apiVersion();
        } finally {
            engine.close();
        }
    }

    it("is kept for the next request, and opened again once the engine was restarted", async () => {
        const sockets = new Set<unknown>();
        const count = (on: http.Server) => on.on("connection", (socket) => sockets.add(socket));
        const port = await listen(count(http.createServer(answer)));
        const engine = new HttpEngine({ host: `tcp://127.0.0.1:${port}` }, {});
        for (let i = 0; i < 3; i++) await engine.listVolumes({}).catch(() => undefined);
        expect(sockets.size).to.equal(1);
        (server as http.Server).closeAllConnections();
        expect(await engine.apiVersion()).to.equal("1.41");
        expect(sockets.size).to.equal(2);
        engine.close();
    });

    it("shows its certificate, given as text or in a folder, and believes the given authority alone", async () => {
        const seen: boolean[] = [];
        const strict = { ...SELF_SIGNED, ca: SELF_SIGNED.cert, requestCert: true, rejectUnauthorized: true };
        const port = await listen(
            https.createServer(strict, answer).on("secureConnection", (it) => seen.push(it.authorized)),
        );
        const host = `tcp://127.0.0.1:${port}`;
        for (const [name, text] of [
            ["ca", SELF_SIGNED.cert],
            ["cert", SELF_SIGNED.cert],
            ["key", SELF_SIGNED.key],
        ] as const) {
            fs.writeFileSync(path.join(folder, `${name}.pem`), text);
        }
        const material = { certMaterial: SELF_SIGNED.cert, keyMaterial: SELF_SIGNED.key, caMaterial: SELF_SIGNED.cert };
        expect(await ask({ host, certPath: folder })).to.equal("1.41");
        expect(await ask({ host }, { DOCKER_CERT_PATH: folder })).to.equal("1.41");
        expect(await ask({ host, ...material })).to.equal("1.41");
        // Without an authority the docker provider believes every engine.
        expect(await ask({ host, ...material, caMaterial: undefined })).to.equal("1.41");
        expect(seen).to.deep.equal([true, true, true, true]);
        fs.writeFileSync(
            path.join(folder, "ca.pem"),
            "-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n",
        );
        expect((await rejection(ask({ host, certPath: folder }))).message).to.contain("The certificates do not fit");
        fs.rmSync(path.join(folder, "key.pem"));
        expect((await rejection(ask({ host, certPath: folder }))).message).to.contain(
            "certPath has no readable key.pem",
        );
    });

    it("that is closed without an answer, as by an engine that wants TLS, is told so, with what to give", async () => {
        const port = await listen(net.createServer((socket) => socket.on("error", () => {}).end()));
        expect((await rejection(ask({ host: `tcp://127.0.0.1:${port}` }))).message).to.contain(
            "give its certificates: placement.docker.certPath.",
        );
    });

    it("that is not there in time keeps no request waiting, and is given up for a new one", async () => {
        let opened = 0;
        const secure = https.createServer({ ...SELF_SIGNED }, answer);
        // The first handshakes never end.
        const port = await listen(net.createServer((socket) => ++opened > 2 && secure.emit("connection", socket)));
        const connection = {
            host: `tcp://127.0.0.1:${port}`,
            certMaterial: SELF_SIGNED.cert,
            keyMaterial: SELF_SIGNED.key,
        };
        const engine = new EngineHttp(connection, {}, 400);
        const send = (timeout: number) =>
            engine.send({ method: "GET", path: "/_ping", doing: "saying hello", timeout });
        expect((await rejection(send(0.1))).message).to.contain("no answer within 0.1 s");
        expect((await rejection(send(5))).message).to.contain("no connection within 0.4 s");
        expect((await send(5)).status).to.equal(200);
        engine.close();
    });

    it("of an address that is none, or that an unknown context names, is refused in words", async () => {
        expect((await rejection(ask({ host: "docker.example.org" }))).message).to.contain(
            "is not the address of a Docker engine",
        );
        expect((await rejection(ask({ host: "ssh://me:secret@there" }))).message)
            .to.contain("ssh://me:…@there")
            .and.not.contain("secret");
    });

    describe("through ssh", () => {
        let savedPath: string | undefined;
        beforeEach(() => {
            savedPath = process.env.PATH;
            process.env.PATH = `${folder}:${savedPath}`;
        });
        afterEach(() => {
            process.env.PATH = savedPath;
        });
        const ssh = (script: string) => {
            const file = path.join(folder, "ssh");
            fs.writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' "$@" >"${folder}/args"\n${script}\n`, { mode: 0o755 });
        };
        const argsOf = () => fs.readFileSync(path.join(folder, "args"), "utf8").trim().split("\n");
        const REPLY =
            "printf 'HTTP/1.1 200 OK\\r\\nApi-Version: 1.44\\r\\nContent-Length: 2\\r\\n\\r\\nOK'; cat >/dev/null";

        it("is the system's own, with the user's options, port and socket, and a limit for how long it tries", async () => {
            ssh(REPLY);
            expect(await ask({ host: "ssh://me@there:2222/run/docker.sock", sshOpts: ["-i", "key"] })).to.equal("1.44");
            expect(argsOf()).to.deep.equal(
                "-l me -p 2222 -i key -o ConnectTimeout=30 -T -- there docker --host=unix:///run/docker.sock system dial-stdio".split(
                    " ",
                ),
            );
            await ask({ host: "ssh://there" }, { DOCKER_SSH_OPTS: "-o ConnectTimeout=5" });
            expect(argsOf()).to.deep.equal("-o ConnectTimeout=5 -T -- there docker system dial-stdio".split(" "));
        });

        it("does not start for an address of which a shell on the way would run a part", async () => {
            ssh(REPLY);
            fs.rmSync(path.join(folder, "args"), { force: true });
            for (const host of [
                "ssh://there/run/x;id",
                "ssh://there/$(id)",
                "ssh://a;id@there",
                "ssh://-oProxyCommand=id",
            ])
                expect((await rejection(ask({ host }))).message, host).to.match(
                    /is not an address|characters that a shell/,
                );
            expect(fs.existsSync(path.join(folder, "args"))).to.equal(false);
        });

        it("that fails is told with ssh's words and a command to try by hand", async () => {
            ssh('echo "Permission denied (publickey)." >&2; exit 255');
            const { message } = await rejection(ask({ host: "ssh://me@there:2222" }));
            expect(message)
                .to.contain("ssh ended with exit code 255: Permission denied (publickey).")
                .and.contain("Try it by hand: ssh -p 2222 me@there docker version");
        });

        it("that is not installed is told so", async () => {
            process.env.PATH = folder;
            expect((await rejection(ask({ host: "ssh://there" }))).message).to.contain(
                "there is no program ssh on this machine",
            );
        });
    });
});
