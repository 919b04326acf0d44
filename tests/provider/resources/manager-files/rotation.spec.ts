import * as fs from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { UNKNOWN } from "../../../../core/props";
import { addRunner, type Runner, type Sandbox, startSandbox } from "../../../../sandbox";
import { type Plugin, startPlugin } from "../../../helpers/plugin";
import { rejection } from "../../../helpers/rejection";

const TYPE = "ManagerFiles";
const FIRST = "glrt-thefirsttoken0000000";
const SECOND = "glrt-thesecondtoken000000";
const THIRD = "glrt-thethirdtoken0000000";

/** A config.toml of two runners; the second one's token never ends. */
const toml = (id: number, token: string, more = "concurrent = 1", obtained = "2026-01-01") => `# Written by gitlab-fleet
${more}

[[runners]]
  name = "steady"
  id = 999
  token = "glrt-steadytoken00000000"

[[runners]]
  name = "ci"
  id = ${id}
  token = "${token}"
  token_obtained_at = ${obtained}T00:00:00.000Z
  token_expires_at = 2026-03-01T00:00:00.000Z
  [runners.docker]
    image = "alpine"
`;

describe("ManagerFiles beside a gitlab-runner that rotates its token", () => {
    let sandbox: Sandbox;
    let plugin: Plugin;
    let directory: string;
    let runner: Runner;
    const config = () => join(directory, "config.toml");
    const read = () => fs.readFileSync(config(), "utf8");
    const inputs = (configToml: string) => ({
        directory,
        configToml,
        systemId: "r_abcdefgh1234",
    });
    /** What the process does: GitLab has a new token, and the whole file is written in place. */
    const rotate = (token: string, obtained = "2026-02-01") => {
        sandbox.db.runners.update(runner.id, { token });
        fs.writeFileSync(config(), toml(runner.id, token, "concurrent = 1\nshutdown_timeout = 0", obtained));
    };

    before(async () => {
        sandbox = await startSandbox({
            seed: {
                users: [{ username: "olga" }],
                groups: [{ path: "apps", members: { olga: "owner" } }],
                tokens: [{ name: "api", user: "olga", scopes: ["api"] }],
            },
        });
    });
    beforeEach(async () => {
        sandbox.reset();
        directory = fs.mkdtempSync(join(tmpdir(), "manager-rotation-"));
        runner = addRunner(sandbox.db, { runnerType: "group_type", groupId: 1, token: FIRST });
        plugin = await startPlugin("gitlab-fleet", { baseUrl: sandbox.url, token: sandbox.tokens.api });
        await plugin.create(TYPE, inputs(toml(runner.id, FIRST)));
    });
    afterEach(async () => {
        await plugin.close();
        fs.rmSync(directory, { recursive: true, force: true });
    });
    after(() => sandbox.close());

    const edited = () => toml(runner.id, FIRST, "concurrent = 5");
    const update = async () => {
        const state = { ...inputs(toml(runner.id, FIRST)), host: hostname(), directoryCreated: false };
        return (await plugin.update(TYPE, directory, state, inputs(edited()))).state;
    };

    it("keeps a token that was rotated after up had read it, and writes the rest as declared", async () => {
        rotate(SECOND);
        const state = await update();
        const wanted = toml(runner.id, SECOND, "concurrent = 5", "2026-02-01");
        expect(read()).to.equal(wanted);
        expect(state.configToml).to.equal(wanted);
        const said = plugin.logs.map(({ message }) => message);
        expect(said.some((text) => text.startsWith("Kept the token that gitlab-runner has rotated"))).to.equal(true);
        expect(JSON.stringify(said)).to.not.contain("glrt-");
        expect(fs.readdirSync(directory).sort()).to.deep.equal([
            ".gitlab-fleet-owner",
            ".runner_system_id",
            "config.toml",
        ]);
    });

    it("is no reason to keep a copy of what gitlab-runner has saved; what somebody edited in it as well is one", async () => {
        const kept = () => fs.readdirSync(directory).filter((name) => name.startsWith("config.toml."));
        sandbox.db.runners.update(runner.id, { token: SECOND });
        const saved = 'concurrent = 1\nshutdown_timeout = 0\nconnection_max_age = "15m0s"';
        fs.writeFileSync(config(), toml(runner.id, SECOND, saved));
        await update();
        expect(kept()).to.deep.equal([]);
        const both = toml(runner.id, SECOND, "concurrent = 9");
        fs.writeFileSync(config(), both);
        await update();
        expect(kept()).to.deep.equal(["config.toml.edited-by-hand"]);
        expect(fs.readFileSync(join(directory, kept()[0]!), "utf8")).to.equal(both);
    });

    it("writes its own token over one that GitLab refuses, whatever the clock of that machine said", async () => {
        fs.writeFileSync(config(), toml(runner.id, SECOND, "concurrent = 1", "2027-01-01"));
        await update();
        expect(read()).to.equal(edited());
    });

    it("goes by the times in the files where GitLab cannot be asked", async () => {
        const unknown = { kind: "status", status: 404 } as const;
        sandbox.faults.plan({ path: "/runners/router/discovery", times: 0, fault: unknown });
        rotate(SECOND);
        await update();
        expect(read()).to.contain(SECOND);
        sandbox.db.runners.update(runner.id, { token: FIRST });
        fs.writeFileSync(config(), toml(runner.id, SECOND, "concurrent = 1", "2025-12-01"));
        await update();
        expect(read()).to.contain(FIRST);
    });

    it("takes the newest of two rotations, the second one while it asks GitLab about the first", async () => {
        sandbox.faults.plan({ path: "/runners/router/discovery", fault: { kind: "delay", ms: 300 } });
        rotate(SECOND);
        const updated = update();
        await new Promise((resolve) => setTimeout(resolve, 150));
        rotate(THIRD, "2026-02-02");
        await updated;
        expect(read()).to.equal(toml(runner.id, THIRD, "concurrent = 5", "2026-02-02"));
    });

    it("finds a rotation between its last look and the rename, and one written into the file that it replaced", async () => {
        for (const [token, moment] of [
            [SECOND, "before"],
            [THIRD, "after"],
        ] as const) {
            await aroundRename(moment, () => rotate(token), update);
            expect(read(), moment).to.contain(token).and.contain("concurrent = 5");
            sandbox.db.runners.update(runner.id, { token: FIRST });
            fs.writeFileSync(config(), toml(runner.id, FIRST));
        }
    });

    it("does not look at the process's file where nothing in it rotates", async () => {
        const plain = edited().replace(/^ {2}token_.*\n/gm, "");
        rotate(SECOND);
        const state = { ...inputs(plain), host: hostname(), directoryCreated: false };
        sandbox.journal.clear();
        await plugin.update(TYPE, directory, state, inputs(plain));
        expect(read()).to.equal(plain);
        expect(sandbox.journal.count()).to.equal(0);
    });

    it("refuses a read-only file together with expiry fields, at preview too, before and after it is there", async () => {
        const state = { ...inputs(toml(runner.id, FIRST)), host: hostname(), directoryCreated: false };
        fs.chmodSync(config(), 0o400);
        const text = "is read-only, and it holds when its tokens end";
        const refused = async (promise: Promise<unknown>) =>
            expect((await rejection(promise)).message).to.contain(text);
        await refused(plugin.create(TYPE, inputs(edited()), { preview: true }));
        await refused(
            plugin.create(TYPE, { ...inputs(""), configToml: UNKNOWN, rotatedByProcess: true }, { preview: true }),
        );
        await refused(plugin.create(TYPE, inputs(edited())));
        await refused(plugin.update(TYPE, directory, state, inputs(edited()), { preview: true }));
        await refused(plugin.update(TYPE, directory, state, inputs(edited())));
        const found = (await plugin.read(TYPE, directory))!;
        await refused(plugin.diff(TYPE, directory, found.state, inputs(edited())));
        expect(read()).to.equal(toml(runner.id, FIRST));
    });

    it("lets a read-only file be where the expiry is left out, or a flag forbids the process to rotate", async () => {
        fs.chmodSync(config(), 0o400);
        const plain = edited().replace(/^ {2}token_.*\n/gm, "");
        await plugin.create(TYPE, inputs(plain), { preview: true });
        const forbidden = `${edited()}  [runners.feature_flags]\n    FF_DISABLE_AUTOMATIC_TOKEN_ROTATION = true\n`;
        await plugin.create(TYPE, inputs(forbidden));
        expect(read()).to.equal(forbidden);
    });

    /** Something that happens right before or right after the rename of config.toml. */
    async function aroundRename(moment: "before" | "after", happens: () => void, run: () => Promise<unknown>) {
        const real = require("node:fs") as typeof fs;
        const { renameSync } = real;
        let done = false;
        real.renameSync = (from, to) => {
            const now = !done && String(to).endsWith("/config.toml");
            done ||= now;
            const old = now && moment === "after" ? real.openSync(config(), "r+") : undefined;
            if (now && moment === "before") happens();
            renameSync(from, to);
            if (old === undefined) return;
            // The process had the file open already, so what it writes goes into the one that was replaced.
            const kept = real.readFileSync(config());
            happens();
            const written = real.readFileSync(config());
            real.writeFileSync(config(), kept);
            real.ftruncateSync(old);
            real.writeSync(old, written, 0, written.length, 0);
            real.closeSync(old);
        };
        try {
            await run();
        } finally {
            real.renameSync = renameSync;
        }
    }
});
