import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import type { Props } from "../../../../../core/props";
import { closeHosts } from "../../../../../hosts/hosts";
import { type FakeSystemd, fakeSystemd } from "../../../../helpers/fake-systemd";
import { type Plugin, startPlugin } from "../../../../helpers/plugin";
import { rejection } from "../../../../helpers/rejection";
import { hasShell, type ShellHosts, shellHosts } from "../../../../helpers/shell-hosts";

const TYPE = "HostService";
const LOADED = "Configuration loaded   builds=0 max_builds=1";

for (const transport of ["this machine", "ssh and dash"] as const) {
    describe(`fleeting plugins of a HostService, through ${transport}`, () => {
        let shells: ShellHosts;
        let systemd: FakeSystemd;
        let plugin: Plugin;
        let directory: string;
        const isLocal = transport === "this machine";
        const where = isLocal ? "this machine" : "ci@vm-01";

        beforeEach(async function () {
            if (!isLocal && !hasShell("dash")) this.skip();
            shells = shellHosts();
            if (!isLocal) shells.use("dash");
            systemd = fakeSystemd(shells.folder);
            directory = path.join(shells.folder, "gitlab runner");
            fs.mkdirSync(directory);
            fs.writeFileSync(path.join(directory, "config.toml"), "concurrent = 1\n");
            systemd.log(LOADED);
            plugin = await startPlugin("gitlab-fleet");
        });
        afterEach(async () => {
            await plugin?.close();
            closeHosts();
            shells?.remove();
        });

        const inputs = (more: Props = {}): Props => ({
            directory,
            unit: "gitlab-runner",
            configHash: "one",
            fleetingInstall: true,
            ...(isLocal ? {} : { ssh: { host: "ci@vm-01" } }),
            ...more,
        });
        const installs = () => systemd.commands().filter((line) => line.startsWith("gitlab-runner fleeting"));
        const failing = async () => (await rejection(plugin.create(TYPE, inputs()))).message;

        it("are fetched before up waits for the process, by the file that was written", async () => {
            await plugin.create(TYPE, inputs());
            expect(installs()).to.deep.equal([
                `gitlab-runner fleeting --config ${path.join(directory, "config.toml")} install`,
            ]);
            const order = systemd.commands().map((line) => line.split(" ").slice(0, 2).join(" "));
            expect(order.indexOf("gitlab-runner fleeting")).to.be.lessThan(
                order.findIndex((line) => line.startsWith("journalctl")),
            );
        });

        it("are fetched when that is asked for, and for each changed file; in a preview and unasked not", async () => {
            const { id, state } = await plugin.create(TYPE, inputs({ fleetingInstall: false }));
            await plugin.create(TYPE, inputs(), { preview: true });
            expect(installs()).to.deep.equal([]);
            const changes = async (known: Props, news: Props) =>
                Object.keys((await plugin.diff(TYPE, id, known, news, inputs())).detailed);
            expect(await changes(state, inputs({ fleetingInstall: false }))).to.deep.equal([]);
            expect(await changes(state, inputs())).to.deep.equal(["fleetingInstall"]);
            await plugin.update(TYPE, id, state, inputs({ configHash: "two" }));
            expect(installs()).to.have.lengthOf(1);
        });

        it("fail up in gitlab-runner's words, made safe and without a token, and are fetched again next time", async () => {
            systemd.program(
                "gitlab-runner",
                '[ "$1" = fleeting ] || exit 0; echo "runner: x, plugin: aws:1, install/update error:: GET glrt-verysecrettoken000000 403" >&2; exit 1',
            );
            expect(await failing()).to.equal(
                `HostService "it": gitlab-runner on ${where} could not fetch the fleeting plugins that ${path.join(directory, "config.toml")} names ` +
                    "(runner: x, plugin: aws:1, install/update error:: GET [secret] 403). " +
                    "Can it reach the registry that plugin names, registry.gitlab.com by default? Correct it and run up again.",
            );
            const { id, state } = await plugin.create(TYPE, inputs({ fleetingInstall: false }));
            await rejection(plugin.update(TYPE, id, state, inputs()));
            expect(Object.keys((await plugin.diff(TYPE, id, state, inputs(), inputs())).detailed)).to.deep.equal([
                "fleetingInstall",
            ]);
        });

        it("name the program where a host has none", async () => {
            systemd.program("gitlab-runner", "exit 127");
            expect(await failing()).to.contain(`${where} has no gitlab-runner to fetch plugins with.`);
        });
    });
}
