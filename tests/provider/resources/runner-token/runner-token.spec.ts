import { expect } from "chai";
import type { Props } from "../../../../core/props";
import { UNKNOWN } from "../../../../core/props";
import { DAY, HOUR } from "../../../../sandbox";
import { rejection } from "../../../helpers/rejection";
import { runnerWithToken, TYPE } from "./world";

describe("RunnerToken", () => {
    const of = runnerWithToken();
    const { world, up, resets } = of;

    it("keeps the token that the runner was made with, as a secret, and notes its life", async () => {
        const created = await world.plugin.create(TYPE, of.inputs, { secrets: ["issuedToken"] });
        expect(created.state).to.deep.equal({
            runnerId: String(of.row.id),
            token: of.row.token,
            obtainedAt: "2026-01-01T00:00:00.000Z",
            expiresAt: "2026-01-31T00:00:00.000Z",
            // By this the runner is known again, should its id ever mean another one.
            __runnerCreatedAt: "2026-01-01T00:00:00.000Z",
        });
        expect(created.secrets).to.include("token");
        expect(world.sandbox.journal.writes()).to.deep.equal([]);
    });

    it("says that the token stays where it is recreated for the same runner, and nothing where that reset it", async () => {
        const { log, replace } = {
            log: () => world.plugin.logs.filter(({ severity }) => severity === "warn").map(({ message }) => message),
            replace: async () => {
                await world.plugin.check(TYPE, of.inputs);
                const { id, state } = await world.plugin.create(TYPE, of.inputs);
                await world.plugin.delete(TYPE, id, { ...of.inputs, token: of.row.token });
                return state;
            },
        };
        await replace();
        expect(log()).to.deep.equal([
            `Runner ${of.row.id} keeps its token, which was not replaced. For another one, change rotationTrigger.`,
        ]);
        expect(resets()).to.equal(0);
        world.sandbox.db.runners.update(of.row.id, { token: "glrt-anotherone000000000" });
        world.sandbox.clock.advance(2 * HOUR);
        await world.restart();
        await replace();
        expect(resets()).to.equal(1);
        expect(log()).to.deep.equal([]);
    });

    it("says in a preview that a runner which is there already gets another token, and nothing of one that is made", async () => {
        const { issuedToken: _, ...adopted } = of.inputs;
        for (const known of [of.inputs, { ...adopted, runnerId: UNKNOWN }] as Props[]) {
            await world.plugin.create(TYPE, known, { preview: true });
        }
        expect(world.plugin.logs).to.deep.equal([]);
        await world.plugin.create(TYPE, { ...adopted, issuedToken: UNKNOWN }, { preview: true });
        const [{ severity, message }] = world.plugin.logs as [(typeof world.plugin.logs)[number]];
        expect(severity).to.equal("warn");
        expect(message)
            .to.contain(`The token of runner ${of.row.id} is not known here: up resets it`)
            .and.contain("gets no more jobs");
        await world.plugin.create(TYPE, { ...adopted, rotation: "runner" }, { preview: true });
        expect(world.plugin.logs.at(-1)!.message).to.contain(
            "up takes over the one that gitlab-runner has rotated in its config.toml, resets it, or reads it again",
        );
        expect(resets()).to.equal(0);
    });

    it("asks in a preview for renamedFrom where the runner is one of this stack under another name", async () => {
        const { issuedToken: _, ...adopted } = of.inputs;
        const asked = async (maintenanceNote: string) => {
            world.sandbox.db.runners.update(of.row.id, { maintenanceNote });
            await world.restart();
            await world.plugin.create(TYPE, adopted, { preview: true, name: "web-shell" });
            return / Its marker .*/.exec(world.plugin.logs.at(-1)!.message)?.[0];
        };
        expect(await asked("managed-by: gitlab-fleet demo/test#abcdefghij/web")).to.equal(
            " Its marker says that it is runner web of this stack: to keep the token under the new name, write renamedFrom: web at runner web-shell.",
        );
        expect(await asked("managed-by: gitlab-fleet demo/test#abcdefghij/web-shell")).to.equal(undefined);
        expect(await asked("managed-by: gitlab-fleet demo/other#abcdefghij/web")).to.equal(undefined);
        expect(await asked("")).to.equal(undefined);
        world.sandbox.faults.plan({ path: "**", times: 0, fault: { kind: "status", status: 422, body: {} } });
        expect(await asked("managed-by: gitlab-fleet demo/test#abcdefghij/web")).to.equal(undefined);
    });

    it("leaves the token of a runner that has the id of ours since GitLab was restored from a backup", async () => {
        const { state } = await world.plugin.create(TYPE, of.inputs);
        world.sandbox.db.runners.update(of.row.id, {
            createdAt: of.row.createdAt + DAY,
            token: "glrt-theirs-xxxxxxxxxxxx",
        });
        for (const attempt of [() => up(state), () => up(state, { ...of.inputs, rotationTrigger: "now" })]) {
            const { message } = await rejection(attempt());
            expect(message)
                .to.contain(`runner ${of.row.id} in GitLab is another one now`)
                .and.contain("pulumi up --refresh");
        }
        expect(resets()).to.equal(0);
    });

    it("changes nothing while the token has more than a quarter of its life left", async () => {
        const { state } = await world.plugin.create(TYPE, of.inputs);
        world.sandbox.clock.advance(22 * DAY);
        expect((await world.plugin.diff(TYPE, String(of.row.id), state, of.inputs)).changes).to.equal(false);
        expect(world.plugin.logs).to.deep.equal([]);
    });

    it("says in a preview that the token will be renewed, when it dies, and resets nothing", async () => {
        const { state } = await world.plugin.create(TYPE, of.inputs);
        world.sandbox.clock.advance(24 * DAY - HOUR);
        const diff = await world.plugin.diff(TYPE, String(of.row.id), state, of.inputs);
        expect(diff.detailed).to.deep.equal({ token: "update" });
        expect(world.plugin.logs.map(({ message }) => message)).to.deep.equal([
            `The token of runner ${of.row.id} will be renewed: it dies 2026-01-31T00:00:00.000Z (in 6 days).`,
        ]);
        const planned = await world.plugin.update(TYPE, String(of.row.id), state, of.inputs, { preview: true });
        expect(planned.state.token).to.equal(UNKNOWN);
        expect(resets()).to.equal(0);
    });

    it("resets in place: same runner, new token, new end", async () => {
        const { state } = await world.plugin.create(TYPE, of.inputs);
        world.sandbox.clock.advance(24 * DAY);
        const next = await up(state);
        expect(next.token).to.equal(world.sandbox.db.runners.must(of.row.id).token).and.not.equal(of.row.deadToken);
        expect(next.token).to.not.equal(state.token);
        expect(next.expiresAt).to.equal("2026-02-24T00:00:00.000Z");
        expect(await up(next)).to.equal(next);
        expect(resets()).to.equal(1);
    });

    it("resets as early as rotateBefore says", async () => {
        const early = { ...of.inputs, rotateBefore: "20d" };
        const { state } = await world.plugin.create(TYPE, early);
        world.sandbox.clock.advance(9 * DAY);
        expect(await up(state, early, early)).to.equal(state);
        world.sandbox.clock.advance(2 * DAY);
        expect((await up(state, early, early)).token).to.not.equal(state.token);
    });

    it("resets when rotationTrigger changes, once", async () => {
        const { state } = await world.plugin.create(TYPE, of.inputs);
        const triggered = { ...of.inputs, rotationTrigger: "leak of 2026-01" };
        const next = await up(state, triggered);
        expect(next.token).to.not.equal(state.token);
        expect(await up(next, triggered, triggered)).to.equal(next);
        expect(resets()).to.equal(1);
    });

    it("revives a token that has died", async () => {
        const { state } = await world.plugin.create(TYPE, of.inputs);
        world.sandbox.clock.advance(40 * DAY);
        const next = await up(state);
        expect(next.expiresAt).to.equal("2026-03-12T00:00:00.000Z");
    });

    it("notices a token that somebody reset in GitLab", async () => {
        const { state } = await world.plugin.create(TYPE, of.inputs);
        world.sandbox.clock.advance(2 * HOUR);
        world.sandbox.db.runners.update(of.row.id, { token: "glrt-somebodyelse000000000" });
        const next = await up(state);
        expect(next.token)
            .to.equal(world.sandbox.db.runners.must(of.row.id).token)
            .and.not.equal("glrt-somebodyelse000000000");
    });

    it("takes what a firewall answers in GitLab's place for no word on the token", async () => {
        const { state } = await world.plugin.create(TYPE, of.inputs);
        world.sandbox.clock.advance(2 * HOUR);
        for (const status of [200, 403, 501]) {
            world.sandbox.faults.plan({ path: "/runners/router/discovery", fault: { kind: "html", status } });
            expect((await up(state)).token).to.equal(state.token);
        }
        expect(resets()).to.equal(0);
    });

    it("recovers a token lost at creation through GraphQL while it is younger than an hour", async () => {
        const { issuedToken: _, ...adopted } = of.inputs;
        world.sandbox.clock.advance(HOUR / 2);
        const { state } = await world.plugin.create(TYPE, adopted);
        expect(state.token).to.equal(of.row.token);
        expect(resets()).to.equal(0);
    });

    it("resets the token of an adopted runner that is older", async () => {
        const { issuedToken: _, ...adopted } = of.inputs;
        world.sandbox.clock.advance(2 * HOUR);
        const { state } = await world.plugin.create(TYPE, adopted);
        expect(state.token).to.equal(world.sandbox.db.runners.must(of.row.id).token);
        expect(resets()).to.equal(1);
    });

    it("ends with a working token on the next up when the answer to a reset was lost", async () => {
        const { state } = await world.plugin.create(TYPE, of.inputs);
        world.sandbox.clock.advance(2 * HOUR);
        world.sandbox.faults.plan({ path: "/runners/*/reset_authentication_token", fault: { kind: "lose-answer" } });
        const triggered = { ...of.inputs, rotationTrigger: "now" };
        const error = await rejection(world.plugin.update(TYPE, String(of.row.id), state, triggered));
        expect(error.message).to.match(/it is not sent again/);
        const kept = (error as { kept?: { state: { props: Props } } }).kept!.state.props;
        expect(kept.token).to.equal(state.token);
        const next = await up(kept, triggered, triggered);
        expect(next.token).to.equal(world.sandbox.db.runners.must(of.row.id).token);
        expect(next).to.not.have.property("uncertain");
        expect(resets()).to.equal(2);
    });

    it("keeps the token when GitLab never got the reset", async () => {
        const { state } = await world.plugin.create(TYPE, of.inputs);
        const doubted = { ...state, uncertain: true };
        const next = await up(doubted);
        expect(next.token).to.equal(state.token);
        expect(next).to.not.have.property("uncertain");
        expect(resets()).to.equal(0);
    });

    it("trusts neither the old token nor the answer when a reset is answered without a token", async () => {
        const { state } = await world.plugin.create(TYPE, of.inputs);
        const path = "/runners/*/reset_authentication_token";
        for (const body of [{}, { token: "" }, { token: "two\nlines" }, { token: 7 }]) {
            world.sandbox.faults.plan({ path, fault: { kind: "status", status: 201, body } });
            const triggered = { ...of.inputs, rotationTrigger: "now" };
            const error = await rejection(world.plugin.update(TYPE, String(of.row.id), state, triggered));
            expect(error.message).to.contain("has no token");
            const kept = (error as { kept?: { state: { props: Props } } }).kept!.state.props;
            expect(kept).to.include({ token: state.token, uncertain: true });
        }
    });

    it("keeps the state when GitLab refuses the reset, and says what it said", async () => {
        const { state } = await world.plugin.create(TYPE, of.inputs);
        world.sandbox.faults.plan({
            path: "/runners/*/reset_authentication_token",
            fault: { kind: "status", status: 403, body: { error: "Token rotation deadline has passed" } },
        });
        const error = await rejection(
            world.plugin.update(TYPE, String(of.row.id), state, { ...of.inputs, rotationTrigger: "x" }),
        );
        expect(error.message).to.contain("Token rotation deadline has passed");
        expect(error).to.not.have.property("kept");
        expect(error.message).to.not.contain(of.row.token);
    });

    it("needs no more than the scopes create_runner, manage_runner and read_api", async () => {
        await world.restart({ token: "manage" });
        const { state } = await world.plugin.create(TYPE, of.inputs);
        world.sandbox.clock.advance(24 * DAY);
        const next = await world.plugin.update(TYPE, String(of.row.id), state, of.inputs);
        expect(next.state.token).to.equal(world.sandbox.db.runners.must(of.row.id).token).and.not.equal(state.token);
    });

    it("imports by the runner's id, without the token, which the next up renews", async () => {
        world.sandbox.clock.advance(2 * HOUR);
        const imported = (await world.plugin.read(TYPE, String(of.row.id)))!;
        expect(imported.state).to.deep.equal({ runnerId: String(of.row.id) });
        const { issuedToken: _, ...bare } = of.inputs;
        const next = await up(imported.state, bare, imported.inputs);
        expect(next.token).to.equal(world.sandbox.db.runners.must(of.row.id).token);
    });

    it("is gone when its runner is", async () => {
        const { state } = await world.plugin.create(TYPE, of.inputs);
        await world.plugin.delete(TYPE, String(of.row.id), state);
        expect(world.sandbox.db.runners.get(of.row.id)).to.not.equal(undefined);
        world.sandbox.db.runners.delete(of.row.id);
        expect(await world.plugin.read(TYPE, String(of.row.id), state, of.inputs)).to.equal(undefined);
    });

    it("reports every mistake in its inputs by property", async () => {
        const { failures } = await world.plugin.check(TYPE, { runnerId: "x", rotation: "me", rotateBefore: "soon" });
        expect(failures.map(({ property }) => property)).to.deep.equal(["runnerId", "rotation", "rotateBefore"]);
    });

    it("leaves no trace in GitLab when it tries tokens", async () => {
        const { state } = await world.plugin.create(TYPE, of.inputs);
        await world.restart();
        const before = JSON.stringify(world.sandbox.db.snapshot());
        world.sandbox.journal.clear();
        await world.plugin.diff(TYPE, String(of.row.id), state, of.inputs);
        expect(world.sandbox.journal.count({ path: "/runners/router/discovery" })).to.equal(1);
        const strip = (text: string) => text.replace(/"lastUsedAt":\d+/g, "");
        expect(strip(JSON.stringify(world.sandbox.db.snapshot()))).to.equal(strip(before));
    });
});
