import * as fs from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Props } from "../../../../core/props";
import { closeHosts } from "../../../../hosts/hosts";
import { type Plugin, startPlugin } from "../../../helpers/plugin";
import { hasShell, type ShellHosts, shellHosts } from "../../../helpers/shell-hosts";

const ssh = { host: "ci@vm-01" };

describe("a look ahead of the comparisons", () => {
    let shells: ShellHosts;
    let plugin: Plugin;
    let directory: string;
    let files: Props;
    let place: Props;
    const compare = async () => [
        (
            await plugin.diff(
                "ManagerPlace",
                "it",
                { ...place, place: { id: "0".repeat(32), host: hostname() } },
                place,
                place,
            )
        ).changes,
        (await plugin.diff("ManagerFiles", "x", { ...files, host: hostname(), owner: "demo/test/it" }, files, files))
            .changes,
    ];

    beforeEach(async function () {
        if (!hasShell("dash")) this.skip();
        shells = shellHosts();
        shells.use("dash");
        directory = fs.mkdtempSync(join(tmpdir(), "ahead-"));
        place = { directory, ssh, look: true };
        files = { directory, ssh, look: true, configToml: "concurrent = 1\n", systemId: "r_abcdefgh1234" };
        fs.writeFileSync(join(directory, "config.toml"), "concurrent = 1\n", { mode: 0o600 });
        fs.writeFileSync(join(directory, ".runner_system_id"), "r_abcdefgh1234");
        plugin = await startPlugin("gitlab-fleet");
    });
    afterEach(async () => {
        await plugin?.close();
        closeHosts();
        shells?.remove();
        fs.rmSync(directory, { recursive: true, force: true });
    });

    it("serves those of a manager's place and of its files, once; the next ones look for themselves, once for both", async () => {
        expect((await plugin.invoke("lookAhead", { directory: `${directory}/`, ssh })).state).to.deep.equal({
            begun: true,
        });
        expect(await compare()).to.deep.equal([false, false]);
        expect(shells.requests()).to.deep.equal(["look"]);
        fs.writeFileSync(join(directory, "config.toml"), "concurrent = 2\n", { mode: 0o600 });
        expect(await compare()).to.deep.equal([false, true]);
        expect(shells.requests()).to.deep.equal(["look", "look"]);
    });

    it("serves no write: what is written looks again", async () => {
        await plugin.invoke("lookAhead", { directory, ssh });
        await compare();
        fs.writeFileSync(join(directory, "config.toml"), "by hand\n", { mode: 0o600 });
        await plugin.update(
            "ManagerFiles",
            "x",
            { ...files, host: hostname() },
            { ...files, configToml: "concurrent = 3\n" },
        );
        expect(fs.readFileSync(join(directory, "config.toml.edited-by-hand"), "utf8")).to.equal("by hand\n");
    });

    it("of a host that is dead fails nothing by itself: the update says why", async () => {
        shells.use("dash", { before: "echo 'ssh: connect to host vm-01 port 22: Connection refused' >&2; exit 255" });
        expect((await plugin.invoke("lookAhead", { directory, ssh })).state).to.deep.equal({ begun: true });
        expect(await compare()).to.deep.equal([true, true]);
    });

    it("is none on a host that cannot be, and asks for one where there is none", async () => {
        const error = await plugin.invoke("lookAhead", { directory }).catch((error: Error) => error);
        expect((error as Error).message).to.equal("ssh is missing. Set it.");
        for (const args of [
            { directory: "etc", ssh },
            { directory, ssh: { host: "-oProxyCommand=x" } },
        ]) {
            expect((await plugin.invoke("lookAhead", args)).state).to.deep.equal({ begun: false });
        }
        expect(shells.requests()).to.deep.equal([]);
    });
});
