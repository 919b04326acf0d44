import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { isRoot } from "../../helpers/as-user";
import { type Engine, startEngine } from "../../helpers/engine";
import { skipWithout } from "../../helpers/needs";
import { type OwnProgram, ownProgram } from "../../helpers/own-program";
import { startWire, startWorld, type TestHost, type Wire, type World } from "./world";

const COUNT = 10;

/** Ten managers on ten hosts, each with a runner of its own. `key` stands in `trigger`s and files. */
const program = (hosts: { port: number; directory: string; known: string }[], privateKey: string, key: string) => `
import * as pulumi from "@pulumi/pulumi";
import * as gitlab from "@pulumi/gitlab";
import * as fleet from "@gitlab-fleet/sdk";

const look = !pulumi.runtime.isDryRun();
const { identity } = new fleet.StackIdentity("state", {});
for (const [index, { port, directory, known }] of ${JSON.stringify(hosts)}.entries()) {
    const name = "vm-" + (index + 1);
    const systemId = "r_host" + String(index).padStart(8, "0");
    const ssh = { host: "root@127.0.0.1", port, knownHosts: known, privateKey: pulumi.secret(${JSON.stringify(privateKey)}) };
    const reached = new fleet.ManagerPlace(name, { directory, ssh, systemId, identity, look });
    const runner = new gitlab.UserRunner(name, { runnerType: "group_type", groupId: 1, tagLists: [name] }, { dependsOn: reached });
    const token = new fleet.RunnerToken(
        name,
        {
            runnerId: runner.id,
            issuedToken: runner.token,
            rotationTrigger: ${JSON.stringify(key)},
            places: [{ manager: name, directory, ssh, systemId, identity, place: reached.place }],
        },
        { dependsOn: reached },
    );
    const configToml = pulumi.interpolate\`# ${key}\\n[[runners]]\\n  token = "\${token.token}"\\n\`;
    new fleet.ManagerFiles(name, { directory, ssh, systemId, identity, place: reached.place, look, configToml });
}
`;

describe("managers on ten hosts", () => {
    let world: World;
    let hosts: TestHost[];
    let wire: Wire;
    let project: OwnProgram;
    let engine: Engine;
    let calls: string;
    const { PATH } = process.env;
    const file = (index: number) => path.join(hosts[index]!.folder, "gitlab-runner/config.toml");
    const read = (index: number) => fs.readFileSync(file(index), "utf8");
    const portOf = (index: number) => (index === COUNT - 1 ? wire.port : hosts[index]!.port);
    const write = (key: string) =>
        project.write(
            program(
                hosts.map(({ folder, known }, index) => ({
                    port: portOf(index),
                    directory: path.join(folder, "gitlab-runner"),
                    known: known.replace(/:\d+/, `:${portOf(index)}`),
                })),
                hosts[0]!.options.privateKey!,
                key,
            ),
        );
    const run = (args: string[]) => engine.stack.run(args);
    const tokens = () =>
        engine.sandbox.db.runners
            .all()
            .filter(({ tagList }) => tagList[0]?.startsWith("vm-"))
            .sort((a, b) => Number(a.tagList[0]!.slice(3)) - Number(b.tagList[0]!.slice(3)))
            .map(({ token }) => token);
    /** Requests to each host since the last call. */
    const trips = () =>
        fs.readdirSync(calls).map((name) => {
            const sent = fs.readFileSync(path.join(calls, name), "utf8");
            fs.rmSync(path.join(calls, name));
            return sent.match(/^(look|change)$/gm)?.length ?? 0;
        });

    before(async function () {
        skipWithout("sshd", this);
        if (!isRoot) this.skip();
        world = startWorld();
        hosts = await Promise.all(Array.from({ length: COUNT }, () => world.host()));
        wire = await startWire(hosts[COUNT - 1]!.port);
        calls = path.join(world.folder, "calls");
        fs.mkdirSync(calls);
        const bin = path.join(world.folder, "bin");
        fs.mkdirSync(bin);
        const real = execFileSync("sh", ["-c", "command -v ssh"], { encoding: "utf8" }).trim();
        fs.writeFileSync(
            path.join(bin, "ssh"),
            `#!/bin/sh\nfor word; do [ "$last" = -p ] && port=$word; last=$word; done\ntee -a ${calls}/$port | ${real} "$@"\n`,
            { mode: 0o755 },
        );
        process.env.PATH = `${bin}:${PATH}`;
        project = ownProgram();
        engine = await startEngine({ config: () => "config: {}\n", project: project.folder });
        write("one");
        await engine.up();
    });
    after(async () => {
        process.env.PATH = PATH;
        await engine?.close();
        project?.remove();
        wire?.close();
        await world?.close();
    });

    it("get their files", () => {
        expect(tokens()).to.have.lengthOf(COUNT);
        for (const [index, token] of tokens().entries())
            expect(read(index)).to.equal(`# one\n[[runners]]\n  token = "${token}"\n`);
        expect(trips()).to.have.lengthOf(COUNT);
    });

    it("are not contacted by a preview, and in an up without changes asked twice each at most", async () => {
        await engine.expectNoChanges();
        expect(trips()).to.deep.equal([]);
        const { output } = await engine.up();
        expect(output).to.not.match(/updated|created|replaced/);
        const asked = trips();
        expect(asked).to.have.lengthOf(COUNT);
        expect(Math.max(...asked)).to.be.at.most(2);
    });

    it("have edits by hand found by an up, and put right", async () => {
        fs.appendFileSync(file(3), "# by hand\n");
        await engine.up();
        expect(read(3)).to.not.contain("by hand");
    });

    it("are nine done where the tenth is dead: its token is left as it is, it is named, and the next up does the rest", async () => {
        const before = tokens();
        const { port } = wire;
        wire.close();
        write("two");
        const { code, output } = await run(["up", "--yes", "--skip-preview", "--continue-on-error"]);
        expect(code, output).to.not.equal(0);
        expect(output).to.contain(
            `ManagerPlace "vm-10": root@127.0.0.1:${port} cannot be reached: nothing listens on its port.`,
        );
        expect(output).to.contain("Nothing was changed.").and.not.contain("PRIVATE KEY");
        const now = tokens();
        for (let index = 0; index < COUNT - 1; index++) {
            expect(now[index], output).to.not.equal(before[index]);
            expect(read(index)).to.contain("# two").and.contain(now[index]!);
        }
        expect(now[COUNT - 1]).to.equal(before[COUNT - 1]);
        expect(read(COUNT - 1))
            .to.contain("# one")
            .and.contain(before[COUNT - 1]!);
        // A preview needs no host, and says the same whether one is dead or not.
        const preview = await run(["preview"]);
        expect(preview.code, preview.output).to.equal(0);
        wire = await startWire(hosts[COUNT - 1]!.port, port);
        await engine.up();
        expect(tokens()[COUNT - 1]).to.not.equal(before[COUNT - 1]);
        expect(read(COUNT - 1))
            .to.contain("# two")
            .and.contain(tokens()[COUNT - 1]!);
        await engine.expectNoChanges();
    });

    it("stay in the state while one is dead: a refresh says so, and to remove them is an error that says how to go on", async () => {
        const { port } = wire;
        wire.close();
        const refresh = await run(["refresh", "--yes", "--skip-preview"]);
        expect(refresh.code, refresh.output).to.equal(0);
        expect(refresh.output).to.contain("What it has stays in the state as it was.");
        const destroy = await run(["destroy", "--yes", "--skip-preview", "--continue-on-error"]);
        expect(destroy.code, destroy.output).to.not.equal(0);
        expect(destroy.output).to.contain("Its files were not deleted.").and.contain("pulumi state delete");
        wire = await startWire(hosts[COUNT - 1]!.port, port);
        const again = await run(["destroy", "--yes", "--skip-preview"]);
        expect(again.code, again.output).to.equal(0);
        for (let index = 0; index < COUNT; index++) expect(fs.existsSync(path.dirname(file(index)))).to.equal(false);
    });
});
