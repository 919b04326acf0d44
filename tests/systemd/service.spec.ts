import { execFile, execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { root } from "../../dev/scripts/pulumi";
import { SEED } from "../e2e/runner/fleets";
import { type Engine, startEngine } from "../helpers/engine";

const run = promisify(execFile);
const HOST = path.join(__dirname, "host.sh");
const CONFIG = "/etc/gitlab-runner/config.toml";
const DROP_IN = "/etc/systemd/system/gitlab-runner.service.d/10-gitlab-fleet.conf";

/** A manager on the host whose unit is named. `more` are lines of the manager. */
const fleet = (port: string, { concurrent = 2, placement = "", more = "" } = {}) => `
config:
  gitlab-fleet:runners:
    docker-small:
      scope: { group: apps }
      tags: [docker]
      config: { executor: shell }
  gitlab-fleet:managers:
    vm-01:
      placement:
        ssh: { host: "ssh://root@127.0.0.1:${port}", directory: /etc/gitlab-runner }
        service: gitlab-runner
        ${placement}
      runners: [docker-small]
      config: { concurrent: ${concurrent} }
      online: true
      ${more}
`;

describe("a unit of a real systemd, with its journal", () => {
    const name = `fleet-systemd-${process.pid}`;
    let folder: string;
    let port: string;
    let engine: Engine;
    /** Runs a command on the host, as root. */
    const on = async (...command: string[]) => (await run("docker", ["exec", name, ...command])).stdout;
    /** Waits there until something holds. */
    const when = (test: string) => on("timeout", "60", "sh", "-c", `until ${test}; do sleep 0.1; done`);
    const shown = (property: string) => on("systemctl", "show", "--property", property, "--value", "gitlab-runner");
    const failing = async () => {
        const { code, output } = await engine.stack.run(["up", "--yes", "--skip-preview"]);
        expect(code, output).to.not.equal(0);
        return output.replace(/\s+/g, " ");
    };

    before(async () => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "systemd-"));
        execFileSync("bash", [HOST, "start", name, folder], { stdio: ["ignore", "inherit", "inherit"] });
        port = fs.readFileSync(path.join(folder, "port"), "utf8").trim();
        // As if `~/.ssh` had the key, and knew the host.
        const real = execFileSync("sh", ["-c", "command -v ssh"], { encoding: "utf8" }).trim();
        const options = `-i ${folder}/user -o UserKnownHostsFile=${folder}/known_hosts`;
        fs.mkdirSync(path.join(folder, "bin"));
        fs.writeFileSync(path.join(folder, "bin/ssh"), `#!/bin/sh\nexec ${real} ${options} "$@"\n`, { mode: 0o755 });
        const PATH = `${folder}/bin:${process.env.PATH}`;
        engine = await startEngine({ config: () => fleet(port), seed: SEED, env: { PATH } });
    });
    after(async () => {
        await engine?.close();
        execFileSync("bash", [HOST, "stop", name]);
        fs.rmSync(folder, { recursive: true, force: true });
    });

    it("is named when it does not run, and up goes on once somebody has started it", async () => {
        expect(await failing())
            .to.contain("is not running on root@127.0.0.1:")
            .and.contain("systemctl start gitlab-runner");
        await on("systemctl", "start", "gitlab-runner");
        await engine.up();
        await engine.expectNoChanges();
    });

    it("has loaded a change when up ends, as its journal says", async () => {
        const loads = async () => (await on("journalctl", "-u", "gitlab-runner")).split("Configuration loaded").length;
        const before = await loads();
        engine.stack.setConfig(fleet(port, { concurrent: 5 }));
        await engine.up();
        expect(await loads()).to.equal(before + 1);
        await engine.expectNoChanges();
    });

    it("refuses a file in its own words, which up repeats without a token", async () => {
        engine.stack.setConfig(fleet(port, { concurrent: 6 }));
        // Somebody else writes into the file before the process looks at it, which it does every three seconds.
        const breaking = on(
            "sh",
            "-c",
            `until grep -q 'concurrent = 6' ${CONFIG}; do sleep 0.01; done; echo 'broken = "glrt-verysecrettoken000000' >> ${CONFIG}`,
        );
        const output = await failing();
        await breaking;
        expect(output).to.contain("refused its config.toml (").and.contain("It continues with the old one.");
        expect(output).to.not.contain("secrettoken");
        await engine.up();
        await engine.expectNoChanges();
    });

    it("lets a job end when it is stopped, once drainOnStop says so", async () => {
        engine.stack.setConfig(
            fleet(port, { concurrent: 6, placement: "drainOnStop: true", more: "drainTimeout: 90s" }),
        );
        await engine.up();
        expect((await shown("KillSignal")).trim()).to.equal("3");
        expect((await shown("TimeoutStopUSec")).trim()).to.equal("1min 30s");
        const { jobs } = engine.sandbox.db;
        const script = "touch /tmp/begun; until [ -e /tmp/enough ]; do sleep 0.2; done; echo done";
        const job = jobs.enqueue({ project: "apps/etl", script, tags: ["docker"] });
        await when("[ -e /tmp/begun ]");
        const stopping = on("systemctl", "stop", "gitlab-runner");
        await when('[ "$(systemctl show --property ActiveState --value gitlab-runner)" = deactivating ]');
        expect(jobs.must(job.id).status).to.equal("running");
        await on("touch", "/tmp/enough");
        await stopping;
        expect(jobs.must(job.id).status).to.equal("success");
        expect((await shown("Result")).trim()).to.equal("success");
        await on("systemctl", "start", "gitlab-runner");
    });

    it("is read by doctor, from the journal on the host", async () => {
        const file = `ssh://root@127.0.0.1:${port}${CONFIG}`;
        const { stdout } = await run(
            "node",
            [
                path.join(root, "bin/gitlab-fleet.js"),
                "doctor",
                "--config",
                file,
                "--service",
                "gitlab-runner",
                "--json",
            ],
            { env: { ...engine.stack.env, PATH: `${folder}/bin:${process.env.PATH}` } },
        );
        expect(JSON.parse(stdout).workers).to.have.lengthOf(1);
    });

    it("runs on after a destroy, which takes the drop-in along and lets systemd know", async () => {
        const { code, output } = await engine.stack.run(["destroy", "--yes", "--skip-preview"]);
        expect(code, output).to.equal(0);
        expect(await on("sh", "-c", `ls ${DROP_IN} ${CONFIG} 2>/dev/null || true`)).to.equal("");
        expect((await shown("ActiveState")).trim()).to.equal("active");
        expect((await shown("KillSignal")).trim()).to.equal("15");
    });
});
