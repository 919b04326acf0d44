import { createServer } from "node:http";
import { type AddressInfo, createServer as createSocketServer, type Server } from "node:net";
import { expect } from "chai";
import { GitLab } from "../../gitlab/client";
import { wholeConnection } from "../../gitlab/connection";
import { PagedList } from "../../gitlab/paged-list";
import { PageTurner } from "../../gitlab/pages";
import { rejection } from "../helpers/rejection";

const MEBIBYTE = 1024 * 1024;

describe("answers that do not end", () => {
    const cleanUp: (() => unknown)[] = [];
    afterEach(async () => {
        for (const step of cleanUp.splice(0).reverse()) await step();
    });

    const listen = async (server: Server) => {
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        cleanUp.push(() => new Promise((resolve) => server.close(resolve)));
        return (server.address() as AddressInfo).port;
    };
    const talkTo = (baseUrl: string, timeout?: number, headers = {}) => {
        const token = "glpat-abcdefghijklmnopqrst";
        const config = { baseUrl, token, insecure: false, headers, retries: 2, earlyAuthCheck: false };
        const gitlab = new GitLab(config, { timeout, sleep: async () => {} });
        cleanUp.push(() => gitlab.close());
        return gitlab;
    };

    it("are no list whose next page is one that was read, by number and by cursor", async () => {
        const port = await listen(
            createServer((_, response) =>
                response.setHeader("x-next-page", "2").setHeader("content-type", "application/json").end("[1]"),
            ),
        );
        const error = await rejection(talkTo(`http://127.0.0.1:${port}/api/v4/`).list("/runners"));
        expect(error.message).to.match(/^GitLab's list \/runners does not end: after 2 pages .* a proxy or a cache/);
        const same = async () => ({ nodes: [1], pageInfo: { hasNextPage: true, endCursor: "c" } });
        expect((await rejection(wholeConnection(same))).message).to.contain("does not end");
        const patience = { page: 1, firstPages: 1, part: 1, few: 1 };
        const list = new PagedList(async () => ({ items: [[1, 1]], total: 9, next: "c" }), patience);
        expect((await rejection(list.all())).message).to.contain("does not end");
    });

    it("are no list that goes on nobody knows where: what it lacks would count as gone", async () => {
        const cut = async () => ({ nodes: [1], pageInfo: { hasNextPage: true, endCursor: null } });
        expect((await rejection(wholeConnection(cut))).message).to.contain("that it goes on, and not where");
    });

    it("are no list where they are something else: nothing of it would count as nothing there", async () => {
        let body = "";
        const port = await listen(
            createServer((_, response) => response.setHeader("content-type", "application/json").end(body)),
        );
        const gitlab = talkTo(`http://127.0.0.1:${port}/api/v4/`);
        for (body of ['{"message":"none"}', '"x"', "7", ""]) {
            const attempts = [() => gitlab.list("/runners"), () => gitlab.page("/runners", {})];
            for (const attempt of attempts) {
                expect((await rejection(attempt())).message, body).to.contain("something else than a list");
            }
        }
        const group = (nodes: unknown) => JSON.stringify({ data: { group: { runners: { nodes } } } });
        for (body of [group(null), group([null]), group(["x"]), group({}), group([{ projects: { nodes: [null] } }])]) {
            const { message } = await rejection(gitlab.graphql("{ group }", {}));
            expect(message, body).to.contain("a list with nothing in the place of an item");
        }
        body = group([{ id: 1, target: null, projects: { nodes: [] } }]);
        expect(await gitlab.graphql("{ group }", {})).to.have.property("group");
    });

    it("end after as many pages as no list has", () => {
        const turner = new PageTurner("of all");
        const turn = () => {
            for (let page = 1; page < 30_000; page++) turner.turn(String(page));
        };
        expect(turn).to.throw(/does not end/);
    });

    it("are refused once they are larger than any of GitLab's, and when they come a byte at a time", async () => {
        const large = await listen(
            createServer((_, response) => {
                for (let sent = 0; sent <= 65; sent++) response.write(Buffer.alloc(MEBIBYTE, " "));
                response.end("1");
            }),
        );
        const error = await rejection(talkTo(`http://127.0.0.1:${large}/api/v4/`).get("/user"));
        expect(error.message).to.contain("its answer is larger than 64 MiB");
        const slow = await listen(
            createServer((request, response) => {
                const timer = setInterval(() => response.write(" "), 20);
                request.socket.on("close", () => clearInterval(timer));
            }),
        );
        const late = await rejection(talkTo(`http://127.0.0.1:${slow}/api/v4/`, 200).get("/user"));
        expect(late.message).to.contain("its answer was not there as a whole within 0.2 s");
    });

    it("are told from null, which is a sentence and no fault of ours", async () => {
        const port = await listen(createServer((_, response) => response.end("null")));
        const error = await rejection(talkTo(`http://127.0.0.1:${port}/api/v4/`).get("/user"));
        expect(error.message).to.contain("it answered with null in place of an object");
    });

    it("are not asked for over and over where a proxy drops the connection, and the message names it", async () => {
        let connects = 0;
        const port = await listen(
            createSocketServer((socket) => {
                socket.on("error", () => {});
                socket.once("data", () => {
                    connects++;
                    socket.destroy();
                });
            }),
        );
        cleanUp.push(() => delete process.env.HTTPS_PROXY);
        // Without a scheme it is an address to curl and to gitlab-runner, too.
        for (const scheme of ["http://", ""]) {
            connects = 0;
            process.env.HTTPS_PROXY = `${scheme}ci:hunter2@127.0.0.1:${port}`;
            const error = await rejection(talkTo("https://gitlab.example.org/api/v4/").get("/user"));
            expect(connects, scheme).to.equal(3);
            expect(error.message).to.contain(`through the proxy http://127.0.0.1:${port}`).and.contain("NO_PROXY");
            expect(error.message).to.not.contain("hunter2");
        }
    });

    it("name a header that cannot be sent, and not its value", async () => {
        const headers = { "X-Login": "hunter2\nhunter3" };
        const { message } = await rejection(talkTo("http://127.0.0.1:1/api/v4/", 100, headers).get("/user"));
        expect(message).to.match(/it was not asked: invalid x-login header\. Correct it in headers\.$/i);
        expect(message).to.not.match(/hunter|proxy/);
    });

    it("say of a proxy that is no address that it is none", async () => {
        process.env.HTTPS_PROXY = "http://proxy.example.org:port";
        cleanUp.push(() => delete process.env.HTTPS_PROXY);
        const { message } = await rejection(talkTo("https://gitlab.example.org/api/v4/").get("/user"));
        expect(message).to.contain(
            ": not an address (ERR_INVALID_URL), through the proxy http://proxy.example.org:port.",
        );
    });
});
