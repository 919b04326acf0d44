import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Props } from "../../../../../core/props";
import { closeHosts } from "../../../../../hosts/hosts";
import { type Plugin, startPlugin } from "../../../../helpers/plugin";
import { hasShell, type ShellHosts, shellHosts } from "../../../../helpers/shell-hosts";

const TYPE = "ManagerFiles";
const toml = (concurrent: number) => `concurrent = ${concurrent}\n`;

for (const transport of ["this machine", "ssh and dash"] as const) {
    describe(`a config.toml that was edited by hand, through ${transport}`, () => {
        let shells: ShellHosts;
        let plugin: Plugin;
        let directory: string;
        const isLocal = transport === "this machine";
        const where = () => (isLocal ? directory : `ci@vm-01:${directory}`);
        const ssh = isLocal ? undefined : { host: "ci@vm-01" };
        const config = () => join(directory, "config.toml");
        const read = (name = "config.toml") => fs.readFileSync(join(directory, name), "utf8");
        const copies = () => fs.readdirSync(directory).filter((name) => /^config\.toml\./.test(name));
        const said = () => plugin.logs.map(({ message }) => message).join("\n");
        const inputs = (configToml: string): Props => ({
            directory,
            ...(ssh === undefined ? {} : { ssh }),
            configToml,
            systemId: "r_abcdefgh1234",
            look: true,
        });

        beforeEach(async function () {
            if (!isLocal && !hasShell("dash")) this.skip();
            shells = shellHosts();
            shells.use("dash");
            directory = fs.mkdtempSync(join(tmpdir(), "by-hand-"));
            plugin = await startPlugin("gitlab-fleet");
        });
        afterEach(async () => {
            await plugin?.close();
            closeHosts();
            shells?.remove();
            fs.rmSync(directory, { recursive: true, force: true });
        });

        it("is kept beside before it is written again, each edit under a number of its own, and it is said where", async () => {
            const { id, state } = await plugin.create(TYPE, inputs(toml(1)));
            for (const [edit, name] of [
                ["edited = 1\n", "config.toml.edited-by-hand"],
                ["edited = 2\n", "config.toml.edited-by-hand.2"],
            ] as const) {
                fs.writeFileSync(config(), edit, { mode: 0o600 });
                plugin.logs.length = 0;
                expect((await plugin.diff(TYPE, id, state, inputs(toml(1)))).changes).to.equal(true);
                expect(said()).to.contain(
                    `config.toml in ${where()} is not what was declared and will be written again`,
                );
                await plugin.update(TYPE, id, state, inputs(toml(1)));
                expect(said()).to.contain(
                    `${where()} had a config.toml that was edited by hand: it is kept as ${name}.`,
                );
                expect([read(), read(name)]).to.deep.equal([toml(1), edit]);
                expect(fs.statSync(join(directory, name)).mode & 0o777).to.equal(0o600);
            }
        });

        it("is kept although a refresh has put it into the state, by an update and by a delete", async () => {
            const { id, state } = await plugin.create(TYPE, inputs(toml(1)));
            fs.writeFileSync(config(), "edited = 1\n");
            const refreshed = (await plugin.read(TYPE, id, state, inputs(toml(1))))!;
            const { state: next } = await plugin.update(TYPE, id, refreshed.state, inputs(toml(2)));
            expect(read("config.toml.edited-by-hand")).to.equal("edited = 1\n");
            fs.writeFileSync(config(), "edited = 2\n");
            const again = (await plugin.read(TYPE, id, next, inputs(toml(2))))!;
            await plugin.delete(TYPE, id, again.state);
            expect(read("config.toml.edited-by-hand.2")).to.equal("edited = 2\n");
        });

        it("is one that somebody has edited, and not one of ours that a killed up was about to replace", async () => {
            const { id, state } = await plugin.create(TYPE, inputs(toml(1)));
            await plugin.update(TYPE, id, state, inputs(toml(2)));
            // The owner file goes first: an up that was killed after it has left the file of before.
            fs.writeFileSync(config(), toml(1));
            await plugin.update(TYPE, id, { ...state, configToml: "something else" }, inputs(toml(3)));
            expect([read(), copies()]).to.deep.equal([toml(3), []]);
        });
    });
}
