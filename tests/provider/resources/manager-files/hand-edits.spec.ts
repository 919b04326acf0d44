import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type Props, UNKNOWN } from "../../../../core/props";
import { type Plugin, startPlugin } from "../../../helpers/plugin";

const TYPE = "ManagerFiles";
const TOML = 'concurrent = 4\n[[runners]]\nname = "a"\ntoken = "glrt-verysecrettoken000000"\n';
const SYSTEM_ID = "r_abcdefgh1234";

describe("ManagerFiles that somebody has edited by hand", () => {
    let root: string;
    let plugin: Plugin;
    const directory = () => join(root, "etc", "gitlab-runner");
    const config = () => join(directory(), "config.toml");
    const inputs = (more: object = {}) => ({ directory: directory(), configToml: TOML, systemId: SYSTEM_ID, ...more });
    const modeOf = (path: string) => (fs.statSync(path).mode & 0o777).toString(8);

    beforeEach(async () => {
        root = fs.mkdtempSync(join(tmpdir(), "hand-edits-"));
        plugin = await startPlugin("gitlab-fleet");
    });
    afterEach(async () => {
        await plugin.close();
        fs.rmSync(root, { recursive: true, force: true });
    });

    it("finds edits made by hand, a missing file and an open mode, without showing what may be secret", async () => {
        const { id, state } = await plugin.create(TYPE, inputs());
        fs.appendFileSync(config(), 'limit = 9\nenvironment = ["A=hush"]\n');
        expect((await plugin.diff(TYPE, id, state, inputs())).detailed).to.deep.equal({ configToml: "update" });
        fs.rmSync(config());
        expect((await plugin.diff(TYPE, id, state, inputs())).detailed).to.deep.equal({ configToml: "update" });
        await plugin.update(TYPE, id, state, inputs());
        fs.chmodSync(config(), 0o644);
        fs.writeFileSync(join(directory(), ".runner_system_id"), "s_000000000000");
        expect((await plugin.diff(TYPE, id, state, inputs())).detailed).to.deep.equal({
            configToml: "update",
            systemId: "add",
        });
        await plugin.update(TYPE, id, state, inputs());
        expect(modeOf(config())).to.equal("600");
        expect((await plugin.diff(TYPE, id, state, inputs())).changes).to.equal(false);
        expect(JSON.stringify(plugin.logs)).not.to.contain("glrt-").and.not.to.contain("hush");
        expect(plugin.logs[0]!.message).to.include("written again: a: limit 9 → none, environment [secret] → none.");
        expect(plugin.logs.map(({ severity }) => severity)).to.deep.equal(["info", "info", "warn", "warn"]);
    });

    describe("and whose text is left to people by ignoreChanges,", () => {
        const IGNORED = ["configToml"];
        const up = async (id: string, state: Props) => {
            const { changes } = await plugin.diff(TYPE, id, state, inputs(), inputs(), IGNORED);
            if (changes)
                await plugin.update(TYPE, id, state, inputs(), { oldInputs: inputs(), ignoreChanges: IGNORED });
            return changes;
        };

        it("are left as they are, and nothing is said of it", async () => {
            const { id, state } = await plugin.create(TYPE, inputs());
            fs.appendFileSync(config(), "limit = 9\n");
            expect(await up(id, state)).to.equal(false);
            expect(plugin.logs).to.deep.equal([]);
        });

        it("are written again when they are gone, and not with nothing in them", async () => {
            const { id, state } = await plugin.create(TYPE, inputs());
            fs.rmSync(config());
            expect(await up(id, state)).to.equal(true);
            expect(fs.readFileSync(config(), "utf8")).to.equal(TOML);
        });
    });

    it("tells an edit beside a token that is not known yet, and not what is secret in either", async () => {
        const settings = { global: { concurrent: 4 }, workers: { a: {} } };
        const secret = `${TOML}environment = ["A=hush"]\n`;
        const { id, state } = await plugin.create(TYPE, inputs({ configToml: secret, settings }));
        const next = inputs({ configToml: UNKNOWN, settings: { ...settings, global: { concurrent: 5 } } });
        fs.writeFileSync(config(), secret.replace("concurrent = 4", "concurrent = 40"));
        await plugin.diff(TYPE, id, state, next);
        expect(plugin.logs.map(({ message }) => message)).to.deep.equal([
            "config.toml changes: concurrent 4 → 5; tokens that are known after up.",
            `config.toml in ${directory()} is not what was declared and will be written again: concurrent 40 → 4.`,
        ]);
    });

    it("says of an identity that is not what was written, and of one that becomes another, whom GitLab takes the process for", async () => {
        const { id, state } = await plugin.create(TYPE, inputs());
        const file = join(directory(), ".runner_system_id");
        const said = async (more: object = {}) => {
            plugin.logs.length = 0;
            await plugin.diff(TYPE, id, state, inputs(more));
            return plugin.logs.map(({ severity, message }) => `${severity}: ${message}`);
        };
        const another =
            "To GitLab, a gitlab-runner that was started meanwhile is another manager until it is restarted.";
        fs.writeFileSync(file, "s_000000000000");
        expect(await said()).to.deep.equal([
            `warn: .runner_system_id in ${directory()} holds another identity; up writes ${SYSTEM_ID} again. ${another}`,
        ]);
        fs.rmSync(file);
        expect(await said()).to.deep.equal([
            `warn: .runner_system_id in ${directory()} is missing; up writes ${SYSTEM_ID} again. ${another}`,
        ]);
        await plugin.update(TYPE, id, state, inputs());
        expect(await said({ systemId: "r_000000000000" })).to.deep.equal([
            `warn: .runner_system_id changes from ${SYSTEM_ID} to r_000000000000: once gitlab-runner is restarted, GitLab lists ` +
                `another manager, and the old one goes stale. To keep it: systemId: ${SYSTEM_ID}.`,
        ]);
    });

    it("says of an identity that a refresh did not find that it is written again, and of no other one", async () => {
        const { id, state } = await plugin.create(TYPE, inputs());
        fs.rmSync(join(directory(), ".runner_system_id"));
        const refreshed = (await plugin.read(TYPE, id, state, inputs()))!;
        await plugin.diff(TYPE, id, refreshed.state, inputs());
        expect(plugin.logs.map(({ message }) => message)).to.deep.equal([
            `.runner_system_id in ${directory()} is missing; up writes ${SYSTEM_ID} again. To GitLab, a gitlab-runner that was ` +
                "started meanwhile is another manager until it is restarted.",
        ]);
    });
});
