import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import {
    DIRECTORY,
    ensureVolume,
    noteKnownContainer,
    readFiles,
    removeOwnVolume,
    writeFiles,
} from "../../../../provider/docker/config-volume";
import { MemoryEngine } from "../../../helpers/memory-engine";
import { rejection } from "../../../helpers/rejection";

const OWNER = { "com.gitlab-fleet.owner": "fleet/prod/ci" };
const WRITER = { ...OWNER, "com.gitlab-fleet.role": "writer" };
const TARGET = { volume: "ci", owner: "fleet/prod/ci", image: "runner:1", user: "0:0" };
const FILES = {
    configToml: "concurrent = 1\n",
    systemId: "s_1",
    owner: "managed-by: gitlab-fleet fleet/prod/ci\n",
    certificates: { "gitlab.example.org": "PEM" },
};

describe("the volume of a manager", () => {
    let engine: MemoryEngine;
    beforeEach(() => {
        engine = new MemoryEngine();
    });
    afterEach(() => engine.close());

    const inVolume = (name: string) => path.join(engine.folderOf("ci"), name);
    const modeOf = (name: string) => fs.statSync(inVolume(name)).mode & 0o777;

    describe("gets its files", () => {
        beforeEach(() => engine.addVolume("ci", { Labels: OWNER }));

        it("with the permissions that gitlab-runner wants, and keeps neither the writer nor what it worked in", async () => {
            await writeFiles(engine, TARGET, FILES);
            expect(fs.readFileSync(inVolume("config.toml"), "utf8")).to.equal(FILES.configToml);
            expect(fs.readFileSync(inVolume(".runner_system_id"), "utf8")).to.equal("s_1");
            expect(fs.readFileSync(inVolume("certs/gitlab.example.org.crt"), "utf8")).to.equal("PEM");
            expect(fs.readFileSync(inVolume(".gitlab-fleet-owner"), "utf8")).to.equal(FILES.owner);
            expect([modeOf("config.toml"), modeOf(".runner_system_id")]).to.deep.equal([0o600, 0o600]);
            expect(fs.readdirSync(engine.folderOf("ci")).sort()).to.deep.equal([
                ".gitlab-fleet-owner",
                ".runner_system_id",
                "certs",
                "config.toml",
            ]);
            expect(engine.names()).to.deep.equal([]);
        });

        it("and tells a time that is before the new file was there, however late the engine notes that its writer started", async () => {
            const told = Date.parse(await writeFiles(engine, TARGET, FILES));
            // The clock of a file system runs a few milliseconds late.
            expect(fs.statSync(inVolume("config.toml")).mtimeMs + 100).to.be.greaterThan(told);
        });

        it("without certificates that are declared no more, and without touching what it does not know", async () => {
            await writeFiles(engine, TARGET, FILES);
            fs.writeFileSync(inVolume("notes.txt"), "mine");
            await writeFiles(engine, TARGET, { ...FILES, certificates: { "other.example.org": "PEM 2" } });
            expect(fs.readdirSync(inVolume("certs"))).to.deep.equal(["other.example.org.crt"]);
            expect(fs.readFileSync(inVolume("notes.txt"), "utf8")).to.equal("mine");
        });

        it("after writers that a killed run has left were removed: a token lies in each of them", async () => {
            engine.addContainer("stray", { Labels: WRITER }, { Running: false });
            engine.addContainer("other", { Labels: { ...WRITER, ...{ "com.gitlab-fleet.owner": "a/b/c" } } });
            await writeFiles(engine, TARGET, FILES);
            expect(engine.names()).to.deep.equal(["other"]);
        });

        it("or keeps the old ones where the script fails, and says with what words", async () => {
            await writeFiles(engine, TARGET, FILES);
            const wrong = { ...TARGET, user: "nobody-is-called-that" };
            const { message } = await rejection(
                writeFiles(engine, wrong, { ...FILES, configToml: "concurrent = 2\n" }),
            );
            expect(message)
                .to.contain("the writer of volume ci failed (exit code 1: ")
                .and.contain("nobody-is-called-that");
            expect(fs.readFileSync(inVolume("config.toml"), "utf8")).to.equal(FILES.configToml);
            expect(engine.names()).to.deep.equal([]);
        });

        it("or says that the image has no shell, and leaves no writer", async () => {
            engine.fail("startContainer", 'exec: "/bin/sh": stat /bin/sh: no such file or directory');
            const { message } = await rejection(writeFiles(engine, TARGET, FILES));
            expect(message).to.contain("has no /bin/sh. Give one that has: placement.docker.writerImage");
            expect(engine.names()).to.deep.equal([]);
        });
    });

    describe("is read", () => {
        beforeEach(() => engine.addVolume("ci", { Labels: OWNER }));

        it("through the manager's container, or through one that is made for it and removed", async () => {
            await writeFiles(engine, TARGET, FILES);
            const container = engine.addContainer("ci", { HostConfig: { Binds: [`ci:${DIRECTORY}`] } });
            await noteKnownContainer(engine, container);
            const expected = { ...FILES, knownContainer: container, openToOthers: false };
            expect(await readFiles(engine, { ...TARGET, container })).to.deep.equal(expected);
            expect(await readFiles(engine, TARGET)).to.deep.equal(expected);
            expect(engine.names()).to.deep.equal(["ci"]);
        });

        it("with the remark that others may read config.toml", async () => {
            await writeFiles(engine, TARGET, FILES);
            fs.chmodSync(inVolume("config.toml"), 0o640);
            expect(await readFiles(engine, TARGET)).to.include({ openToOthers: true });
        });

        it("also when it is empty", async () => {
            expect(await readFiles(engine, TARGET)).to.deep.equal({ certificates: {}, openToOthers: false });
        });
    });

    describe("is made", () => {
        const volume = { name: "ci", owner: "fleet/prod/ci", role: "config" };
        const make = () => ensureVolume(engine, volume, "runner:1");

        it("with its owner on it, and left as it is the next time", async () => {
            await make();
            await make();
            expect(engine.done).to.deep.equal(["createVolume ci"]);
            expect((await engine.inspectVolume("ci"))?.Labels).to.include(OWNER);
        });

        it("in place of one whose engine was stopped before it had noted the labels", async () => {
            engine.addVolume("ci");
            await make();
            expect(engine.done.filter((call) => call.includes("Volume"))).to.deep.equal([
                "removeVolume ci",
                "createVolume ci",
            ]);
            expect(engine.names()).to.deep.equal([]);
        });

        const foreign: [string, () => void][] = [
            [
                "another manager's",
                () => engine.addVolume("ci", { Labels: { ...OWNER, "com.gitlab-fleet.owner": "a/b/c" } }),
            ],
            ["labelled by somebody", () => engine.addVolume("ci", { Labels: { mine: "yes" } })],
            ["of another driver", () => engine.addVolume("ci", { Driver: "nfs" })],
            ["with options", () => engine.addVolume("ci", { Options: { type: "tmpfs" } })],
            [
                "with something in it",
                () => {
                    engine.addVolume("ci");
                    fs.writeFileSync(inVolume("data"), "precious");
                },
            ],
            [
                "used by a container",
                () => {
                    engine.addVolume("ci");
                    engine.addContainer("theirs", { HostConfig: { Binds: ["ci:/data"] } });
                },
            ],
        ];
        for (const [which, prepare] of foreign) {
            it(`never in place of one that is ${which}`, async () => {
                prepare();
                const { message } = await rejection(make());
                expect(message).to.contain("volume ci exists and is not ours").and.contain("It is left alone");
                expect(engine.done.filter((call) => call.includes("Volume"))).to.deep.equal([]);
            });
        }
    });

    describe("is removed", () => {
        const remove = () => removeOwnVolume(engine, "ci", "fleet/prod/ci");

        it("if it is there and ours, and only then", async () => {
            await remove();
            engine.addVolume("ci", { Labels: { "com.gitlab-fleet.owner": "a/b/c" } });
            await remove();
            expect(engine.done).to.deep.equal([]);
            engine.addVolume("ci", { Labels: OWNER });
            await remove();
            expect(await engine.inspectVolume("ci")).to.equal(undefined);
        });

        it("not while a container uses it, which is named", async () => {
            engine.addVolume("ci", { Labels: OWNER });
            engine.addContainer("theirs", { HostConfig: { Binds: ["ci:/data"] } });
            expect((await rejection(remove())).message).to.contain("volume ci is in use by theirs. Remove that first.");
        });
    });
});
