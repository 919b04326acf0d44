// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how gitlab-runner writes variables.
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import fc from "fast-check";
import { findMisfits, findPlacementProblems } from "../../../../../components/manager/placements";
import { DOCKER_SHAPE, findDockerMisfits } from "../../../../../components/manager/placements/docker/problems";
import { traitsOf } from "../../../../../components/manager/placements/traits";
import { toListenAddress, toMebibytes, toMount, toPort } from "../../../../../components/manager/placements/units";
import { MANAGER_SHAPE } from "../../../../../components/manager/problems";
import { toSeconds } from "../../../../../core/durations";
import type { Problem } from "../../../../../core/problems";
import { around, PATHS } from "../around";

const problemsOf = (options: unknown) => findPlacementProblems({ docker: options }, "");
const textsOf = (options: unknown) => problemsOf(options).map(({ path, message }) => `${path} ${message}`);
const misfits = (input: Partial<Parameters<typeof around>[0]>) =>
    findDockerMisfits(around({ placement: { docker: {} }, ...input }), PATHS);
const SSH_EXAMPLES = "For instance ci@vm-01.example.org, ssh://ci@vm-01.example.org:2222, or a Host of ~/.ssh/config.";

describe("problems of a docker placement", () => {
    it("finds nothing wrong with an empty map, which is the engine of this machine", () => {
        expect(textsOf({})).to.deep.equal([]);
    });

    for (const [key, value, message] of [
        ["host", "x", 'docker.host must be unix:///path, tcp://host:2376 or ssh://user@host (got "x"). Correct it.'],
        [
            "host",
            "tcp://ci@host:2376",
            'docker.host must be unix:///path, tcp://host:2376 or ssh://user@host (got "tcp://ci@host:2376"). Correct it.',
        ],
        ["host", "ssh://ci:pw@host", `docker.host must hold no password: log in with a key. ${SSH_EXAMPLES}`],
        ["host", "ssh://-oProxyCommand=id", `docker.host is not an address that ssh can use. ${SSH_EXAMPLES}`],
        ["host", "ssh://a;id@host", `docker.host is not an address that ssh can use. ${SSH_EXAMPLES}`],
        [
            "host",
            "ssh://host/run/$(id).sock",
            `docker.host has a socket with characters that a shell reads. ${SSH_EXAMPLES}`,
        ],
        ["replicas", 0, "docker.replicas must be a whole number from 1 to 100 (got 0). Correct it."],
        [
            "replacement",
            "blue-green",
            'docker.replacement must be one of drain-first, overlap (got "blue-green"). Choose one of them.',
        ],
        ["memory", "5", 'docker.memory must be a size of at least 6m, such as 512m or 2g (got "5"). Correct it.'],
        ["cpus", "2", 'docker.cpus must be a number above 0, such as 1.5 (got "2"). Write it without quotes.'],
        ["user", 1000, "docker.user must be numbers, uid or uid:gid, in quotes (got 1000). Put it in quotes."],
        [
            "loadTimeout",
            "500ms",
            'docker.loadTimeout must be a duration of at least 1s, such as 90s (got "500ms"). Correct it.',
        ],
        ["log", { maxFiles: 0 }, "docker.log.maxFiles must be a whole number, 1 or more (got 0). Correct it."],
        [
            "registryAuth",
            [{ address: "registry.example.org", username: "ci" }],
            "docker.registryAuth[0].password is missing. Add the password or a token.",
        ],
        [
            "registryAuth",
            ["ci:hunter2"],
            "docker.registryAuth[0] must be a map (got a secret of 10 characters). Write { address, username, password }.",
        ],
        ["mounts", ["a"], 'docker.mounts[0] must be source:/target or source:/target:ro (got "a"). Correct it.'],
        ["networks", ["a", 5], "docker.networks[1] must be a text: the name of a network (got 5). Put it in quotes."],
        ["environment", { TZ: 5 }, "docker.environment.TZ must be a text (got 5). Put it in quotes."],
        [
            "environment",
            { "A B": "x" },
            'docker.environment["A B"] is not the name of a variable (got "A B"). Use letters, digits and _, and no digit first.',
        ],
        [
            "certificates",
            { "https://gitlab.test:8443/": "-----BEGIN CERTIFICATE-----" },
            'docker.certificates["https://gitlab.test:8443/"] is not the name of a host (got "https://gitlab.test:8443/"): gitlab-runner looks for one without scheme, port and path. Write gitlab.test.',
        ],
        ["proxy", { htp: "http://proxy:3128" }, 'docker.proxy.htp is not a known key. Did you mean "http"?'],
        ["user", "root", 'docker.user must be numbers, uid or uid:gid, in quotes (got "root"). Correct it.'],
        [
            "containerName",
            "-x",
            'docker.containerName must be letters, digits, _, . and -, beginning with a letter or digit (got "-x"). Correct it.',
        ],
        [
            "loadTimeout",
            "5",
            'docker.loadTimeout must be a duration of at least 1s, such as 90s (got "5"). Correct it.',
        ],
        ["replica", 2, 'docker.replica is not a known key. Did you mean "replicas"?'],
    ] as const) {
        it(`refuses ${key}: ${JSON.stringify(value)}`, () => {
            expect(textsOf({ [key]: value })).to.deep.equal([message]);
        });
    }

    it("never shows a key, only how long it is", () => {
        const [text] = textsOf({ keyMaterial: ["-----BEGIN PRIVATE KEY-----"] });
        expect(text).to.not.include("PRIVATE");
        const secrets = {
            registryAuth: ["r:u:hunter2"],
            certificates: { a: "hunter2" },
            proxy: { http: "u:hunter2@p" },
        };
        expect(textsOf(secrets)).to.have.lengthOf(3);
        expect(textsOf(secrets).join()).to.not.include("hunter2");
    });

    it("finds what does not fit together, all at once", () => {
        const found = textsOf({
            replicas: 2,
            publishMetrics: 9252,
            networkMode: "host",
            networks: ["a"],
            certMaterial: "x",
        });
        expect(found).to.have.lengthOf(3);
    });

    it("warns about an image that is not pinned, and takes a digest or a version's tag", () => {
        const codes = (image: string) => problemsOf({ image }).map(({ code }) => code);
        expect(codes("gitlab/gitlab-runner")).to.deep.equal(["image-not-pinned"]);
        expect(codes("host:5000/gitlab-runner:latest")).to.deep.equal(["image-not-pinned"]);
        expect(codes("host:5000/gitlab-runner:v19.4.0")).to.deep.equal([]);
        expect(codes(`gitlab-runner@sha256:${"a".repeat(64)}`)).to.deep.equal([]);
    });

    it("knows no key that every object has", () => {
        for (const key of ["__proto__", "constructor", "toString"]) {
            const options = JSON.parse(`{ "${key}": false }`);
            expect(
                problemsOf(options).map(({ message }) => message),
                key,
            ).to.match(/not a known key/);
        }
    });

    for (const key of Object.keys(DOCKER_SHAPE)) {
        it(`takes an object that cannot be made a text as ${key} without an exception`, () => {
            const options = { [key]: { toString: 0 }, publishMetrics: 9252 };
            expect(Array.isArray(problemsOf(options))).to.equal(true);
        });
    }

    it("never throws, whatever it is given", () => {
        const any = fc.dictionary(fc.constantFrom(...Object.keys(DOCKER_SHAPE), "other"), fc.anything());
        fc.assert(fc.property(fc.oneof(any, fc.anything()), (options) => Array.isArray(problemsOf(options))));
    });
});

describe("findDockerMisfits", () => {
    it("warns when a drain is shorter than a runner's longest job", () => {
        const workers = [{ runner: "ci", maximumTimeout: 7200, config: { executor: "shell" } }];
        const [problem, ...others] = misfits({ workers, drainTimeout: "1h" });
        expect(others).to.deep.equal([]);
        expect(problem).to.include({ path: "drainTimeout", severity: "warning", code: "drain-timeout-too-short" });
        expect(problem!.message).to.include('runner "ci"');
        expect(misfits({ workers, drainTimeout: "2h" })).to.deep.equal([]);
        expect(misfits({ workers }), "the default is 2h").to.deep.equal([]);
    });

    it("asks for a container's name where the manager's does not fit", () => {
        expect(misfits({ name: "ci/01 (new)" }).map(({ path, message }) => `${path} ${message}`)).to.deep.equal([
            "placement.docker.containerName is missing, and the manager's name does not fit a container " +
                '(got "ci/01 (new)"). Give one of letters, digits, _, . and -.',
        ]);
        expect(misfits({ name: "ci/01", placement: { docker: { containerName: "ci-01" } } })).to.deep.equal([]);
        expect(misfits({ name: "ci/01", placement: { directory: "/etc/gitlab-runner" } })).to.deep.equal([]);
    });

    it("refuses a duration without a unit, and a drain where no process is ended", () => {
        expect(MANAGER_SHAPE.drainTimeout("90", "drainTimeout").problems.map(({ path }) => path)).to.deep.equal([
            "drainTimeout",
        ]);
        for (const placement of [{ directory: "/x" }, { ssh: { host: "vm", directory: "/x" } }]) {
            const input = around({ placement, global: {}, drainTimeout: "2h" });
            expect(findMisfits(input, PATHS)[0]!.message).to.include(
                "is for placement.docker, placement.kubernetes, and a placement with drainOnStop: true, only",
            );
        }
    });

    it("needs the keys that shape the container to be plain values, and no others", () => {
        const late = pulumi.output("x");
        const workers = [{ runner: "ci", config: { executor: "docker", docker: { image: late, host: late } } }];
        const found = misfits({ workers, global: { concurrent: 1, listen_address: late, sentry_dsn: late } });
        expect(found.map(({ path }) => path)).to.deep.equal(["config.listen_address", "workers[0].docker.host"]);
    });

    it("says how long a drain takes at least, and refuses an address without a port that there is", () => {
        const textsOf = (input: Parameters<typeof misfits>[0]) =>
            misfits(input).map(({ path, message }) => `${path} ${message}`);
        const [{ message }, ...others] = MANAGER_SHAPE.drainTimeout("0s", "drainTimeout").problems as [Problem];
        expect([message, ...others]).to.deep.equal([
            'must be a duration of at least 1s, such as 2h or 90m (got "0s"). Correct it.',
        ]);
        expect(textsOf({ global: { listen_address: ":99999" } })).to.deep.equal([
            'config.listen_address must end with a colon and a port from 1 to 65535, such as ":9252" (got ":99999"). Correct it.',
        ]);
    });

    it("refuses to publish metrics that nobody outside could reach", () => {
        const placement = { docker: { publishMetrics: 9252 } };
        expect(misfits({ placement })).to.have.lengthOf(1);
        expect(misfits({ placement, global: { listen_address: "127.0.0.1:9252" } })).to.have.lengthOf(1);
        expect(misfits({ placement, global: { listen_address: ":9252" } })).to.deep.equal([]);
    });
});

describe("variables in a container's environment", () => {
    it("are warned of where nothing puts a value in their place", () => {
        const options = {
            image: "gitlab/gitlab-runner:v19.4.0",
            environment: { A: "${FOO}", B: "cost$" },
            proxy: { http: "http://${HOST}:1" },
        };
        const found = problemsOf(options);
        expect(found.map(({ path, severity, code }) => [path, severity, code])).to.deep.equal([
            ["docker.environment.A", "warning", "unexpanded-environment"],
            ["docker.proxy.http", "warning", "unexpanded-environment"],
        ]);
        expect(found[0]!.message).to.contain("holds ${FOO}, but nothing puts a value in its place");
    });
});

describe("traitsOf", () => {
    it("knows which workers need the socket of the container", () => {
        const uses = (docker: unknown) =>
            traitsOf({ global: {}, workers: [{ config: { executor: "docker", docker } }] }).usesSocket;
        expect(uses({ image: "alpine" })).to.equal(true);
        expect(uses({ host: "unix:///var/run/docker.sock" })).to.equal(true);
        expect(uses({ host: "tcp://docker:2376" })).to.equal(false);
        expect(traitsOf({ global: {}, workers: [{ config: { executor: "kubernetes" } }] }).usesSocket).to.equal(false);
    });

    it("knows a log level that hides successful loads", () => {
        expect(traitsOf({ global: { log_level: "error" }, workers: [] }).quiet).to.equal(true);
        expect(traitsOf({ global: { log_level: "info" }, workers: [] }).quiet).to.equal(false);
    });
});

describe("units of a docker placement", () => {
    it("reads durations, sizes, ports and mounts, and refuses everything else", () => {
        expect(["2h", "1d", "90s", "1h30m", "0s", "2", 5].map(toSeconds)).to.deep.equal([
            7200,
            86_400,
            90,
            5400,
            undefined,
            undefined,
            undefined,
        ]);
        expect(["512m", "2g", "8192k", "1m", "x"].map(toMebibytes)).to.deep.equal([512, 2048, 8, undefined, undefined]);
        expect(toPort("127.0.0.1:9252")).to.deep.equal({ ip: "127.0.0.1", port: 9252 });
        expect(toPort(70000)).to.equal(undefined);
        expect(toMount("/a:/b:ro")).to.deep.equal({ source: "/a", target: "/b", readOnly: true });
        expect(toMount("a:b")).to.equal(undefined);
    });

    it("reads listen_address as gitlab-runner does", () => {
        expect(toListenAddress(":9300")).to.deep.equal({ ip: "", port: 9300 });
        expect(toListenAddress("10.0.0.1")).to.deep.equal({ ip: "10.0.0.1", port: 9252 });
        expect(toListenAddress("[::]:1")).to.deep.equal({ ip: "::", port: 1 });
    });
});
