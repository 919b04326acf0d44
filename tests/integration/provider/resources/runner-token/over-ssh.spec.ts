import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Props } from "../../../../../core/props";
import { closeHosts } from "../../../../../hosts/hosts";
import { addRunner, DAY, type Sandbox, startSandbox } from "../../../../../sandbox";
import { type Plugin, startPlugin } from "../../../../helpers/plugin";
import { hasShell, type ShellHosts, shellHosts } from "../../../../helpers/shell-hosts";

const TYPE = "RunnerToken";
const ROTATED = "glrt-rotatedbytheprocess000";

describe("a token that the gitlab-runner of a host has rotated", () => {
    let sandbox: Sandbox;
    let shells: ShellHosts;
    let plugin: Plugin;
    let directory: string;

    before(async function () {
        if (!hasShell("dash")) this.skip();
        shells = shellHosts();
        shells.use("dash");
        directory = fs.mkdtempSync(join(tmpdir(), "rotated-"));
        sandbox = await startSandbox({
            clockStart: new Date("2026-01-01T00:00:00Z"),
            seed: {
                users: [{ username: "olga" }],
                groups: [{ path: "apps", members: { olga: "owner" }, runnerTokenExpirationInterval: 30 * 24 * 3600 }],
                tokens: [{ name: "api", user: "olga", scopes: ["api"] }],
            },
        });
        plugin = await startPlugin("gitlab-fleet", { baseUrl: sandbox.url, token: sandbox.tokens.api });
    });
    after(async () => {
        await plugin?.close();
        await sandbox?.close();
        closeHosts();
        shells?.remove();
        if (directory !== undefined) fs.rmSync(directory, { recursive: true });
    });

    it("is read back from there, and not reset", async () => {
        const { id, token } = addRunner(sandbox.db, { runnerType: "group_type", groupId: 1 });
        const places = [{ manager: "vm-01", directory, ssh: { host: "ci@vm-01" } }];
        const inputs: Props = {
            ...{ runnerId: String(id), issuedToken: token, runnerType: "group_type", groupId: 1 },
            ...{ rotation: "runner", places },
        };
        const { state } = await plugin.create(TYPE, inputs);
        sandbox.clock.advance(23 * DAY);
        sandbox.db.runners.update(id, { token: ROTATED, tokenExpiresAt: sandbox.clock.now() + 30 * DAY });
        const times = "token_obtained_at = 2026-01-24T00:00:00Z\n  token_expires_at = 2026-02-23T00:00:00Z";
        fs.writeFileSync(
            join(directory, "config.toml"),
            `[[runners]]\n  id = ${id}\n  token = "${ROTATED}"\n  ${times}\n`,
        );
        expect((await plugin.diff(TYPE, String(id), state, inputs, inputs)).changes).to.equal(true);
        const next = await plugin.update(TYPE, String(id), state, inputs, { oldInputs: inputs });
        expect(next.state).to.include({ token: ROTATED, expiresAt: "2026-02-23T00:00:00.000Z" });
        expect(plugin.logs.map(({ message }) => message)).to.include(
            `Took over the token that gitlab-runner has rotated (ci@vm-01:${directory}/config.toml).`,
        );
        expect(sandbox.journal.count({ path: /reset_authentication_token$/ })).to.equal(0);
    });
});
