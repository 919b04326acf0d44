import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { isRoot } from "../../helpers/as-user";
import { type Engine, startEngine } from "../../helpers/engine";
import { type FakeSystemd, fakeSystemd } from "../../helpers/fake-systemd";
import { skipWithout } from "../../helpers/needs";
import { SEED } from "../runner/fleets";
import { RunnerProcess } from "../runner/process";
import { sshWith, startWorld, type TestHost, type World } from "./world";

const TOKEN = /glrt-[\w-]{20}/;

/** A manager on a host whose unit is named. `more` are lines of its placement, `config` its keys above the workers. */
const fleet = ({ port, folder }: TestHost, { config = "concurrent: 2", more = "" } = {}) => `
config:
  gitlab-fleet:runners:
    docker-small:
      scope: { group: apps }
      tags: [docker]
      config: { executor: shell }
  gitlab-fleet:managers:
    vm-01:
      placement:
        ssh: { host: "ssh://root@127.0.0.1:${port}", directory: ${folder}/gitlab-runner }
        service: gitlab-runner
        loadTimeout: 30s
        ${more}
      runners: [docker-small]
      config: { ${config} }
      online: true
`;

describe("the process of a host, with the real gitlab-runner and a journal of its log", () => {
    let world: World;
    let host: TestHost;
    let systemd: FakeSystemd;
    let engine: Engine;
    let process_: RunnerProcess | undefined;
    let journald: NodeJS.Timeout | undefined;
    const config = () => path.join(host.folder, "gitlab-runner/config.toml");
    const dropIn = () => path.join(world.folder, "system/gitlab-runner.service.d/10-gitlab-fleet.conf");
    const run = (args: string[]) => engine.stack.run(args);
    const failing = async () => {
        const { code, output } = await run(["up", "--yes", "--skip-preview"]);
        expect(code, output).to.not.equal(0);
        return output.replace(/\s+/g, " ");
    };

    /** What systemd does when somebody starts the unit. */
    const start = () => {
        process_ = new RunnerProcess(path.join(host.folder, "gitlab-runner"));
        let written = 0;
        journald = setInterval(() => {
            const fresh = process_!.log.slice(written, process_!.log.lastIndexOf("\n") + 1);
            written += fresh.length;
            for (const line of fresh.split("\n").filter(Boolean)) systemd.log(line);
        }, 20);
        systemd.unit("loaded", "active");
    };
    const stop = async () => {
        systemd.unit("loaded", "inactive", "dead");
        clearInterval(journald);
        await process_?.stop();
        process_ = undefined;
    };

    before(async function () {
        skipWithout("sshd", this);
        if (!isRoot) this.skip();
        world = startWorld();
        const programs = path.join(world.folder, "programs");
        fs.mkdirSync(programs);
        systemd = fakeSystemd(programs);
        systemd.unit("loaded", "inactive", "dead");
        const aside = `sed -u 's#/etc/systemd/system#${world.folder}/system#g'`;
        host = await world.host({ login: `export PATH=${programs}:$PATH; ${aside} | sh -s` });
        const PATH = `${sshWith(world, host)}:${process.env.PATH}`;
        engine = await startEngine({ config: () => fleet(host), seed: SEED, env: { PATH } });
    });
    after(async () => {
        await stop();
        await engine?.close();
        await world?.close();
    });

    it("is named when it does not run, and is not started by up", async () => {
        expect(await failing()).to.match(
            /gitlab-runner\.service is not running on root@127\.0\.0\.1:\d+\. Start it: systemctl start gitlab-runner\. Then run pulumi up again\./,
        );
        expect(fs.readFileSync(config(), "utf8")).to.match(TOKEN);
        expect(systemd.commands().filter((line) => !/ show |--version|journalctl/.test(line))).to.deep.equal([]);
        start();
        await engine.up();
        await engine.expectNoChanges();
    });

    it("has loaded a change when up ends", async () => {
        engine.stack.setConfig(fleet(host, { config: "concurrent: 5" }));
        const before = process_!.log.split("Configuration loaded").length;
        await engine.up();
        expect(process_!.log.split("Configuration loaded")).to.have.lengthOf(before + 1);
        await engine.expectNoChanges();
    });

    it("refuses a file in its own words, which up repeats without a token, and up goes on once it is corrected", async () => {
        // Somebody else writes into the file before the process looks at it, which it does every three seconds.
        engine.stack.setConfig(fleet(host, { config: "concurrent: 6" }));
        const breaking = setInterval(() => {
            const text = fs.readFileSync(config(), "utf8");
            if (!text.includes("concurrent = 6") || text.includes("broken")) return;
            fs.appendFileSync(config(), 'broken = "glrt-verysecrettoken000000\n');
        }, 5);
        const output = await failing().finally(() => clearInterval(breaking));
        expect(output).to.contain("refused its config.toml (").and.contain("Failed to load config");
        expect(output).to.contain("It continues with the old one. Correct it and run up again.");
        expect(output).to.not.match(TOKEN).and.not.contain("secrettoken");
        await engine.up();
        expect(fs.readFileSync(config(), "utf8")).to.contain("concurrent = 6").and.not.contain("broken");
        await engine.expectNoChanges();
    });

    it("drains when that is asked for, is warned of when it is another version, and a port is said to need a start", async () => {
        const more = 'drainOnStop: true\n        version: ">=99"';
        const changed = fleet(host, { config: 'concurrent: 6, listen_address: "127.0.0.1:0"', more });
        engine.stack.setConfig(changed);
        const asked = systemd.commands().length;
        const preview = await run(["preview"]);
        expect(preview.output.replace(/\s+/g, " "))
            .to.contain("listen_address is read only when gitlab-runner starts")
            .and.contain("10-gitlab-fleet.conf");
        expect(systemd.commands()).to.have.lengthOf(asked);
        const { output } = await engine.up();
        expect(output.replace(/\s+/g, " ")).to.contain("is 19.4.0, and shall be >=99");
        expect(fs.readFileSync(dropIn(), "utf8")).to.contain("KillSignal=SIGQUIT\nTimeoutStopSec=7200\n");
        expect(systemd.commands().filter((line) => line === "systemctl daemon-reload")).to.have.lengthOf(1);
        expect(systemd.commands().join("\n")).to.not.match(/systemctl (start|stop|restart|reload|kill)/);
        await engine.expectNoChanges();
    });

    it("is left running by a destroy, which takes its drop-in along", async () => {
        const { code, output } = await run(["destroy", "--yes", "--skip-preview"]);
        expect(code, output).to.equal(0);
        expect(fs.existsSync(path.dirname(dropIn()))).to.equal(false);
        expect(fs.existsSync(config())).to.equal(false);
        expect(process_!.running).to.equal(true);
    });
});
