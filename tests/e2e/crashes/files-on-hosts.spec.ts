import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { parseOwner } from "../../../core/owner-file";
import type { Props } from "../../../core/props";
import { hashOf } from "../../../hosts/host";
import { closeHosts } from "../../../hosts/hosts";
import { type Plugin, startPlugin } from "../../helpers/plugin";
import { hasShell, type ShellHosts, shellHosts } from "../../helpers/shell-hosts";

const TYPE = "ManagerFiles";
const TOKEN = "glrt-verysecrettoken000000";
const FOREIGN = "concurrent = 1\n# of before\n";
const toml = (concurrent: number) => `concurrent = ${concurrent}\n[[runners]]\n  token = "${TOKEN}"\n`;
const OLD = toml(2);
const NEW = toml(3);
const EDITED = `${OLD}# by hand\n`;
const ID = "r_abcdefgh1234";
/** Every program by which the script changes something. */
const TOOLS = ["mkdir", "chmod", "chown", "cat", "dd", "sync", "mv", "rm", "rmdir"];
const TEMPORARY = /\.[0-9a-f]{12}\.tmp$/;

/** What is done to a directory, from what is in it before, and what may be in it after a crash. */
interface Work {
    before: Record<string, string>;
    /** Whether the connection is not cut at each byte as well: it would be the same bytes. */
    killsOnly?: boolean;
    run(plugin: Plugin, directory: string): Promise<unknown>;
    /** Contents that config.toml may have at any time; undefined: none. */
    configs: readonly (string | undefined)[];
    /** Copies that are whole if they are there, and are there once config.toml is another one. */
    copies: Record<string, string>;
    /** What is there once it was done. */
    after: Record<string, string | undefined>;
}

const ssh = { host: "ci@vm-01" };
const inputs = (directory: string, configToml: string): Props => ({
    directory,
    ssh,
    configToml,
    systemId: ID,
    look: true,
});
const state = (directory: string, configToml: string): Props => ({
    ...inputs(directory, configToml),
    host: "vm-01",
    owner: "demo/test/it",
    directoryCreated: true,
});
const owned = (text: string) => `managed-by: gitlab-fleet demo/test/it\nwrote: ${hashOf(text)}\n`;

const WORKS: Record<string, Work> = {
    "made where somebody configured one by hand": {
        before: { "config.toml": FOREIGN },
        run: (plugin, directory) => plugin.create(TYPE, inputs(directory, NEW)),
        configs: [FOREIGN, NEW],
        copies: { "config.toml.before-gitlab-fleet": FOREIGN },
        after: { "config.toml": NEW, ".runner_system_id": ID },
    },
    "made where there was none": {
        before: {},
        killsOnly: true,
        run: (plugin, directory) => plugin.create(TYPE, inputs(path.join(directory, "a/b"), NEW)),
        configs: [undefined],
        copies: {},
        after: { "a/b/config.toml": NEW, "a/b/.runner_system_id": ID },
    },
    "replaced after it was edited by hand": {
        before: { "config.toml": EDITED, ".runner_system_id": ID, ".gitlab-fleet-owner": owned(OLD) },
        run: (plugin, directory) => plugin.update(TYPE, "x", state(directory, OLD), inputs(directory, NEW)),
        configs: [EDITED, NEW],
        copies: { "config.toml.edited-by-hand": EDITED },
        after: { "config.toml": NEW, ".runner_system_id": ID },
    },
    "taken out": {
        before: { "config.toml": EDITED, ".runner_system_id": ID, ".gitlab-fleet-owner": owned(OLD) },
        run: (plugin, directory) => plugin.delete(TYPE, "x", state(directory, OLD)),
        configs: [EDITED, undefined],
        copies: { "config.toml.edited-by-hand": EDITED },
        after: { "config.toml": undefined, ".runner_system_id": undefined, ".gitlab-fleet-owner": undefined },
    },
};

describe("a manager's files on a host whose connection ends", function () {
    this.timeout(120_000);
    let shells: ShellHosts;
    let plugin: Plugin;
    let directory: string;
    const at = (name: string) => path.join(directory, name);
    const read = (name: string) => (fs.existsSync(at(name)) ? fs.readFileSync(at(name), "utf8") : undefined);

    before(function () {
        if (!hasShell("dash")) this.skip();
    });
    beforeEach(async () => {
        shells = shellHosts();
        plugin = await startPlugin("gitlab-fleet");
    });
    afterEach(async () => {
        await plugin?.close();
        closeHosts();
        shells?.remove();
        fs.rmSync(directory, { recursive: true, force: true });
    });

    const prepare = (work: Work) => {
        closeHosts();
        fs.rmSync(directory ?? "", { recursive: true, force: true });
        directory = fs.mkdtempSync(path.join(tmpdir(), "crash-"));
        for (const [name, text] of Object.entries(work.before)) fs.writeFileSync(at(name), text, { mode: 0o600 });
    };

    /** What holds whenever it ends. */
    const expectWhole = (work: Work, where: string) => {
        expect(work.configs, where).to.include(read("config.toml"));
        expect([undefined, ID], where).to.include(read(".runner_system_id"));
        const owner = read(".gitlab-fleet-owner");
        if (owner !== undefined) expect(parseOwner(owner).owner, where).to.equal("demo/test/it");
        for (const [name, text] of Object.entries(work.copies)) {
            const isReplaced = read("config.toml") !== work.before["config.toml"];
            expect(isReplaced ? [text] : [text, undefined, ""], `${where}: ${name}`).to.include(read(name));
        }
        for (const name of fs.readdirSync(directory)) {
            if (name !== "a" && read(name)!.includes(TOKEN)) expect(fs.statSync(at(name)).mode & 0o077).to.equal(0);
        }
    };

    /** And that the next attempt does all of it, and clears away what was left. */
    const expectDone = async (work: Work, where: string) => {
        closeHosts();
        shells.use("dash");
        await work.run(plugin, directory);
        for (const [name, text] of Object.entries(work.after)) expect(read(name), `${where}: ${name}`).to.equal(text);
        expect(
            fs.existsSync(directory) ? fs.readdirSync(directory).filter((name) => TEMPORARY.test(name)) : [],
        ).to.deep.equal([]);
    };

    for (const [title, work] of Object.entries(WORKS)) {
        it(`are whole after a kill before each step by which config.toml is ${title}, and the next up does the rest`, async () => {
            const tools = path.join(shells.folder, "tools");
            const count = path.join(shells.folder, "count");
            fs.mkdirSync(tools);
            for (const tool of TOOLS) fs.writeFileSync(path.join(tools, tool), killer(tool, count), { mode: 0o755 });
            let kills = 0;
            for (let step = 1; ; step++) {
                prepare(work);
                fs.writeFileSync(count, "0");
                shells.use("dash", { env: `PATH=${tools}:$PATH KILL_AT=${step}` });
                const outcome = await work.run(plugin, directory).catch((error: Error) => error);
                if (Number(fs.readFileSync(count, "utf8")) < step) break;
                kills++;
                expect(outcome, `step ${step}`).to.be.instanceOf(Error);
                expect((outcome as Error).message)
                    .to.match(
                        /^ManagerFiles "it": ci@vm-01 (cannot be reached|is no longer reached: the connection was cut; what)/,
                    )
                    .and.not.contain(TOKEN);
                expectWhole(work, `killed before step ${step}`);
                await expectDone(work, `after a kill before step ${step}`);
            }
            expect(kills).to.be.greaterThan(4);
        });

        if (work.killsOnly) continue;
        it(`are whole wherever the way is cut on which config.toml is ${title}`, async () => {
            prepare(work);
            shells.use("dash");
            await work.run(plugin, directory);
            closeHosts();
            const sent = fs.readFileSync(path.join(shells.folder, "sent"), "latin1");
            const from = sent.indexOf("\nchange\n") + 1;
            const lines = [...sent.slice(from).matchAll(/\n/g)].map(({ index }) => from + index);
            const inLines = lines.map((end, index) => Math.floor((end + (lines[index + 1] ?? end)) / 2));
            for (const bytes of new Set([...lines, ...inLines])) {
                prepare(work);
                shells.use("dash", { cutAfter: bytes });
                const outcome = await work.run(plugin, directory).catch((error: Error) => error);
                if (outcome instanceof Error)
                    expect(outcome.message).to.contain('ManagerFiles "it": ci@vm-01').and.not.contain(TOKEN);
                expectWhole(work, `cut after ${bytes} of ${sent.length} bytes`);
            }
            await expectDone(work, "in the end");
        });
    }
});

/** A program that ends everything on the way, itself included, before it is run for the nth time of all. */
function killer(tool: string, count: string): string {
    return [
        "#!/bin/sh",
        // Where nothing is changed, nothing is counted.
        `n=$(($(/bin/cat ${count}) + 1)); echo $n >${count}`,
        `[ "$n" != "$KILL_AT" ] || kill -9 0`,
        `PATH=\${PATH#*:} exec ${tool} "$@"`,
        "",
    ].join("\n");
}
