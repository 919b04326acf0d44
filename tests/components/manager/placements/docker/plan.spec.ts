import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import fc from "fast-check";
import type { DockerOptions } from "../../../../../components/manager/placements/docker/args";
import { planContainer, remarkOn } from "../../../../../components/manager/placements/docker/plan";
import type { Traits } from "../../../../../components/manager/placements/traits";
import { resolved } from "../../../../helpers/outputs";

const TALKS_TO_AN_ENGINE: Traits = { usesSocket: true, runsJobsInside: false, quiet: false };
const RUNS_SHELLS: Traits = { usesSocket: false, runsJobsInside: true, quiet: false };

const plan = (docker: DockerOptions = {}, traits = RUNS_SHELLS, drainTimeout = 7200) =>
    planContainer("shop-prod-ci-01", docker, { drainTimeout, traits });

describe("planContainer", () => {
    it("makes this container when nothing is said, for a worker of the docker executor", () => {
        expect(plan({}, TALKS_TO_AN_ENGINE)).to.deep.equal({
            image: "gitlab/gitlab-runner:alpine-v19.4.0",
            hostname: "shop-prod-ci-01",
            restart: "unless-stopped",
            mustRun: true,
            stopSignal: "SIGQUIT",
            destroyGraceSeconds: 7200,
            readOnly: true,
            tmpfs: { "/tmp": "rw,exec,nosuid,nodev,mode=1777,size=256m", "/run": "rw,nosuid,nodev,size=16m" },
            capabilities: { drops: ["ALL"] },
            securityOpts: ["no-new-privileges:true"],
            logDriver: "json-file",
            logOpts: { "max-size": "10m", "max-file": "3" },
            envs: ["LISTEN_ADDRESS=127.0.0.1:9252"],
            healthcheck: {
                tests: [
                    "CMD-SHELL",
                    "unset http_proxy HTTP_PROXY; (wget -q -O - http://127.0.0.1:9252/metrics 2>/dev/null || " +
                        "curl -fsS http://127.0.0.1:9252/metrics) | grep -q ^gitlab_runner_version_info",
                ],
                interval: "30s",
                timeout: "10s",
                startPeriod: "30s",
                retries: 3,
            },
            volumes: [{ hostPath: "/var/run/docker.sock", containerPath: "/var/run/docker.sock" }],
        });
    });

    it("mounts the socket for workers that need it only, from where the engine has it, and says what it is", () => {
        const socketOf = (docker: DockerOptions, traits: Traits) =>
            (plan(docker, traits).volumes as { hostPath: string }[] | undefined)?.[0]?.hostPath;
        expect(socketOf({}, RUNS_SHELLS)).to.equal(undefined);
        expect(socketOf({ socket: false }, TALKS_TO_AN_ENGINE)).to.equal(undefined);
        expect(socketOf({ host: "unix:///run/user/1000/docker.sock" }, TALKS_TO_AN_ENGINE)).to.equal(
            "/run/user/1000/docker.sock",
        );
        expect(socketOf({ host: "ssh://ci@host" }, TALKS_TO_AN_ENGINE)).to.equal("/var/run/docker.sock");
        expect(remarkOn({}, RUNS_SHELLS)).to.equal(undefined);
        expect(remarkOn({}, TALKS_TO_AN_ENGINE)).to.include("effectively root on the engine's machine");
    });

    it("gives jobs inside the container a volume for builds and the capabilities to change users", () => {
        expect(plan()).to.not.have.property("capabilities");
    });

    it("asks for its health where the process listens, and nowhere on the host's network unless that is declared", () => {
        const urlOf = (docker: DockerOptions, listenAddress?: string) => {
            const check = plan(docker, { ...RUNS_SHELLS, listenAddress }).healthcheck as
                | { tests: string[] }
                | undefined;
            return /http:\S+/.exec(check?.tests[1] ?? "")?.[0];
        };
        expect(urlOf({}, ":9300")).to.equal("http://127.0.0.1:9300/metrics");
        expect(urlOf({}, "10.0.0.1")).to.equal("http://10.0.0.1:9252/metrics");
        expect(urlOf({}, "[::1]:9300")).to.equal("http://[::1]:9300/metrics");
        expect(urlOf({ networkMode: "host" })).to.equal(undefined);
        expect(urlOf({ networkMode: "host" }, ":9300")).to.equal("http://127.0.0.1:9300/metrics");
        expect(urlOf({ writerImage: "busybox:1" }), "an image without a shell").to.equal(undefined);
    });

    it("publishes metrics only where that is asked for", () => {
        const listening = { ...RUNS_SHELLS, listenAddress: ":9300" };
        expect(plan({}, listening)).to.not.have.property("ports");
        expect(plan({ publishMetrics: "127.0.0.1:9400" }, listening).ports).to.deep.equal([
            { internal: 9300, external: 9400, ip: "127.0.0.1", protocol: "tcp" },
        ]);
    });

    it("makes the container anew for keys that gitlab-runner reads only when it starts", () => {
        const labels = (sessionServer: string) => plan({}, { ...RUNS_SHELLS, sessionServer }).labels;
        expect(labels('{"listen_address":":8093"}')).to.not.deep.equal(labels('{"listen_address":":8094"}'));
        expect(plan({}, { ...RUNS_SHELLS, listenAddress: ":1" }).envs).to.include("LISTEN_ADDRESS=:1");
    });

    it("tells the process what an environment says: an empty text, too, and what is known later", async () => {
        const environment = { EMPTY: "", SOON: Promise.resolve("a"), LATER: pulumi.output("b") };
        const envs = await resolved(plan({ environment }).envs!);
        expect(envs).to.include.members(["EMPTY=", "SOON=a", "LATER=b"]);
    });

    it("leaves the last word to transform", () => {
        const transform = {
            container: (args: object) => ({ ...args, readOnly: false, shmSize: 64 }),
        } as DockerOptions["transform"];
        expect(plan({ transform })).to.include({ readOnly: false, shmSize: 64, stopSignal: "SIGQUIT" });
    });

    it("always drains with SIGQUIT, never adds a capability, and is the same for the same arguments", () => {
        const options = fc.record(
            {
                memory: fc.constantFrom("64m", "2g"),
                cpus: fc.double({ min: 0.1, max: 64, noNaN: true }),
                labels: fc.dictionary(fc.string({ minLength: 1 }), fc.string()),
                environment: fc.dictionary(fc.stringMatching(/^[A-Z]{1,8}$/), fc.string()),
                networkMode: fc.constantFrom("host", "none", "bridge"),
                dns: fc.array(fc.ipV4()),
                socket: fc.constantFrom(false as const, "/run/docker.sock"),
                mounts: fc.array(fc.constantFrom("cache:/cache", "/etc/ssl:/etc/ssl:ro")),
            },
            { requiredKeys: [] },
        );
        const traits = fc.record({ usesSocket: fc.boolean(), runsJobsInside: fc.boolean(), quiet: fc.boolean() });
        fc.assert(
            fc.property(options, traits, fc.integer({ min: 1, max: 1e6 }), (docker, facts, drain) => {
                const made = plan(docker, facts, drain);
                expect(made).to.deep.equal(plan(docker, facts, drain));
                expect(made).to.include({
                    stopSignal: "SIGQUIT",
                    destroyGraceSeconds: drain,
                    readOnly: true,
                });
                expect(made.capabilities ?? {}).to.not.have.property("adds");
                const values = JSON.stringify(Object.values(made));
                expect(values).to.not.include("undefined");
                const mounted = JSON.stringify(made.volumes ?? []).includes("docker.sock");
                expect(mounted).to.equal(facts.usesSocket && docker.socket !== false);
            }),
        );
    });
});
