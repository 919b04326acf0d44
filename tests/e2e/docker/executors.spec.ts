import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import * as tls from "node:tls";
import { expect } from "chai";
import { type Declared, HELPER, JOB, stackConfig, startWorld, type World } from "./world";

const DOCKER_WORKER = {
    executor: "docker",
    docker: { image: JOB, helper_image: HELPER, pull_policy: "never", volumes: ["/cache"] },
};

describe("jobs of the docker executor, started through the socket", function () {
    this.timeout(240_000);
    let world: World;

    before(async () => {
        world = await startWorld({ worker: DOCKER_WORKER, docker: { cleanup: true } });
    });
    after(() => world?.close());

    it("have a preview that names the socket for what it is", async () => {
        const { output } = await world.stack.run(["preview"]);
        expect(output).to.include("mounts the Docker socket").and.to.include("as good as root on the engine's machine");
        await world.up();
    });

    it("run in containers of their own, with a service beside them", async () => {
        const job = world.enqueue({
            image: JOB,
            services: [
                {
                    name: JOB,
                    alias: "web",
                    entrypoint: ["sh", "-c"],
                    command: ["mkdir /w; echo from the service > /w/index.html; httpd -f -p 80 -h /w"],
                },
            ],
            script: ["for i in 1 2 3 4 5; do wget -q -O - http://web/ && break; sleep 1; done", "hostname"],
        });
        expect(await world.jobIs(job, "success", 120)).to.include("from the service");
    });

    it("run without a capability in the manager", async () => {
        const { HostConfig } = await world.inspect(world.container);
        expect(HostConfig.CapDrop).to.deep.equal(["ALL"]);
        expect(HostConfig.Binds as string[]).to.satisfy((binds: string[]) =>
            binds.some((bind) => bind.endsWith("/var/run/docker.sock:rw") || bind.includes("/var/run/docker.sock")),
        );
    });

    it("leave cache volumes behind, which go with the manager when cleanup is on", async () => {
        const ours = "label=com.gitlab.gitlab-runner.type=cache";
        const systemId = await world.docker("exec", world.container, "cat", "/etc/gitlab-runner/.runner_system_id");
        const label = `label=com.gitlab.gitlab-runner.runner.system_id=${systemId}`;
        expect(await world.docker("volume", "ls", "-q", "--filter", ours, "--filter", label)).to.not.equal("");
        const result = await world.stack.run(["destroy", "--yes", "--skip-preview"]);
        expect(result.code, result.output).to.equal(0);
        expect(await world.docker("volume", "ls", "-q", "--filter", ours, "--filter", label)).to.equal("");
    });
});

describe("an engine that is reached from afar", function () {
    this.timeout(240_000);
    let world: World;

    before(async () => {
        world = await startWorld();
    });
    after(() => world?.close());

    it("over ssh", async () => {
        // No ssh server here: a program of that name does what the other end would do.
        const bin = path.join(world.folder, "bin");
        fs.mkdirSync(bin);
        fs.writeFileSync(path.join(bin, "ssh"), `#!/bin/sh\nexec docker -H ${world.host} system dial-stdio\n`, {
            mode: 0o755,
        });
        await roundTrip(
            { docker: { host: "ssh://ci@far.example.org", socket: false } },
            { PATH: `${bin}:${world.stack.env.PATH}` },
        );
    });

    it("over TLS with a client certificate", async () => {
        const certificates = makeCertificates(world.folder);
        const read = (name: string) => fs.readFileSync(path.join(certificates, name));
        const server = tls.createServer(
            {
                key: read("server-key.pem"),
                cert: read("server.pem"),
                ca: read("ca.pem"),
                requestCert: true,
                rejectUnauthorized: true,
            },
            (socket) => {
                const engine = net.connect(world.host.replace("unix://", ""));
                socket.pipe(engine).pipe(socket);
                socket.on("error", () => engine.destroy());
                engine.on("error", () => socket.destroy());
            },
        );
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        const host = `tcp://127.0.0.1:${(server.address() as net.AddressInfo).port}`;
        try {
            await roundTrip({ docker: { host, certPath: certificates } });
        } finally {
            server.close();
        }
    });

    async function roundTrip(declared: Declared, env: Record<string, string> = {}): Promise<void> {
        world.stack.setConfig(stackConfig(world.host, declared));
        for (const args of [
            ["up", "--yes", "--skip-preview"],
            ["preview", "--expect-no-changes"],
            ["destroy", "--yes", "--skip-preview"],
        ]) {
            const result = await world.stack.run(args, { env });
            expect(result.code, result.output).to.equal(0);
        }
        expect(await world.docker("ps", "-aq", "--filter", `name=${world.container}`)).to.equal("");
    }
});

function makeCertificates(folder: string): string {
    const target = path.join(folder, "certificates");
    fs.mkdirSync(target);
    const openssl = (...args: string[]) => {
        const made = spawnSync("openssl", args, { cwd: target, encoding: "utf8" });
        if (made.status !== 0) throw new Error(made.stderr);
    };
    openssl(
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "1",
        "-subj",
        "/CN=ca",
        "-keyout",
        "ca-key.pem",
        "-out",
        "ca.pem",
    );
    fs.writeFileSync(path.join(target, "san"), "subjectAltName=IP:127.0.0.1\n");
    for (const [name, cert, key] of [
        ["server", "server.pem", "server-key.pem"],
        ["client", "cert.pem", "key.pem"],
    ] as const) {
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", `/CN=${name}`, "-keyout", key, "-out", `${name}.csr`);
        openssl(
            "x509",
            "-req",
            "-days",
            "1",
            "-in",
            `${name}.csr`,
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca-key.pem",
            "-CAcreateserial",
            "-extfile",
            "san",
            "-out",
            cert,
        );
    }
    return target;
}
