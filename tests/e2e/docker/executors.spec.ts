import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import * as tls from "node:tls";
import { expect } from "chai";
import { makeImages } from "../../../dev/scripts/docker";
import { skipWithout } from "../../helpers/needs";
import { DIND, HELPER, JOB, stackConfig, startWorld, type World } from "./world";

const DOCKER_WORKER = {
    executor: "docker",
    docker: { image: JOB, helper_image: HELPER, pull_policy: "never", volumes: ["/cache"], services_privileged: true },
};

describe("jobs of the docker executor, started through the socket", () => {
    let world: World;

    before(async function () {
        skipWithout("docker", this);
        world = await startWorld({
            worker: DOCKER_WORKER,
            docker: { cleanup: true },
            beside: { shell: { worker: { executor: "shell", shell: "sh" }, runner: { tags: ["shell"] } } },
        });
        await makeImages(world.host, { DIND: "1" });
    });
    after(() => world?.close());

    it("have a preview that names the socket for what it is", async () => {
        const { output } = await world.stack.run(["preview"]);
        expect(output)
            .to.include("mounts the Docker socket")
            .and.to.include("effectively root on the engine's machine");
        await world.up();
        await world.expectNoChanges();
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
        expect(await world.jobIs(job, "success")).to.include("from the service");
    });

    for (const tag of ["docker", "shell"]) {
        it(`hand artifacts on to the next job (${tag})`, async () => {
            const paths = ["made/*.txt"];
            const script = ["mkdir made", "echo kept for later > made/one.txt"];
            const first = world.enqueue({ tags: [tag], script, artifacts: { paths } });
            await world.jobIs(first, "success");
            const second = world.enqueue({ tags: [tag], script: "cat made/one.txt", dependencies: [first] });
            expect(await world.jobIs(second, "success")).to.match(/^.*kept for later$/m);
        });
    }

    it("end when they are cancelled, and when their time is over", async () => {
        const cancelled = world.enqueue({ script: "echo begun; sleep 600" });
        const late = world.enqueue({ script: "sleep 600", timeout: 5 });
        await world.jobIs(cancelled, "running");
        world.sandbox.db.jobs.cancel(cancelled);
        await world.jobIs(cancelled, "canceled");
        await world.jobIs(late, "failed");
        expect(world.sandbox.db.jobs.get(late)!.failureReason).to.equal("job_execution_timeout");
    });

    it("start containers of their own with docker-in-docker as a service", async () => {
        const job = world.enqueue({
            image: DIND,
            services: [{ name: DIND, alias: "docker" }],
            variables: { DOCKER_HOST: "tcp://docker:2375", GIT_STRATEGY: "none" },
            script: [
                "for i in $(seq 60); do docker version >/dev/null 2>&1 && break; sleep 1; done",
                "tar -C / -c bin/busybox bin/sh bin/echo | docker import - inner:1",
                "docker run --rm --network none inner:1 /bin/sh -c 'echo from a container of the job'",
            ],
        });
        expect(await world.jobIs(job, "success")).to.match(/^.*from a container of the job$/m);
        expect(await world.docker("images", "-q", "inner:1"), "on the engine of the manager").to.equal("");
    });

    it("run without a capability in the manager", async () => {
        const { HostConfig } = await world.inspect(world.container);
        expect(HostConfig.CapDrop).to.deep.equal(["ALL"]);
        expect(HostConfig.Binds as string[]).to.satisfy((binds: string[]) =>
            binds.some((bind) => bind.endsWith("/var/run/docker.sock:rw") || bind.includes("/var/run/docker.sock")),
        );
    });

    it("leave cache volumes behind, which go with the manager when cleanup is on, and with what holds them", async () => {
        const ours = "label=com.gitlab.gitlab-runner.type=cache";
        const systemId = await world.docker("exec", world.container, "cat", "/etc/gitlab-runner/.runner_system_id");
        const label = `label=com.gitlab.gitlab-runner.runner.system_id=${systemId}`;
        expect(await world.docker("volume", "ls", "-q", "--filter", ours, "--filter", label)).to.not.equal("");
        // What gitlab-runner leaves behind when a job is cancelled while its volumes are prepared.
        const volume = (await world.docker("volume", "ls", "-q", "--filter", ours, "--filter", label)).split("\n")[0];
        const labels = [label, "label=com.gitlab.gitlab-runner.managed=true"].map((text) => `--${text}`);
        const left = await world.docker("create", ...labels, "-v", `${volume}:/cache`, JOB, "true");
        const result = await world.stack.run(["destroy", "--yes", "--skip-preview"]);
        expect(result.code, result.output).to.equal(0);
        expect(await world.docker("ps", "-aq", "--filter", `id=${left}`)).to.equal("");
        expect(await world.docker("volume", "ls", "-q", "--filter", ours, "--filter", label)).to.equal("");
    });
});

describe("engines that are reached from afar", () => {
    let world: World;
    let server: tls.Server;

    before(async function () {
        skipWithout("docker", this);
        world = await startWorld();
        const certificates = makeCertificates(world.folder);
        server = await serveTls(world.host, certificates);
        const { port } = server.address() as net.AddressInfo;
        world.stack.setConfig(
            stackConfig(world.host, {
                beside: {
                    ssh: { docker: { host: "ssh://ci@far.example.org", socket: false } },
                    tls: { docker: { host: `tcp://127.0.0.1:${port}`, certPath: certificates } },
                },
            }),
        );
    });
    after(async () => {
        await world?.close();
        server?.close();
    });

    it("get their managers over ssh, and over TLS with a client certificate", async () => {
        await pulumi("up", "--yes", "--skip-preview");
        for (const name of ["ssh", "tls"]) {
            const container = world.container.replace("ci-01", name);
            expect((await world.inspect(container)).State.Running, name).to.equal(true);
        }
        await pulumi("preview", "--expect-no-changes");
    });

    it("are left without a trace", async () => {
        await pulumi("destroy", "--yes", "--skip-preview");
        expect(await world.docker("ps", "-aq", "--filter", `name=${world.stackName}`)).to.equal("");
        expect(await world.docker("volume", "ls", "-q", "--filter", `name=${world.stackName}`)).to.equal("");
    });

    async function pulumi(...args: string[]): Promise<void> {
        // No ssh server here: a program of that name does what the other end would do.
        const bin = path.join(world.folder, "bin");
        const program = `#!/bin/sh\nexec docker -H ${world.host} system dial-stdio\n`;
        fs.mkdirSync(bin, { recursive: true });
        fs.writeFileSync(path.join(bin, "ssh"), program, { mode: 0o755 });
        const result = await world.stack.run(args, { env: { PATH: `${bin}:${world.stack.env.PATH}` } });
        expect(result.code, result.output).to.equal(0);
    }
});

/** An engine's other door: TLS, for those who have a certificate of its authority. */
async function serveTls(host: string, certificates: string): Promise<tls.Server> {
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
            const engine = net.connect(host.replace("unix://", ""));
            socket.pipe(engine).pipe(socket);
            socket.on("error", () => engine.destroy());
            engine.on("error", () => socket.destroy());
        },
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return server;
}

function makeCertificates(folder: string): string {
    const target = path.join(folder, "certificates");
    fs.mkdirSync(target);
    const openssl = (...args: string[]) => {
        const made = spawnSync("openssl", args, { cwd: target, encoding: "utf8" });
        if (made.status !== 0) throw new Error(made.stderr);
    };
    const newKey = ["req", "-newkey", "rsa:2048", "-nodes"];
    openssl(...newKey, "-x509", "-days", "1", "-subj", "/CN=ca", "-keyout", "ca-key.pem", "-out", "ca.pem");
    fs.writeFileSync(path.join(target, "san"), "subjectAltName=IP:127.0.0.1\n");
    for (const [name, cert, key] of [
        ["server", "server.pem", "server-key.pem"],
        ["client", "cert.pem", "key.pem"],
    ] as const) {
        openssl(...newKey, "-subj", `/CN=${name}`, "-keyout", key, "-out", `${name}.csr`);
        const signed = ["-CA", "ca.pem", "-CAkey", "ca-key.pem", "-CAcreateserial", "-extfile", "san"];
        openssl("x509", "-req", "-days", "1", "-in", `${name}.csr`, ...signed, "-out", cert);
    }
    return target;
}
