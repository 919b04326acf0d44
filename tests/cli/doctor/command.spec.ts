import * as fs from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { addManager, addRunner, DAY, HOUR, MINUTE, type Runner, type Sandbox, startSandbox } from "../../../sandbox";
import { SELF_SIGNED } from "../../helpers/self-signed";
import { runCli } from "../helpers";

const ME = "s_0123456789ab";

interface Worker {
    name?: string;
    url?: string;
    token: string;
    id?: number;
    expires?: number;
    more?: string;
}

describe("gitlab-fleet doctor", () => {
    let sandbox: Sandbox;
    let folder: string;
    let group: number;

    before(async () => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "doctor-"));
        sandbox = await startSandbox({
            seed: {
                users: [{ username: "olga" }, { username: "hans" }],
                groups: [{ path: "apps", members: { olga: "owner" } }, { path: "ops" }],
                projects: [{ path: "apps/etl" }],
                tokens: [
                    { name: "olga", user: "olga", scopes: ["read_api"] },
                    { name: "hans", user: "hans", scopes: ["read_api"] },
                ],
            },
        });
        group = sandbox.db.groups.all()[0]!.id;
    });
    beforeEach(() => sandbox.reset());
    after(async () => {
        await sandbox.close();
        fs.rmSync(folder, { recursive: true });
    });

    const add = (more: Partial<Runner> = {}) =>
        addRunner(sandbox.db, { runnerType: "group_type", groupId: group, description: "ci", ...more });
    const alive = (runner: Runner, systemId = ME, ago = 1000) =>
        addManager(sandbox.db, {
            runnerId: runner.id,
            systemId,
            contactedAt: sandbox.clock.now() - ago,
            creationState: "finished",
        });
    const write = (workers: Worker[]) => {
        const file = path.join(folder, "config.toml");
        const tables = workers.map(({ name = "w", url = sandbox.url, token, id, expires, more = "" }) =>
            [
                "[[runners]]",
                `  name = "${name}"`,
                `  url = "${url}"`,
                `  token = "${token}"`,
                ...(id === undefined ? [] : [`  id = ${id}`]),
                ...(expires === undefined ? [] : [`  token_expires_at = ${new Date(expires).toISOString()}`]),
                '  executor = "shell"',
                more,
            ].join("\n"),
        );
        fs.rmSync(file, { force: true });
        fs.writeFileSync(file, `concurrent = 1\n\n${tables.join("\n")}\n`);
        fs.writeFileSync(path.join(folder, ".runner_system_id"), ME);
        return file;
    };
    const env = (token?: "olga" | "hans") =>
        token === undefined ? {} : { GITLAB_BASE_URL: `${sandbox.url}/api/v4/`, GITLAB_TOKEN: sandbox.tokens[token] };
    const doctor = async (workers: Worker[], token?: "olga" | "hans", argv: string[] = []) => {
        const ran = await runCli(["doctor", "--config", write(workers), "--json", ...argv], { env: env(token) });
        const found: { getsJobs: boolean; findings: { code: string; says: string }[] }[] = JSON.parse(ran.out).workers;
        for (const { token: secret } of workers) if (secret !== "") expect(ran.out + ran.err).to.not.contain(secret);
        return { ...ran, found, codes: found.map(({ findings }) => findings.map(({ code }) => code).join(" ")) };
    };

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
        sandbox.db.runners.delete(gone.id);
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
        const hidden = add({ groupId: sandbox.db.groups.first("path", "ops")!.id });
        // Nothing is said of the other runner, which is paused.
        const { code, codes, found } = await doctor([{ token: hidden.token, id: other.id }], "olga");
        expect({ code, codes }).to.deep.equal({ code: 0, codes: ["id-unproven"] });
        expect(found[0]!.findings[0]!.says).to.contain(`The file says id = ${other.id}, but GitLab names no runner`);
        sandbox.faults.plan({ path: "/api/graphql", times: 0, fault: { kind: "status", status: 404 } });
        expect((await doctor([{ token: other.token, id: other.id }], "olga")).codes).to.deep.equal(["id-unproven"]);
        sandbox.db.runners.delete(other.id);
        expect((await doctor([{ token: hidden.token, id: other.id }], "olga")).codes).to.deep.equal(["wrong-id"]);
    });

    it("does not take a runner in whose description somebody has pasted the token for its owner", async () => {
        const hidden = add({ groupId: sandbox.db.groups.first("path", "ops")!.id });
        const pasted = add({ description: `was ${hidden.token}` });
        const { codes } = await doctor([{ token: hidden.token, id: pasted.id }], "olga");
        expect(codes).to.deep.equal(["id-unproven"]);
    });

    it("tells apart why tokens are refused: deleted, expired, rotated by another manager, reset, unknown", async () => {
        const [gone, expired, rotated, reset] = [add(), add(), add(), add()];
        sandbox.db.runners.delete(gone.id);
        sandbox.db.runners.update(expired.id, { tokenExpiresAt: sandbox.clock.now() - DAY });
        alive(rotated, "s_other0000000");
        const [oldRotated, oldReset] = [rotated.token, reset.token];
        sandbox.db.runners.update(rotated.id, { token: "glrt-rotated0000000000000" });
        sandbox.db.runners.update(reset.id, { token: "glrt-reset000000000000000" });
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
            { token: "glrt-dead0000000000000000", expires: sandbox.clock.now() - DAY },
            { token: "glrt-dead1111111111111111" },
        ]);
        expect(codes).to.deep.equal(["healthy", "token-expired", "token-unknown"]);
    });

    it("knows texts that are no authentication tokens without sending them anywhere", async () => {
        const { codes } = await doctor([
            { token: "GR1348941abcdefghijklmnopqrst" },
            { token: "glpat-abcdefghijklmnopqrst" },
            { token: "" },
        ]);
        expect(codes).to.deep.equal(["registration-token", "access-token", "token-missing"]);
        expect(sandbox.journal.entries().map(({ path: asked }) => asked)).to.deep.equal(["/api/v4/version"]);
    });

    it("says that no job has the runner's tags, and which tags jobs want", async () => {
        const runner = add({ tagList: ["gpu"], runUntagged: false });
        alive(runner);
        const jobs = [{ tag_list: ["linux"] }, { tag_list: ["linux", "docker"] }, { tag_list: [] }];
        sandbox.faults.plan({ path: "/projects/*/jobs", times: 0, fault: { kind: "status", status: 200, body: jobs } });
        const { codes, found } = await doctor([{ token: runner.token, id: runner.id }], "olga");
        expect(codes).to.deep.equal(["tags-unwanted"]);
        expect(found[0]!.findings[0]!.says)
            .to.contain("None of the last 3 jobs")
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
        const log = path.join(folder, "log");
        const name = runner.token.replace("glrt-", "").slice(0, 9);
        const at = new Date(Date.now() - 10 * MINUTE).toISOString().slice(0, 19);
        const disabled = `time="${at}Z" level=error msg="Runner \\"${sandbox.url}${name}\\" is unhealthy and will be disabled for 1h0m0s seconds!"\n`;
        fs.writeFileSync(log, disabled);
        const { codes, found } = await doctor([{ token: runner.token }], undefined, ["--log", log]);
        expect(codes).to.deep.equal(["disabled"]);
        expect(found[0]!.findings[0]!.says).to.contain("10 minutes ago");
        fs.writeFileSync(log, `${disabled}Configuration loaded   builds=0\n`);
        expect((await doctor([{ token: runner.token }], undefined, ["--log", log])).codes).to.deep.equal(["healthy"]);
    });

    it("warns of a second worker with the same token, of an end that nothing rotates, and of a file that cannot be saved", async () => {
        const runner = add();
        const soon = add({ tokenExpiresAt: sandbox.clock.now() + DAY });
        const loop = add();
        for (const each of [runner, soon, loop]) alive(each);
        const file = write([
            { name: "a", token: runner.token, id: runner.id },
            { name: "b", token: runner.token, id: runner.id },
            { name: "c", token: soon.token, id: soon.id },
            { name: "d", token: loop.token, id: loop.id, expires: sandbox.clock.now() + 30 * DAY },
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

    it("takes no worker for silent by a clock that others contradict", async () => {
        const own = add();
        alive(own);
        sandbox.faults.plan({ times: 0, fault: { kind: "date", date: "2035-01-01T00:00:00Z" } });
        const { code, codes, found } = await doctor([{ token: own.token, id: own.id }], "olga");
        expect({ code, codes }).to.deep.equal({ code: 0, codes: ["clock-off"] });
        expect(found[0]!.findings[0]!.says).to.contain("The clocks disagree: GitLab's answers are dated 2035-01-01");
    });

    it("tells how far the clock is off", async () => {
        const runner = add();
        sandbox.clock.advance(2 * HOUR + MINUTE);
        const { codes, found } = await doctor([{ token: runner.token }]);
        expect(codes).to.deep.equal(["clock-off"]);
        expect(found[0]!.findings[0]!.says).to.contain("2 hours behind GitLab's");
    });

    it("knows addresses that are none, that nobody listens at, that redirect, sign in, or are something else", async () => {
        const answer = (handler: http.RequestListener) =>
            new Promise<{ url: string; server: http.Server }>((resolve) => {
                const server = http.createServer(handler).listen(0, "127.0.0.1", () => {
                    resolve({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server });
                });
            });
        const servers = await Promise.all([
            answer((_req, res) => res.writeHead(301, { location: "https://git.example.org/api/v4/version" }).end()),
            answer((_req, res) => res.writeHead(302, { location: "/users/sign_in" }).end()),
            answer((_req, res) => res.writeHead(200, { "content-type": "text/html" }).end("<title>Shop</title>")),
            answer((_req, res) => res.writeHead(404, { "content-type": "application/json" }).end('{"error":"404"}')),
        ]);
        const token = "glrt-abcdefghijklmnopqrst";
        const urls = ["git.example.org", "http://127.0.0.1:1", ...servers.map(({ url }) => url)];
        const { codes, found } = await doctor(urls.map((url) => ({ url, token })));
        for (const { server } of servers) server.close();
        expect(codes.map((line) => line.split(" ")[0])).to.deep.equal([
            "invalid-url",
            "unreachable",
            "redirect",
            "login-page",
            "wrong-url",
            "wrong-url",
        ]);
        expect(found[4]!.findings[0]!.says).to.contain('an HTML page, "Shop"');
    });

    it("knows a certificate nobody trusts, and trusts the one that the worker names", async () => {
        const cert = path.join(folder, "cert.pem");
        fs.writeFileSync(cert, SELF_SIGNED.cert);
        const server = https
            .createServer(SELF_SIGNED, (req, res) => {
                const status = req.url?.includes("discovery") ? 501 : 401;
                res.writeHead(status, { "content-type": "application/json" }).end('{"message":"401 Unauthorized"}');
            })
            .listen(0, "127.0.0.1");
        await new Promise((resolve) => server.once("listening", resolve));
        const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
        const { codes } = await doctor([
            { url, token: "glrt-abcdefghijklmnopqrst" },
            { url, token: "glrt-abcdefghijklmnopqrs2", more: `  tls-ca-file = "${cert}"` },
        ]);
        server.close();
        expect(codes).to.deep.equal(["tls", "healthy"]);
    });

    for (const version of [19, 18, "18.0", 17] as const) {
        const contact = version === 17 || version === "18.0";
        it(`adds no manager${contact ? "" : " and no contact"} in GitLab ${version}, whatever it finds out`, async () => {
            const older = await startSandbox({
                version,
                seed: {
                    users: [{ username: "olga" }],
                    groups: [{ path: "apps", members: { olga: "owner" } }],
                    tokens: [{ name: "olga", user: "olga", scopes: ["read_api"] }],
                },
            });
            const runner = addRunner(older.db, { runnerType: "group_type", groupId: older.db.groups.all()[0]!.id });
            const strip = (text: string) => text.replace(/"lastUsedAt":(\d+|null)/g, "");
            const before = strip(JSON.stringify(older.db.snapshot()));
            const workers = [
                { url: older.url, token: runner.token },
                { url: older.url, token: "glrt-unknown0000000000000" },
            ];
            const ran = await runCli(["doctor", "--config", write(workers), "--json"], {
                env: { GITLAB_BASE_URL: `${older.url}/api/v4/`, GITLAB_TOKEN: older.tokens.olga },
            });
            const found = JSON.parse(ran.out).workers as { tokenWorks: boolean }[];
            expect(found.map(({ tokenWorks }) => tokenWorks)).to.deep.equal([true, false]);
            const asked = older.db.runners.must(runner.id);
            expect(asked.contactedAt !== null).to.equal(contact);
            older.db.runners.update(runner.id, { contactedAt: null, creationState: "started" });
            expect(strip(JSON.stringify(older.db.snapshot()))).to.equal(before);
            expect(older.journal.entries().some(({ path }) => /verify|jobs\/request/.test(path))).to.equal(false);
            await older.close();
        });
    }

    it("sends a user's token to the GitLab it was set for, and to no other that stands in a file", async () => {
        const seen: string[] = [];
        const other = http
            .createServer((req, res) => {
                seen.push(JSON.stringify(req.headers));
                res.writeHead(401, { "content-type": "application/json" }).end("{}");
            })
            .listen(0, "127.0.0.1");
        await new Promise((resolve) => other.once("listening", resolve));
        const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
        await doctor([{ url, token: "glrt-abcdefghijklmnopqrst", id: 5 }], "olga");
        other.close();
        expect(seen.length).to.be.greaterThan(0);
        expect(seen.join()).to.not.contain(sandbox.tokens.olga);
    });

    it("looks at a single token, given or from standard input, and asks for which GitLab it is", async () => {
        const runner = add();
        const given = await runCli(["doctor", "--token", runner.token, "--gitlab", sandbox.url]);
        expect(given.code, given.err).to.equal(0);
        const piped = await runCli(["doctor", "--token", "-"], {
            input: `${runner.token}\n`,
            env: { GITLAB_BASE_URL: `${sandbox.url}/api/v4/` },
        });
        expect(piped.code).to.equal(0);
        expect((await runCli(["doctor", "--token", runner.token])).err).to.contain("Which GitLab");
        expect((await runCli(["doctor"])).code).to.equal(2);
    });

    it("says where a config.toml cannot be loaded, with its line and without its secrets", async () => {
        const input = 'concurrent = 1\n[[runners]]\n  token = "glrt-verysecret0000000000"\n  limit = "many"\n';
        const { code, err, out } = await runCli(["doctor", "--config", "-"], { input });
        expect({ code, out }).to.deep.equal({ code: 2, out: "" });
        expect(err).to.contain("line 4").and.not.contain("verysecret");
    });
});
