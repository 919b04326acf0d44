import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { contactGitLab } from "../../gitlab/contact";

describe("an address with a login in it", () => {
    it("is asked with it, as gitlab-runner does where a proxy before GitLab wants one", async () => {
        const server = createServer(({ headers: { authorization } }, response) => {
            const type = authorization === `Basic ${btoa("user:p w")}` ? "application/json" : "text/html";
            response.writeHead(401, { "content-type": type }).end("{}");
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        const { port } = server.address() as AddressInfo;
        try {
            const { contact } = await contactGitLab(`http://user:p%20w@127.0.0.1:${port}/`);
            expect(contact).to.deep.equal({ kind: "gitlab" });
            expect((await contactGitLab(`http://127.0.0.1:${port}/`)).contact.kind).to.equal("stranger");
        } finally {
            server.closeAllConnections();
            server.close();
        }
    });
});
