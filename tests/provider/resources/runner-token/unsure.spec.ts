import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Props } from "../../../../core/props";
import { addRunner, DAY, HOUR, MINUTE } from "../../../../sandbox";
import { rejection } from "../../../helpers/rejection";
import { runnerWithToken, TYPE } from "./world";

describe("RunnerToken, while GitLab says less than all", () => {
    const of = runnerWithToken();
    const { world, up, resets } = of;
    const current = () => world.sandbox.db.runners.must(of.row.id).token;
    const said = () => world.plugin.logs.map(({ message }) => message).join("\n");
    const bare = () => {
        const { runnerType: _, groupId: __, ...inputs } = of.inputs;
        return inputs;
    };
    const withoutGraphql = () =>
        world.sandbox.faults.plan({ path: "/api/graphql", times: 0, fault: { kind: "status", status: 403 } });

    it("keeps the token, and what is known of its end, where GraphQL is barred", async () => {
        const { state } = await world.plugin.create(TYPE, of.inputs);
        withoutGraphql();
        for (const inputs of [of.inputs, bare()]) {
            expect(await up(state, inputs, inputs)).to.equal(state);
            const changed = { ...inputs, rotateBefore: "1d" };
            expect(await up(state, changed, inputs)).to.include({ token: state.token, expiresAt: state.expiresAt });
        }
        expect(resets()).to.equal(0);
    });

    it("says once that it does not know the end of any token, where GraphQL is barred from the beginning", async () => {
        withoutGraphql();
        const { state } = await world.plugin.create(TYPE, of.inputs);
        expect(state).to.include({ token: current() }).and.not.have.property("expiresAt");
        await world.restart();
        withoutGraphql();
        for (let count = 0; count < 2; count++) await world.plugin.diff(TYPE, String(of.row.id), state, of.inputs);
        expect(
            said().match(/^It is not known when the token of runner \d+ expires: .* up renews it only afterwards\./gm),
        ).to.have.length(1);
    });

    it("knows the end from REST, where GitLab tells it there", async () => {
        const { state } = await world.plugin.create(TYPE, bare());
        withoutGraphql();
        const path = `/runners/${of.row.id}`;
        const body = {
            id: of.row.id,
            runner_type: "group_type",
            tag_list: [],
            token_expires_at: "2026-01-02T00:00:00.000Z",
        };
        world.sandbox.faults.plan({ path, times: 0, fault: { kind: "status", status: 200, body } });
        const after = await up(state, bare(), bare());
        expect(after).to.include({ token: state.token, expiresAt: body.token_expires_at });
        expect(await up(after, bare(), bare())).to.equal(after);
        world.sandbox.clock.advance(20 * HOUR);
        expect((await up(after, bare(), bare())).token)
            .to.equal(current())
            .and.not.equal(state.token);
        expect(said()).to.not.contain("is not known");
    });

    it("hears of another end by the runner's id alone, where its scope is not known", async () => {
        const { state } = await world.plugin.create(TYPE, bare());
        expect(await up(state, bare(), bare())).to.equal(state);
        world.sandbox.db.runners.update(of.row.id, { tokenExpiresAt: null });
        expect(await up(state, bare(), bare()))
            .to.include({ token: state.token })
            .and.not.have.property("expiresAt");
        world.sandbox.clock.advance(2 * HOUR);
        world.sandbox.db.runners.update(of.row.id, { token: "glrt-somebodyelse000000000" });
        expect((await up(state, bare(), bare())).token)
            .to.equal(current())
            .and.not.equal("glrt-somebodyelse000000000");
    });

    it("notes a token that works under another end, and says nothing of renewing it", async () => {
        const { state } = await world.plugin.create(TYPE, of.inputs);
        world.sandbox.db.runners.update(of.row.id, { tokenExpiresAt: world.sandbox.clock.now() + 60 * DAY });
        await world.restart();
        const diff = await world.plugin.diff(TYPE, String(of.row.id), state, of.inputs);
        expect(diff.detailed).to.deep.equal({ token: "update" });
        expect(world.plugin.logs).to.deep.equal([]);
        expect(await up(state)).to.include({ token: state.token, expiresAt: "2026-03-02T00:00:00.000Z" });
        expect(resets()).to.equal(0);
    });

    it("tries a token whose end moved, however many were tried before, and keeps it when it works", async () => {
        const { state } = await world.plugin.create(TYPE, of.inputs);
        await world.restart();
        world.sandbox.db.runners.update(of.row.id, { tokenExpiresAt: world.sandbox.clock.now() + 60 * DAY });
        for (let count = 0; count < 9; count++) {
            const { id, token } = addRunner(world.sandbox.db, { runnerType: "group_type", groupId: 1 });
            const inputs = { ...of.inputs, runnerId: String(id) };
            await world.plugin.diff(TYPE, String(id), { runnerId: String(id), token }, inputs);
        }
        const after = await world.plugin.update(TYPE, String(of.row.id), state, of.inputs);
        expect(after.state).to.include({ token: state.token, expiresAt: "2026-03-02T00:00:00.000Z" });
        expect(resets()).to.equal(0);
    });

    it("tries the token that a runner was made with, however many were tried before", async () => {
        for (let count = 0; count < 9; count++) {
            const { id, token } = addRunner(world.sandbox.db, { runnerType: "group_type", groupId: 1 });
            const inputs = { ...of.inputs, runnerId: String(id) };
            await world.plugin.diff(TYPE, String(id), { runnerId: String(id), token }, inputs);
        }
        world.sandbox.clock.advance(2 * HOUR);
        world.sandbox.db.runners.update(of.row.id, { token: "glrt-somebodyelse000000000" });
        const { state } = await world.plugin.create(TYPE, of.inputs);
        expect(state.token).to.equal(current()).and.not.equal("glrt-somebodyelse000000000");
        expect(resets()).to.equal(1);
    });

    it("leaves what a reset has come to open where GitLab fails at it", async () => {
        const { state } = await world.plugin.create(TYPE, of.inputs);
        for (const status of [500, 502]) {
            world.sandbox.faults.plan({
                path: "/runners/*/reset_authentication_token",
                fault: { kind: "status", status },
            });
            const triggered = { ...of.inputs, rotationTrigger: "now" };
            const error = await rejection(world.plugin.update(TYPE, String(of.row.id), state, triggered));
            const kept = (error as { kept?: { state: { props: Props } } }).kept!.state.props;
            expect(kept).to.include({ token: state.token, uncertain: true });
        }
    });

    it("keeps what it knows of a runner that is gone, and says how it is recreated", async () => {
        const { state } = await world.plugin.create(TYPE, of.inputs);
        world.sandbox.db.runners.delete(of.row.id);
        expect(await up(state)).to.equal(state);
        expect(said()).to.contain(`Runner ${of.row.id} is gone from GitLab. Run pulumi up --refresh`);
        expect(resets()).to.equal(0);
    });

    it("asks nothing about a runner that it is not for any more", async () => {
        const { state } = await world.plugin.create(TYPE, of.inputs);
        const { id } = addRunner(world.sandbox.db, { runnerType: "group_type", groupId: 1 });
        world.sandbox.journal.clear();
        const diff = await world.plugin.diff(TYPE, String(of.row.id), state, { ...of.inputs, runnerId: String(id) });
        expect(diff.replaces).to.deep.equal(["runnerId"]);
        expect(world.sandbox.journal.count()).to.equal(0);
    });

    it("takes no token out of a config.toml where Pulumi rotates", async () => {
        const folder = mkdtempSync(join(tmpdir(), "by-hand-"));
        const path = join(folder, "config.toml");
        const ours = { ...of.inputs, configPaths: [path] };
        const { state } = await world.plugin.create(TYPE, ours);
        world.sandbox.clock.advance(2 * HOUR);
        const token = "glrt-putthereby0hand000000";
        world.sandbox.db.runners.update(of.row.id, { token });
        writeFileSync(path, `[[runners]]\n  id = ${of.row.id}\n  token = "${token}"\n`);
        expect((await up(state, ours, ours)).token)
            .to.equal(current())
            .and.not.equal(token);
        expect(resets()).to.equal(1);
        rmSync(folder, { recursive: true });
    });

    it("resets nothing while a manager that needs the token is on another machine", async () => {
        const { state } = await world.plugin.create(TYPE, of.inputs);
        const place = { id: "0123456789abcdef", host: "build-07", machine: "another" };
        const places = [{ manager: "ci-01", directory: join(tmpdir(), "never-made"), place }];
        const triggered = { ...of.inputs, places, rotationTrigger: "now" };
        const { issuedToken: _, ...adopted } = of.inputs;
        for (const attempt of [
            () => world.plugin.update(TYPE, String(of.row.id), state, triggered),
            () => world.plugin.create(TYPE, { ...adopted, places }),
        ]) {
            expect((await rejection(attempt())).message)
                .to.contain('RunnerToken "it": a new token would not reach manager "ci-01"')
                .and.contain("build-07")
                .and.contain("The token was left as it is.");
        }
        expect(resets()).to.equal(0);
    });

    it("warns of a rotateBefore that is not shorter than the token's life, and of no other", async () => {
        const warned = async (rotateBefore: string, more: object = {}) => {
            await world.restart();
            await world.plugin.create(TYPE, { ...of.inputs, rotateBefore, ...more });
            return said().includes("rotateBefore is not shorter than the token's life of 1 month");
        };
        expect(await warned("29d")).to.equal(false);
        expect(await warned("30d", { rotation: "runner" })).to.equal(false);
        world.sandbox.clock.advance(MINUTE);
        expect(await warned("30d")).to.equal(true);
    });

    it("stays as it is in a refresh", async () => {
        const { state } = await world.plugin.create(TYPE, of.inputs);
        const found = await world.plugin.read(TYPE, String(of.row.id), state, of.inputs);
        expect(found!.state).to.deep.equal(state);
        expect(found!.inputs).to.deep.equal(of.inputs);
    });
});
