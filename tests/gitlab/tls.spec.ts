import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createPlainServer } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { expect } from "chai";
import { GitLab } from "../../gitlab/client";
import type { GitLabConfig } from "../../gitlab/config";
import { startPlugin } from "../helpers/plugin";
import { rejection } from "../helpers/rejection";
import { SELF_SIGNED } from "../helpers/self-signed";

describe("GitLab client over TLS by an unknown authority", () => {
    let folder: string;
    let url: string;
    let server: ReturnType<typeof createServer>;

    before(async () => {
        folder = mkdtempSync(join(tmpdir(), "tls-"));
        writeFileSync(join(folder, "cert.pem"), SELF_SIGNED.cert);
        writeFileSync(join(folder, "key.pem"), SELF_SIGNED.key);
        server = createServer(SELF_SIGNED, (_request, response) => {
            response.writeHead(200, { "content-type": "application/json" }).end("{}");
        });
        url = await listen(server);
    });
    const listen = async (on: Server) => {
        await new Promise<void>((resolve) => on.listen(0, "127.0.0.1", resolve));
        return `https://127.0.0.1:${(on.address() as AddressInfo).port}/api/v4/`;
    };
    after(() => {
        server.closeAllConnections();
        server.close();
        rmSync(folder, { recursive: true });
    });

    const ask = async (more: Partial<GitLabConfig>) => {
        const config = { baseUrl: url, token: "glpat-unused", insecure: false, headers: {}, retries: 0 };
        const gitlab = new GitLab({ ...config, earlyAuthCheck: false, ...more });
        try {
            return await gitlab.get("/user");
        } finally {
            await gitlab.close();
        }
    };

    it("refuses, and names the two ways out", async () => {
        const { message } = await rejection(ask({}));
        expect(message).to.contain("its TLS certificate is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)");
        expect(message).to.contain("cacertFile").and.to.contain("insecure");
    });

    it("is not blamed where what answers speaks no TLS", async () => {
        const plain = createPlainServer((_request, response) => response.end("{}"));
        const { message } = await rejection(ask({ baseUrl: await listen(plain) }));
        plain.close();
        expect(message).to.match(
            /: what answers there speaks no TLS \(\w+\)\. Write http:\/\/ in baseUrl, or the port/,
        );
        expect(message).to.not.contain("insecure");
    });

    it("is not blamed where a client certificate is missing", async () => {
        const options = { ...SELF_SIGNED, ca: SELF_SIGNED.cert, requestCert: true, rejectUnauthorized: true };
        const mutual = createServer(options, (_request, response) => response.end("{}"));
        const { message } = await rejection(ask({ baseUrl: await listen(mutual), insecure: true }));
        mutual.close();
        expect(message).to.match(
            / (it does not take the client certificate, or wants one|the connection was dropped) \(/,
        );
        expect(message).to.not.contain("cacertFile");
    });

    it("trusts the authority in cacertFile", async () => {
        expect(await ask({ cacertFile: join(folder, "cert.pem") })).to.deep.equal({});
    });

    it("trusts anybody with insecure", async () => {
        expect(await ask({ insecure: true })).to.deep.equal({});
    });

    it("says which file it cannot read", async () => {
        expect((await rejection(ask({ cacertFile: "/nowhere.pem" }))).message).to.equal(
            'Provider: cacertFile cannot be read (got "/nowhere.pem", ENOENT). Give the path of a file.',
        );
    });

    it("does not show a key that stands in the place of its path", async () => {
        const clientKey = `-----BEGIN PRIVATE KEY-----\n${"hunter2\n".repeat(200)}-----END PRIVATE KEY-----`;
        const { message } = await rejection(ask({ clientCert: join(folder, "cert.pem"), clientKey }));
        expect(message).to.match(/^Provider: clientKey cannot be read \(got a secret of \d+ characters, E\w+\)/);
    });

    for (const name of ["gitlab", "gitlab-fleet"] as const) {
        it(`shows the client certificate that GitLab asks for, as package ${name} too`, async () => {
            const subjects: string[] = [];
            const options = { ...SELF_SIGNED, ca: SELF_SIGNED.cert, requestCert: true, rejectUnauthorized: true };
            const mutual = createServer(options, (request, response) => {
                subjects.push(String((request.socket as TLSSocket).getPeerCertificate().subject.CN));
                response.writeHead(200, { "content-type": "application/json" }).end('{"id":1}');
            });
            const where = { baseUrl: await listen(mutual), token: "x", cacertFile: join(folder, "cert.pem") };
            const login = { clientCert: join(folder, "cert.pem"), clientKey: join(folder, "key.pem") };
            try {
                const early = { earlyAuthCheck: "true", retries: "0" };
                const plugin = await startPlugin(name, { ...where, ...login, ...early });
                await plugin.close();
                expect(subjects).to.deep.equal(["127.0.0.1"]);
                const { message } = await rejection(startPlugin(name, { ...where, ...early }));
                expect(message).to.contain(`GitLab at ${new URL(where.baseUrl).origin} did not answer GET /user`);
                expect(subjects).to.have.length(1);
            } finally {
                mutual.closeAllConnections();
                mutual.close();
            }
        });
    }
});
