import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { GitLab } from "../../../provider/gitlab/client";
import type { GitLabConfig } from "../../../provider/gitlab/config";
import { rejection } from "../rejection";
import { SELF_SIGNED } from "./self-signed";

describe("GitLab client over TLS by an unknown authority", () => {
    let folder: string;
    let url: string;
    let server: ReturnType<typeof createServer>;

    before(async () => {
        folder = mkdtempSync(join(tmpdir(), "tls-"));
        writeFileSync(join(folder, "cert.pem"), SELF_SIGNED.cert);
        server = createServer(SELF_SIGNED, (_request, response) => {
            response.writeHead(200, { "content-type": "application/json" }).end("{}");
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/api/v4/`;
    });
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

    it("trusts the authority in cacertFile", async () => {
        expect(await ask({ cacertFile: join(folder, "cert.pem") })).to.deep.equal({});
    });

    it("trusts anybody with insecure", async () => {
        expect(await ask({ insecure: true })).to.deep.equal({});
    });

    it("says which file it cannot read", async () => {
        expect((await rejection(ask({ cacertFile: "/nowhere.pem" }))).message).to.equal(
            'Provider: cacertFile cannot be read (got "/nowhere.pem", ENOENT). Correct the path.',
        );
    });
});
