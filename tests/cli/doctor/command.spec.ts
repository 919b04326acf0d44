import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { DAY, MINUTE } from "../../../sandbox";
import { runCli } from "../helpers";
import { hostWithWorkers, ME } from "./world";

describe("gitlab-fleet doctor", () => {
    const world = hostWithWorkers();
    const { add, alive, write, env, doctor } = world;

    it("finds nothing wrong with a worker whose process is in touch, and ends with 0", async () => {
        const runner = add();
        alive(runner);
        expect(await doctor([{ token: runner.token, id: runner.id }], "olga")).to.deep.include({
            code: 0,
            codes: ["healthy"],
        });
    });

    it("finds the runner by its token when the file has no id", async () => {
        const runner = add({ active: false });
        alive(runner);
        const { code, codes, found } = await doctor([{ token: runner.token }], "olga");
        expect({ code, codes }).to.deep.equal({ code: 1, codes: ["paused"] });
        expect(found[0]!.findings[0]!.says).to.contain(`Runner ${runner.id} is paused`);
    });

    it("goes by the token where the id in the file is another runner's, is gone, or is GitLab's example", async () => {
        const [own, other, gone] = [add(), add({ active: false }), add()];
        alive(own);
        world.sandbox.db.runners.delete(gone.id);
        for (const id of [other.id, gone.id]) {
            const { code, found } = await doctor([{ token: own.token, id }], "olga");
            expect(code).to.equal(0);
            expect(found[0]!.findings.map(({ code: each, says }) => `${each}: ${says}`)).to.deep.equal([
                `wrong-id: The file says id = ${id}, but the token is that of runner ${own.id}.`,
            ]);
        }
        expect((await doctor([{ token: own.token, id: 0 }], "olga")).codes).to.deep.equal(["healthy"]);
    });

    it("does not call healthy what it cannot tell: whether a token is that of the runner in the file", async () => {
        const other = add({ active: false });
        const hidden = add({ groupId: world.sandbox.db.groups.first("path", "ops")!.id });
        // Nothing is said of the other runner, which is paused.
        const { code, codes, found } = await doctor([{ token: hidden.token, id: other.id }], "olga");
        expect({ code, codes }).to.deep.equal({ code: 0, codes: ["id-unproven"] });
        expect(found[0]!.findings[0]!.says).to.contain(`The file says id = ${other.id}, but GitLab names no runner`);
        const fault = { kind: "status", status: 200, body: { errors: [{ message: "not here" }] } } as const;
        world.sandbox.faults.plan({ path: "/api/graphql", times: 0, fault });
        expect((await doctor([{ token: other.token, id: other.id }], "olga")).codes).to.deep.equal(["id-unproven"]);
        world.sandbox.db.runners.delete(other.id);
        expect((await doctor([{ token: hidden.token, id: other.id }], "olga")).codes).to.deep.equal(["wrong-id"]);
    });

    it("does not call healthy what GitLab failed to tell: when the token ends", async () => {
        const { token } = add();
        // An answer after which nothing is sent again: the test need not wait.
        const fault = { kind: "status", status: 501 } as const;
        world.sandbox.faults.plan({ bodyIncludes: "tokenExpiresAt", times: 0, fault });
        const { code, out, err } = await runCli(["doctor", "--config", write([{ token }])], { env: env("olga") });
        expect({ code, out }).to.deep.equal({ code: 2, out: "" });
        expect(err).to.contain("GitLab failed at POST /api/graphql (501)");
    });

    it("does not take a runner in whose description somebody has pasted the token for its owner", async () => {
        const hidden = add({ groupId: world.sandbox.db.groups.first("path", "ops")!.id });
        const pasted = add({ description: `was ${hidden.token}` });
        const { codes } = await doctor([{ token: hidden.token, id: pasted.id }], "olga");
        expect(codes).to.deep.equal(["id-unproven"]);
    });

    it("tells apart why tokens are refused: deleted, expired, rotated by another manager, reset, unknown", async () => {
        const [gone, expired, rotated, reset] = [add(), add(), add(), add()];
        world.sandbox.db.runners.delete(gone.id);
        world.sandbox.db.runners.update(expired.id, { tokenExpiresAt: world.sandbox.clock.now() - DAY });
        alive(rotated, "s_other0000000");
        const [oldRotated, oldReset] = [rotated.token, reset.token];
        world.sandbox.db.runners.update(rotated.id, { token: "glrt-rotated0000000000000" });
        world.sandbox.db.runners.update(reset.id, { token: "glrt-reset000000000000000" });
        const { code, codes, found } = await doctor(
            [
                { token: gone.token, id: gone.id },
                { token: expired.token, id: expired.id },
                { token: oldRotated, id: rotated.id },
                { token: oldReset, id: reset.id },
                { token: "glrt-neverofthisgitlab000" },
            ],
            "olga",
        );
        expect({ code, codes }).to.deep.equal({
            code: 1,
            codes: ["token-deleted", "token-expired", "token-rotated", "token-rotated", "token-unknown"],
        });
        expect(found[2]!.findings[0]!.says).to.contain("s_other0000000 works with it");
        expect(found[3]!.findings[0]!.says).to.contain("was reset in GitLab");
    });

    it("needs no user's token to say which worker is refused, and takes the expiry from the file", async () => {
        const works = add();
        const { codes } = await doctor([
            { token: works.token },
            { token: "glrt-dead0000000000000000", expires: world.sandbox.clock.now() - DAY },
            { token: "glrt-dead1111111111111111" },
        ]);
        expect(codes).to.deep.equal(["healthy", "token-expired", "token-unknown"]);
    });

    it("advises no GITLAB_TOKEN that is set already", async () => {
        const dead = [{ token: "glrt-dead1111111111111111" }];
        const advice = async (user?: "olga") => (await doctor(dead, user)).found[0]!.findings[0]!.advice;
        expect(await advice()).to.contain("Set GITLAB_TOKEN, of an Owner or Maintainer");
        expect(await advice("olga")).to.contain("id = <the runner's> in the table tells more.");
    });

    it("knows texts that are no authentication tokens without sending them anywhere", async () => {
        const { codes } = await doctor([
            { token: "GR1348941abcdefghijklmnopqrst" },
            { token: "glpat-abcdefghijklmnopqrst" },
            { token: "" },
        ]);
        expect(codes).to.deep.equal(["registration-token", "access-token", "token-missing"]);
        expect(world.sandbox.journal.entries().map(({ path: asked }) => asked)).to.deep.equal(["/api/v4/version"]);
    });

    it("says that no job has the runner's tags, and which tags jobs want", async () => {
        const runner = add({ tagList: ["gpu"], runUntagged: false });
        alive(runner);
        const jobs = [{ tag_list: ["linux"] }, { tag_list: ["linux", "docker"] }, { tag_list: [] }];
        world.sandbox.faults.plan({
            path: "/projects/*/jobs",
            times: 0,
            fault: { kind: "status", status: 200, body: jobs },
        });
        const { codes, found } = await doctor([{ token: runner.token, id: runner.id }], "olga");
        expect(codes).to.deep.equal(["tags-unwanted"]);
        expect(found[0]!.findings[0]!.says)
            .to.contain("None of the latest jobs (3 looked at)")
            .and.contain("They want linux, docker");
    });

    it("finds the process off, and one with another identity in its place", async () => {
        const [off, cloned] = [add(), add()];
        alive(off, ME, 2 * DAY);
        alive(cloned, "r_clone0000000");
        const { codes, found } = await doctor(
            [off, cloned].map(({ token, id }) => ({ token, id })),
            "olga",
        );
        expect(codes).to.deep.equal(["not-heard", "not-heard"]);
        expect(found[0]!.findings[0]!.says).to.contain("last heard 2 days ago");
        expect(found[1]!.findings[0]!.says).to.contain("hears from r_clone0000000 instead");
    });

    it("reads from gitlab-runner's log that a worker is disabled for an hour, until a reload", async () => {
        const runner = add();
        const log = path.join(world.folder, "log");
        const name = runner.token.replace("glrt-", "").slice(0, 9);
        const at = new Date(Date.now() - 10 * MINUTE).toISOString().slice(0, 19);
        const disabled = `time="${at}Z" level=error msg="Runner \\"${world.sandbox.url}${name}\\" is unhealthy and will be disabled for 1h0m0s seconds!"\n`;
        fs.writeFileSync(log, disabled);
        const { codes, found } = await doctor([{ token: runner.token }], undefined, ["--log", log]);
        expect(codes).to.deep.equal(["disabled"]);
        expect(found[0]!.findings[0]!.says).to.contain("10 minutes ago");
        fs.writeFileSync(log, `${disabled}Configuration loaded   builds=0\n`);
        expect((await doctor([{ token: runner.token }], undefined, ["--log", log])).codes).to.deep.equal(["healthy"]);
    });

    it("says of an empty log, which a misspelt unit has, too, that it tells nothing", async () => {
        const runner = add();
        alive(runner);
        const log = path.join(path.dirname(write([{ token: runner.token }])), "empty.log");
        fs.writeFileSync(log, "\n");
        const argv = ["doctor", "--config", path.join(path.dirname(log), "config.toml"), "--log", log];
        const { code, err } = await runCli(argv, { env: env() });
        expect({ code, err }).to.deep.equal({
            code: 0,
            err: `Nothing is in ${log}: whether a worker was disabled is not known. Is that the right one?\n`,
        });
    });

    it("warns of a second worker with the same token, of an end that nothing rotates, and of a file that cannot be saved", async () => {
        const runner = add();
        const soon = add({ tokenExpiresAt: world.sandbox.clock.now() + DAY });
        const loop = add();
        for (const each of [runner, soon, loop]) alive(each);
        const file = write([
            { name: "a", token: runner.token, id: runner.id },
            { name: "b", token: runner.token, id: runner.id },
            { name: "c", token: soon.token, id: soon.id },
            { name: "d", token: loop.token, id: loop.id, expires: world.sandbox.clock.now() + 30 * DAY },
        ]);
        fs.chmodSync(file, 0o400);
        const ran = await runCli(["doctor", "--config", file], { env: env("olga") });
        fs.chmodSync(file, 0o600);
        expect(ran.code).to.equal(0);
        expect(ran.out)
            .to.contain('duplicate-worker\n      It has the same token as worker 1 "a"')
            .and.contain("expires-soon\n")
            .and.contain("rotation-loop\n")
            .and.contain("Every worker can get jobs.");
    });

    it("does not say that every worker gets jobs where it has not seen the runners, and says how they are seen", async () => {
        const runner = add();
        world.sandbox.db.runners.update(runner.id, { active: false });
        const file = write([{ name: "a", token: runner.token, id: runner.id }]);
        const { code, out } = await runCli(["doctor", "--config", file]);
        expect(code).to.equal(0);
        expect(out.replace(/\s+/g, " "))
            .to.contain("Nothing was found that keeps a worker from jobs.")
            .and.contain("it is not known whether they are paused")
            .and.contain("GITLAB_TOKEN, or that of --stack NAME")
            .and.not.contain("Every worker can get jobs");
    });

    it("takes no worker for silent by a clock that others contradict", async () => {
        const own = add();
        alive(own);
        world.sandbox.faults.plan({ times: 0, fault: { kind: "date", date: "2035-01-01T00:00:00Z" } });
        const { code, codes, found } = await doctor([{ token: own.token, id: own.id }], "olga");
        expect({ code, codes }).to.deep.equal({ code: 0, codes: ["clock-off"] });
        expect(found[0]!.findings[0]!.says).to.contain("The clocks disagree: GitLab's answers are dated 2035-01-01");
    });
});
