import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { DAY } from "../../../../sandbox";
import { runnerWithToken, TYPE } from "./world";

describe("RunnerToken that the process rotates", () => {
    const of = runnerWithToken();
    const { world, up, resets } = of;

    it("takes over the token that the process itself has rotated", async () => {
        const folder = mkdtempSync(join(tmpdir(), "rotated-"));
        const path = join(folder, "config.toml");
        const ours = { ...of.inputs, rotation: "runner", configPaths: [path] };
        const { state } = await world.plugin.create(TYPE, ours);
        world.sandbox.clock.advance(23 * DAY);
        world.sandbox.db.runners.update(of.row.id, {
            token: "glrt-rotatedbytheprocess000",
            tokenExpiresAt: world.sandbox.clock.now() + 30 * DAY,
        });
        writeFileSync(
            path,
            `[[runners]]\n  id = ${of.row.id}\n  token = "glrt-rotatedbytheprocess000"\n  token_obtained_at = 2026-01-24T00:00:00Z\n  token_expires_at = 2026-02-23T00:00:00Z\n`,
        );
        const next = await up(state, ours, ours);
        expect(next).to.include({
            token: "glrt-rotatedbytheprocess000",
            obtainedAt: "2026-01-24T00:00:00.000Z",
            expiresAt: "2026-02-23T00:00:00.000Z",
        });
        expect(await up(next, ours, ours)).to.equal(next);
        expect(resets()).to.equal(0);
        rmSync(folder, { recursive: true });
    });

    it("takes it over from where its manager was, when the manager moves or the process is to rotate no longer", async () => {
        const folder = mkdtempSync(join(tmpdir(), "moved-"));
        const path = join(folder, "config.toml");
        const there = { ...of.inputs, rotation: "runner", configPaths: [path] };
        const { state } = await world.plugin.create(TYPE, there);
        world.sandbox.clock.advance(23 * DAY);
        const token = "glrt-rotatedbytheprocess000";
        world.sandbox.db.runners.update(of.row.id, { token, tokenExpiresAt: world.sandbox.clock.now() + 30 * DAY });
        writeFileSync(path, `[[runners]]\n  id = ${of.row.id}\n  token = "${token}"\n`);
        for (const moved of [{ ...of.inputs }, { ...there, configPaths: [join(folder, "new/config.toml")] }]) {
            expect((await up(state, moved, there)).token).to.equal(token);
        }
        expect(resets()).to.equal(0);
        const warned = world.plugin.logs.map(({ message }) => message).join();
        expect(warned).to.contain("gitlab-runner has rotated it, or it was reset by somebody else");
        rmSync(folder, { recursive: true });
    });

    it("leaves rotation to the process until the token is dead", async () => {
        const ours = { ...of.inputs, rotation: "runner" };
        const { state } = await world.plugin.create(TYPE, ours);
        world.sandbox.clock.advance(29 * DAY);
        expect(await up(state, ours, ours)).to.equal(state);
        world.sandbox.clock.advance(2 * DAY);
        expect((await up(state, ours, ours)).token).to.not.equal(state.token);
    });
});
