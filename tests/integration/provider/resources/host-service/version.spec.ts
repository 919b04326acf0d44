import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { type Props, UNKNOWN } from "../../../../../core/props";
import { fakeGitLab } from "../../../../helpers/fake-gitlab";
import { type FakeSystemd, fakeSystemd } from "../../../../helpers/fake-systemd";
import { type Plugin, startPlugin } from "../../../../helpers/plugin";
import { type ShellHosts, shellHosts } from "../../../../helpers/shell-hosts";

const TYPE = "HostService";

describe("the version of a gitlab-runner that is expected", () => {
    let shells: ShellHosts;
    let systemd: FakeSystemd;
    let plugin: Plugin;
    const inputs = (more: Props = {}): Props => ({
        directory: shells.folder,
        unit: "gitlab-runner",
        configHash: "one",
        ...more,
    });
    const said = (severity: string) =>
        plugin.logs.filter((one) => one.severity === severity).map(({ message }) => message);

    beforeEach(async () => {
        shells = shellHosts();
        systemd = fakeSystemd(shells.folder);
        fs.writeFileSync(path.join(shells.folder, "config.toml"), "concurrent = 1\n");
        plugin = await startPlugin("gitlab-fleet");
    });
    afterEach(async () => {
        await plugin.close();
        shells.remove();
    });

    it("is warned of as GitLab last heard of it, in a preview too: an upgrade restarts no process", async () => {
        let running: string | null = "18.2.0";
        const gitlab = await fakeGitLab(() => ({
            json: [
                { system_id: "r_other0000000", version: "1.0.0" },
                { system_id: "r_abcdefgh1234", version: running },
            ],
        }));
        try {
            await plugin.configure({ baseUrl: gitlab.url, token: "glpat-secret" });
            systemd.log("Configuration loaded   builds=0 max_builds=1");
            const more = { version: ">=19", runnerId: "7", systemId: "r_abcdefgh1234" };
            const restart =
                "GitLab last heard of gitlab-runner 18.2.0 from r_abcdefgh1234, and it shall be >=19. 19.4.0 is installed there: restart the process when it suits you.";
            const { id, state } = await plugin.create(TYPE, inputs(more));
            expect(said("warn")).to.deep.equal([restart]);
            const warnings = async (news: Props, known: Props = state) => {
                await plugin.close();
                plugin = await startPlugin("gitlab-fleet", { baseUrl: gitlab.url, token: "glpat-secret" });
                expect((await plugin.diff(TYPE, id, known, news)).changes).to.equal(false);
                return said("warn");
            };
            expect(await warnings(inputs(more))).to.deep.equal([restart]);
            const { runnerVersion: _, ...unseen } = state;
            expect((await warnings(inputs(more), unseen))[0]).to.contain(
                "Update its package there, or change version.",
            );
            for (const fine of ["19.4.0", "v19.0.1", "", null]) {
                running = fine;
                expect(await warnings(inputs(more)), String(fine)).to.deep.equal([]);
            }
            running = "18.2.0";
            expect(
                await warnings(inputs({ ...more, version: undefined }), { ...state, version: undefined }),
            ).to.deep.equal([]);
            expect(await warnings(inputs({ ...more, runnerId: UNKNOWN }))).to.deep.equal([]);
        } finally {
            await gitlab.close();
        }
    });
});
