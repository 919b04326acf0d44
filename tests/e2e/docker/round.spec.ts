import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { skipWithout } from "../../helpers/needs";
import { type Declared, stackConfig, startWorld, type World } from "./world";

/** Everything that can be said about a container, to find what does not come back from the engine as it went there. */
const everything = (pem: string): Declared => ({
    config: { listen_address: ":9300", concurrent: 3 },
    docker: {
        memory: "256m",
        cpus: 0.5,
        environment: { EXTRA: "value with spaces" },
        proxy: { http: "http://proxy.invalid:3128", no: "172.17.0.1,localhost" },
        certificates: { "gitlab.invalid": pem },
        labels: { team: "ci", "org.example/purpose": "jobs" },
        networks: ["gitlab-fleet-test-network"],
        extraHosts: { "gitlab.local": "host-gateway", "cache.local": "10.1.2.3" },
        dns: ["1.1.1.1", "9.9.9.9"],
        publishMetrics: "127.0.0.1:19300",
        mounts: ["gitlab-fleet-test-shared:/shared", "/usr/share:/host-share:ro"],
        log: { maxSize: "1m", maxFiles: 2 },
        cleanup: true,
        loadTimeout: "30s",
    },
});

describe("a manager's whole life on Docker", () => {
    let world: World;
    let pem: string;
    const token = () => world.sandbox.db.runners.all().at(-1)!.token;

    before(async function () {
        skipWithout("docker", this);
        world = await startWorld();
        await world.docker("network", "create", "gitlab-fleet-test-network");
        pem = selfSigned(world.folder);
        world.stack.setConfig(stackConfig(world.host, everything(pem)));
    });
    after(async () => {
        await world?.close();
        await world?.docker("volume", "rm", "-f", "gitlab-fleet-test-shared");
        await world?.docker("network", "rm", "gitlab-fleet-test-network");
    });

    it("is previewed without anything happening on the engine", async () => {
        const { output, code } = await world.stack.run(["preview"]);
        expect(code, output).to.equal(0);
        expect(await world.docker("ps", "-aq", "--filter", `name=${world.container}`)).to.equal("");
        expect(await world.docker("volume", "ls", "-q", "--filter", `name=${world.container}`)).to.equal("");
    });

    it("shows no difference after up, nor after a refresh, with every option declared", async () => {
        await world.up();
        await world.expectNoChanges();
        const refreshed = await world.stack.run(["refresh", "--yes", "--expect-no-changes"]);
        expect(refreshed.code, refreshed.output).to.equal(0);
        await world.expectNoChanges();
        const { output } = await world.up();
        expect(output).to.match(/\d+ unchanged/);
        expect(output).to.not.match(/\d+ (to )?(updated|replaced|created)/);
    });

    it("makes a hardened container that answers for its health", async () => {
        const container = await world.inspect(world.container);
        expect(container.HostConfig).to.deep.include({
            ReadonlyRootfs: true,
            Privileged: false,
            CapAdd: null,
            SecurityOpt: ["no-new-privileges:true"],
            Memory: 256 * 1024 * 1024,
            NanoCpus: 500_000_000,
            RestartPolicy: { Name: "unless-stopped", MaximumRetryCount: 0 },
            LogConfig: { Type: "json-file", Config: { "max-size": "1m", "max-file": "2" } },
        });
        expect(container.Config.StopSignal).to.equal("SIGQUIT");
        expect(container.Config.StopTimeout).to.equal(180);
        const binds = container.HostConfig.Binds as string[];
        expect(binds.join(), "no worker needs the socket").to.not.include("docker.sock");
        const answer = await fetch("http://127.0.0.1:19300/metrics");
        expect(await answer.text()).to.include("gitlab_runner_version_info");
        const certificate = await world.docker(
            "exec",
            world.container,
            "cat",
            "/etc/gitlab-runner/certs/gitlab.invalid.crt",
        );
        expect(certificate.trim()).to.equal(pem.trim());
    });

    it("keeps the token out of everything but config.toml", async () => {
        expect(token()).to.match(/^glrt-/);
        const image = (await world.inspect(world.container)).Image;
        const declared = everything(pem);
        world.stack.setConfig(stackConfig(world.host, { ...declared, config: { ...declared.config, concurrent: 5 } }));
        const places: Record<string, string> = {
            "docker inspect": await world.docker("inspect", world.container),
            "docker history": await world.docker("history", "--no-trunc", image),
            "docker volume inspect": await world.docker("volume", "inspect", world.container),
            "the environment": await world.docker("exec", world.container, "env"),
            "the container's log": await world.docker("logs", world.container),
            "docker events": await world.docker("events", "--since", "5m", "--until", "0s"),
            "preview of an edit": (await world.stack.run(["preview", "--diff"])).output,
            "preview as data": (await world.stack.run(["preview", "--json"])).output,
            up: (await world.up("--diff")).output,
            "stack outputs": (await world.stack.run(["stack", "output"])).output,
            "state, backups and history": allFilesBelow(path.join(world.folder, "backend")),
        };
        for (const [place, text] of Object.entries(places)) {
            expect(text.length, place).to.be.greaterThan(10);
            for (const secret of [token(), world.sandbox.tokens.owner!]) {
                expect(text.includes(secret), place).to.equal(false);
            }
        }
        expect(await world.docker("exec", world.container, "cat", "/etc/gitlab-runner/config.toml")).to.include(
            token(),
        );
        expect(
            await world.docker("exec", world.container, "stat", "-c", "%a %u", "/etc/gitlab-runner/config.toml"),
        ).to.equal("600 0");
    });

    it("tells a working process from a stuck one", async () => {
        // Docker asks every 30 s, three times; the check itself is run here.
        const { Healthcheck } = (await world.inspect<{ Config: { Healthcheck: { Test: string[] } } }>(world.container))
            .Config;
        const check = Healthcheck.Test[1]!;
        const healthy = async () => {
            try {
                await world.docker("exec", world.container, "timeout", "8", "sh", "-c", check);
                return true;
            } catch {
                return false;
            }
        };
        expect(await healthy()).to.equal(true);
        await world.docker("exec", world.container, "sh", "-c", "exit 0");
        const { State } = await world.inspect<{ State: { Pid: number } }>(world.container);
        process.kill(State.Pid, "SIGSTOP");
        try {
            expect(await healthy()).to.equal(false);
        } finally {
            process.kill(State.Pid, "SIGCONT");
        }
        expect(await healthy()).to.equal(true);
    });

    it("is destroyed without leaving a container, volume or network of ours, or touching another's", async () => {
        const networks = await world.docker("network", "ls", "-q");
        const result = await world.stack.run(["destroy", "--yes", "--skip-preview"]);
        expect(result.code, result.output).to.equal(0);
        expect(await world.docker("ps", "-aq", "--filter", "label=com.gitlab-fleet.owner")).to.not.include(
            world.container,
        );
        expect(await world.docker("ps", "-aq", "--filter", `name=${world.container}`)).to.equal("");
        expect(await world.docker("volume", "ls", "-q", "--filter", `name=${world.container}`)).to.equal("");
        expect(await world.docker("network", "ls", "-q")).to.equal(networks);
        expect(await world.docker("volume", "ls", "-q", "--filter", "name=gitlab-fleet-test-shared")).to.not.equal("");
    });
});

function allFilesBelow(folder: string): string {
    const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return files.map((file) => fs.readFileSync(path.join(file.parentPath, file.name), "utf8")).join("\n");
}

function selfSigned(folder: string): string {
    const file = path.join(folder, "ca.pem");
    const made = spawnSync(
        "openssl",
        [
            ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=gitlab.invalid"],
            ...["-keyout", "/dev/null", "-out", file],
        ],
        { encoding: "utf8" },
    );
    if (made.status !== 0) throw new Error(made.stderr);
    return fs.readFileSync(file, "utf8");
}
