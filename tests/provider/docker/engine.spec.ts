import * as fs from "node:fs";
import * as http from "node:http";
import * as path from "node:path";
import { expect } from "chai";
import { hostOf } from "../../../provider/docker/connection";
import { HttpEngine } from "../../../provider/docker/engine";
import { rejection } from "../../helpers/rejection";

describe("a Docker engine", () => {
    it("is the given one, DOCKER_HOST's, or this machine's; DOCKER_CONTEXT may not override it silently", () => {
        expect(hostOf({ host: "ssh://a@b" }, { DOCKER_HOST: "tcp://x:1" })).to.equal("ssh://a@b");
        expect(hostOf({}, { DOCKER_HOST: "tcp://x:1" })).to.equal("tcp://x:1");
        expect(() => hostOf({}, { DOCKER_CONTEXT: "no-such-context-here" })).to.throw("Unset it.");
    });

    it("that cannot be reached is named, with the reason and what to try", async () => {
        const message = await failureOf(new HttpEngine({ host: "unix:///nowhere.sock" }, {}));
        expect(message).to.match(
            /^Docker engine unix:\/\/\/nowhere\.sock: cannot be reached \(.*ENOENT.*\)\. Is the engine running\? .* DOCKER_HOST\. The one that the docker client uses: export DOCKER_HOST=/,
        );
    });

    it("that is too old for gitlab-runner is refused", async () => {
        await withEngine("1.39", async (host) => {
            const message = await failureOf(new HttpEngine({ host }, {}));
            expect(message).to.include("speaks API 1.39, and gitlab-runner needs 1.40 (Docker 19.03). Upgrade it.");
        });
    });

    it("that is new enough says which API it speaks", async () => {
        await withEngine("1.41", async (host) => {
            const engine = new HttpEngine({ host }, {});
            expect(await engine.apiVersion()).to.equal("1.41");
            engine.close();
        });
    });

    it("that answers without end is not listened to: what jobs have put into a volume may be of any size", async () => {
        const some = Buffer.alloc(1024 * 1024);
        const endless = (_: unknown, response: http.ServerResponse) => {
            const more = () => {
                while (!response.destroyed && response.write(some));
            };
            response.on("drain", more);
            more();
        };
        await withServer(endless, async (host) => {
            const engine = new HttpEngine({ host }, {});
            const error = await rejection(engine.getFiles("ci-01", "/etc/gitlab-runner"));
            expect(error.message).to.include("reading files from a container: it is more than 128 MiB.");
            expect(await engine.isEmptyFolder("ci-01", "/etc/gitlab-runner")).to.equal(false);
            engine.close();
        });
    });
});

async function failureOf(engine: HttpEngine): Promise<string> {
    try {
        await engine.apiVersion();
    } catch (error) {
        return (error as Error).message;
    } finally {
        engine.close();
    }
    return "it succeeded";
}

function withEngine(apiVersion: string, run: (host: string) => Promise<void>): Promise<void> {
    return withServer((_, response) => response.setHeader("Api-Version", apiVersion).end("OK"), run);
}

async function withServer(answer: http.RequestListener, run: (host: string) => Promise<void>): Promise<void> {
    // The path of a socket has room for a hundred bytes, and TMPDIR may be longer.
    const folder = fs.mkdtempSync("/tmp/engine-");
    const socket = path.join(folder, "docker.sock");
    const server = http.createServer(answer);
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    try {
        await run(`unix://${socket}`);
    } finally {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
        fs.rmSync(folder, { recursive: true });
    }
}
