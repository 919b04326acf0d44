import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Http2Server, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { expect } from "chai";
import { root } from "../../../../dev/scripts/pulumi";

const LOST_ENGINE = JSON.stringify(path.join(root, "components/common/lost-engine"));

describe("a program that imports the components", function () {
    this.timeout(60_000);
    let engine: Http2Server;
    let address: string;
    let sessions: ServerHttp2Session[];
    let program: ChildProcess;

    beforeEach(async () => {
        sessions = [];
        engine = createServer().on("session", (session) => sessions.push(session));
        await once(engine.listen(0, "127.0.0.1"), "listening");
        address = `127.0.0.1:${(engine.address() as AddressInfo).port}`;
    });
    afterEach(() => {
        program.kill("SIGKILL");
        engine.close();
    });

    /** Starts it, and waits for the first line that it prints. */
    const start = async (text: string, env: Record<string, string> = { PULUMI_NODEJS_ENGINE: address }) => {
        const lines = `require(${LOST_ENGINE});\n${text}`;
        program = spawn(process.execPath, ["--require", "tsx/cjs", "--eval", lines], {
            cwd: root,
            env: { ...process.env, PULUMI_NODEJS_ENGINE: undefined, ...env },
            stdio: ["ignore", "pipe", "pipe"],
        });
        await once(program.stdout!, "data");
    };
    const ended = () => once(program, "exit").then(([code]) => code as number | null);
    const connections = async (count: number) => {
        while (sessions.length < count) await once(engine, "session");
    };
    const loseEngine = () => {
        engine.close();
        for (const session of sessions) session.destroy();
    };
    /** What Pulumi's runtime does once it cannot reach the engine: it tells each error on stderr. */
    const goRound = 'process.on("uncaughtException", console.error); process.on("unhandledRejection", console.error);';

    it("ends when its engine is gone, whatever it waits for", async () => {
        await start("setInterval(() => {}, 1000); console.log('started');");
        await connections(1);
        loseEngine();
        expect(await ended()).to.equal(1);
    });

    it("ends when its engine had gone before it looked", async () => {
        engine.close();
        await start("setInterval(() => {}, 1000); console.log('started');");
        expect(await ended()).to.equal(1);
    });

    it("ends when nobody reads what it prints, though each failure is one more to print", async () => {
        await start(`${goRound} console.log("started"); setInterval(() => console.error("hello"), 10);`);
        program.stderr!.destroy();
        expect(await ended()).to.equal(1);
    });

    it("goes on when a connection is cut and the engine is still there", async () => {
        await start('console.log("started"); setTimeout(() => process.exit(7), 3000);');
        await connections(1);
        sessions[0]!.destroy();
        await connections(2);
        expect(await ended()).to.equal(7);
    });

    it("ends by itself when it is done", async () => {
        await start('console.log("started");');
        expect(await ended()).to.equal(0);
    });

    it("is left alone where it runs in somebody else's process", async () => {
        await start(
            `console.log("started"); setTimeout(() => process.exit(process.stderr.listenerCount("error")), 1000);`,
            {},
        );
        expect(await ended()).to.equal(0);
        expect(sessions).to.deep.equal([]);
    });

    it("fails as before when something else is wrong with its output", async () => {
        await start(`process.on("uncaughtException", ({ message }) => { console.log(message); process.exit(9); });
            console.log("started");
            setTimeout(() => process.stderr.emit("error", new Error("disk full")), 500);`);
        let printed = "";
        program.stdout!.on("data", (chunk) => {
            printed += chunk;
        });
        expect(await ended()).to.equal(9);
        expect(printed).to.include("disk full");
    });
});
