import * as fs from "node:fs";
import * as http from "node:http";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { hostOf } from "../../../provider/docker/connection";
import { Engine } from "../../../provider/docker/engine";
import { judge } from "../../../provider/docker/loaded";
import { readLog } from "../../../provider/docker/log-lines";
import { readTar, writeTar } from "../../../provider/docker/tar";

const running = {
    State: { Running: true, Restarting: false, Paused: false, StartedAt: "", FinishedAt: "", ExitCode: 0, Error: "" },
};
const lines = (...texts: string[]) => texts.map((text) => ({ time: "", text }));

describe("tar archives", () => {
    it("come back as they were written", () => {
        const entry = fc.record({
            name: fc.stringMatching(/^[a-z]{1,40}(\/[a-z]{1,90}){0,2}$/),
            content: fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
            mode: fc.constantFrom(0o600, 0o644, 0o755),
        });
        fc.assert(
            fc.property(fc.array(entry), (entries) => {
                expect(readTar(writeTar(entries))).to.deep.equal(entries);
            }),
        );
    });

    it("are read by tar itself", () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "tar-"));
        const name = `${"d".repeat(90)}/${"f".repeat(90)}`;
        fs.writeFileSync(path.join(folder, "x.tar"), writeTar([{ name, content: Buffer.from("hello"), mode: 0o600 }]));
        const { execFileSync } = require("node:child_process") as typeof import("node:child_process");
        execFileSync("tar", ["-xf", "x.tar"], { cwd: folder });
        expect(fs.readFileSync(path.join(folder, name), "utf8")).to.equal("hello");
        fs.rmSync(folder, { recursive: true });
    });
});

describe("a container's log", () => {
    it("is read from frames and from plain text, without colours", () => {
        const text = "2026-01-01T00:00:00.000000001Z \u001b[31;1mERROR: no\u001b[0;m\n";
        const head = Buffer.alloc(8);
        head[0] = 2;
        head.writeUInt32BE(Buffer.byteLength(text), 4);
        const expected = [{ time: "2026-01-01T00:00:00.000000001Z", text: "ERROR: no" }];
        expect(readLog(Buffer.concat([head, Buffer.from(text)]))).to.deep.equal(expected);
        expect(readLog(Buffer.from(text))).to.deep.equal(expected);
    });
});

describe("whether a configuration was loaded", () => {
    const verdict = (texts: string[], more: Partial<Parameters<typeof judge>[0]> = {}) =>
        judge({ container: running, lines: lines(...texts), quiet: false, waited: 1, ...more });

    it("is judged by what the process said last", () => {
        expect(verdict([]).kind).to.equal("waiting");
        expect(verdict(["Configuration loaded   builds=0 max_builds=1"]).kind).to.equal("loaded");
        const refused = "ERROR: Failed to load config decoding: toml: line 1   builds=0 max_builds=1";
        expect(verdict(["Configuration loaded", refused])).to.deep.equal({
            kind: "refused",
            words: "ERROR: Failed to load config decoding: toml: line 1",
        });
        expect(verdict([refused, "Configuration loaded"]).kind).to.equal("loaded");
    });

    it("takes a process that does not stay up for a refusal", () => {
        const container = { State: { ...running.State, Running: false, ExitCode: 1 } };
        expect(verdict(["FATAL: Service run failed"], { container }).kind).to.equal("refused");
        expect(verdict([], { container, waited: 1 }).kind, "it may be on its way").to.equal("waiting");
        expect(verdict([], { container, waited: 20 }).kind).to.equal("refused");
    });

    it("takes silence for success only where the log level hides it, and only after a while", () => {
        expect(verdict([], { quiet: true, waited: 3 }).kind).to.equal("waiting");
        expect(verdict([], { quiet: true, waited: 9 }).kind).to.equal("loaded");
    });
});

describe("a Docker engine", () => {
    it("is the given one, DOCKER_HOST's, or this machine's; DOCKER_CONTEXT may not override it silently", () => {
        expect(hostOf({ host: "ssh://a@b" }, { DOCKER_HOST: "tcp://x:1" })).to.equal("ssh://a@b");
        expect(hostOf({}, { DOCKER_HOST: "tcp://x:1" })).to.equal("tcp://x:1");
        expect(() => hostOf({}, { DOCKER_CONTEXT: "no-such-context-here" })).to.throw("Unset it.");
    });

    it("that cannot be reached is named, with the reason and what to try", async () => {
        const message = await failureOf(new Engine({ host: "unix:///nowhere.sock" }, {}));
        expect(message).to.match(
            /^Docker engine unix:\/\/\/nowhere\.sock: cannot be reached \(.*ENOENT.*\)\. Is the engine running\?/,
        );
    });

    it("that is too old for gitlab-runner is refused", async () => {
        await withEngine("1.39", async (host) => {
            const message = await failureOf(new Engine({ host }, {}));
            expect(message).to.include("speaks API 1.39, and gitlab-runner needs 1.40 (Docker 19.03). Upgrade it.");
        });
    });

    it("that is new enough says which API it speaks", async () => {
        await withEngine("1.41", async (host) => {
            const engine = new Engine({ host }, {});
            expect(await engine.apiVersion()).to.equal("1.41");
            engine.close();
        });
    });
});

async function failureOf(engine: Engine): Promise<string> {
    try {
        await engine.apiVersion();
    } catch (error) {
        return (error as Error).message;
    } finally {
        engine.close();
    }
    return "it succeeded";
}

async function withEngine(apiVersion: string, run: (host: string) => Promise<void>): Promise<void> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "engine-"));
    const socket = path.join(folder, "docker.sock");
    const server = http.createServer((_, response) => response.setHeader("Api-Version", apiVersion).end("OK"));
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    try {
        await run(`unix://${socket}`);
    } finally {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
        fs.rmSync(folder, { recursive: true });
    }
}
