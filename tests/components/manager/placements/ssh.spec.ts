import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { Fleet, Runner, RunnerManager, type SshHostOptions } from "../../../../components";
import { findPlacementProblems } from "../../../../components/manager/placements";
import { failuresAfter, warningsOf } from "../../../helpers/outputs";
import { mockPulumi } from "../../../helpers/pulumi-mocks";

const PLACE = "gitlab-fleet:index:ManagerPlace";
const FILES = "gitlab-fleet:index:ManagerFiles";
const TOKEN = "gitlab-fleet:index:RunnerToken";
const USER_RUNNER = "gitlab:index/userRunner:UserRunner";

const KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nbm90IGEga2V5\n-----END OPENSSH PRIVATE KEY-----\n";
const KNOWN = "vm-01 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE\n";
const HOST = { host: "ci@vm-01.example.org", directory: "/etc/gitlab-runner" };

const manage = (ssh: SshHostOptions, runners: Runner[] = [], name = "vm-01") =>
    new RunnerManager(name, {
        placement: { ssh },
        config: { concurrent: 1 },
        gitlabUrl: "https://git.example.org",
        workers: runners.map((runner) => ({ runner, config: { executor: "shell" } })),
    });

describe("placement.ssh", () => {
    const problemsOf = (ssh: unknown) =>
        findPlacementProblems({ ssh }, "placement").map(({ path, message }) => `${path} ${message}`);

    it("takes a host in each way that ssh has, and the rest in its bounds", () => {
        const hosts = ["vm-01", "ci@vm-01.example.org", "ssh://ci@vm-01:2222", "ssh://vm-01", "[::1]", "ci@10.0.0.7"];
        for (const host of hosts) expect(problemsOf({ ...HOST, host }), host).to.deep.equal([]);
        const all = {
            ...{ sudo: true, port: 65535, privateKey: KEY, knownHosts: `# comment\n${KNOWN}`, connectTimeout: "10m" },
            ...{ look: true, sharedBetweenMachines: true, takeOverFrom: "a/b/c" },
        };
        expect(problemsOf({ ...HOST, ...all })).to.deep.equal([]);
        expect(problemsOf({ ...HOST, host: "ssh://vm-01:22", port: 22 })).to.deep.equal([]);
    });

    for (const [title, more, message] of [
        [
            "a host that would be an option of ssh",
            { host: "-oProxyCommand=x" },
            'host is not an address that ssh can use (got "-oProxyCommand=x").',
        ],
        ["a user that would be one", { host: "-l@vm" }, 'host is not an address that ssh can use (got "-l@vm").'],
        ["a host with a space", { host: "vm 01" }, 'host is not an address that ssh can use (got "vm 01").'],
        [
            "a host with a path",
            { host: "ssh://vm/etc" },
            'host is not an address that ssh can use (got "ssh://vm/etc").',
        ],
        [
            "an address of another kind",
            { host: "https://vm" },
            'host is not an address that ssh can use (got "https://vm").',
        ],
        [
            "a password",
            { host: "ssh://ci:hunter2@vm" },
            'host must hold no password: log in with a key (got "ssh://ci:…@vm").',
        ],
        ["no host", { host: undefined }, "host is missing. Add the host: ci@vm-01.example.org."],
        ["an empty host", { host: " " }, 'host must not be empty (got " ").'],
        ["a host that is a number", { host: 7 }, "host must be a text (got 7)."],
        [
            "a relative directory",
            { directory: "etc" },
            'directory must begin with / (got "etc"): it is a path of the host',
        ],
        ["a directory of a home", { directory: "~/runner" }, 'directory must begin with / (got "~/runner")'],
        [
            "a path of Windows",
            { directory: "C:\\GitLab-Runner" },
            "directory is a path of Windows, where files cannot be written this way",
        ],
        ["a path of Windows with slashes", { directory: "C:/GitLab-Runner" }, "directory is a path of Windows"],
        [
            "the root of the file system",
            { directory: "/" },
            'directory must not be the root of the file system (got "/"): a manager\'s directory belongs to it alone',
        ],
        ["the root in other words", { directory: "//etc/.." }, "directory must not be the root of the file system"],
        [
            "a line break in the directory",
            { directory: "/etc\nx" },
            "directory must not hold invisible characters (U+000A in ",
        ],
        [
            "no directory",
            { directory: undefined },
            "directory is missing. Add the directory there: /etc/gitlab-runner.",
        ],
        [
            "a port beyond all ports",
            { port: 65536 },
            "port must be a whole number from 1 to 65535 (got 65536). Correct it.",
        ],
        [
            "a port in quotes",
            { port: "22" },
            'port must be a whole number from 1 to 65535 (got "22"). Write it without quotes.',
        ],
        [
            "two ports",
            { host: "ssh://vm:22", port: 2222 },
            "port is another one than in host (got 2222 and 22). Name it once.",
        ],
        ["sudo that is a word", { sudo: "yes" }, 'sudo must be true or false (got "yes"). Write true.'],
        ["look that is a word", { look: "up" }, 'look must be true or false (got "up"). Write one of them.'],
        [
            "a timeout without a unit",
            { connectTimeout: "30" },
            'connectTimeout must be a duration from 1s to 10m, such as 30s (got "30").',
        ],
        [
            "a timeout of an hour",
            { connectTimeout: "1h" },
            'connectTimeout must be a duration from 1s to 10m, such as 30s (got "1h"). Correct it.',
        ],
        [
            "the path of a key",
            { privateKey: "/home/ci/.ssh/id_ed25519" },
            "privateKey is not a key that ssh can read (got a secret of 24 characters).",
        ],
        [
            "a key that is no text",
            { privateKey: {} },
            "privateKey must be the text of a private key (got an empty map).",
        ],
        [
            "the path of known hosts",
            { knownHosts: "~/.ssh/known_hosts" },
            "knownHosts must be lines such as ssh-keyscan prints them",
        ],
        ["a misspelt key", { hots: "vm" }, 'hots is not a known key. Did you mean "host"?'],
        ["a former owner that is none", { takeOverFrom: "prod" }, "takeOverFrom must be <project>/<stack>/<manager>"],
        ["shared by a word", { sharedBetweenMachines: "yes" }, "sharedBetweenMachines must be true or false"],
    ] as const) {
        it(`refuses ${title}, and says where and what to do`, () => {
            const problems = problemsOf({ ...HOST, ...more });
            expect(problems).to.have.lengthOf(1);
            expect(problems[0]).to.contain(`placement.ssh.${message}`);
            expect(problems.join()).to.not.contain("hunter2");
        });
    }

    it("refuses what is no map, and a second placement beside it", () => {
        expect(problemsOf("ci@vm-01")[0]).to.equal(
            'placement.ssh must be a map (got "ci@vm-01"). Write { host: ci@vm-01.example.org, directory: /etc/gitlab-runner }.',
        );
        const both = findPlacementProblems({ directory: "/x", ssh: HOST }, "placement");
        expect(both.map(({ message }) => message)).to.include("is both directory and ssh. Remove one of them.");
        const beside = findPlacementProblems({ ssh: HOST, takeOverFrom: "a/b/c" }, "placement");
        expect(beside.map(({ path }) => path)).to.deep.equal(["placement.takeOverFrom"]);
    });

    it("is handed to the plugin with its key as a secret, and looked at in an up alone unless a preview shall look, too", async () => {
        const host = { host: "ssh://ci@vm-01:2222", sudo: true, knownHosts: KNOWN };
        for (const [preview, look, looked] of [
            [false, undefined, true],
            [true, undefined, false],
            [true, true, true],
        ] as const) {
            const world = mockPulumi({ preview });
            const manager = manage({ ...host, directory: "/srv/x", privateKey: KEY, connectTimeout: "1m", look });
            await world.settled();
            const ssh = { ...host, privateKey: KEY, connectTimeout: 60 };
            for (const type of [PLACE, FILES]) {
                const [resource] = world.of(type);
                expect(resource!.inputs, type).to.deep.include({ directory: "/srv/x", ssh, look: looked });
                expect(resource!.secrets, type).to.include("ssh");
            }
            expect(manager.systemId).to.match(/^r_/);
            // Comparisons come one after the other; logins need not.
            expect(world.ahead).to.deep.equal(looked ? [{ directory: "/srv/x", ssh }] : []);
        }
    });

    it("is reached before its runners are touched, with a key from the stack's configuration too", async () => {
        let reach = () => {};
        const reached = new Promise<void>((resolve) => {
            reach = resolve;
        });
        const world = mockPulumi({
            config: { "shop:key": KEY },
            delay: (type) => (type === PLACE ? reached : undefined),
        });
        manage({ ...HOST, privateKey: new pulumi.Config().requireSecret("key") }, [
            new Runner("a", { scope: { group: 7 } }),
        ]);
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
        expect(world.of(USER_RUNNER)).to.deep.equal([]);
        reach();
        await world.settled();
        expect(world.of(USER_RUNNER)).to.have.lengthOf(1);
        const [place] = world.inputsOf(TOKEN)[0]!.places as Record<string, unknown>[];
        expect(place).to.deep.include({ manager: "vm-01", directory: HOST.directory });
        expect(place!.ssh).to.deep.equal({ host: HOST.host, privateKey: KEY });
    });

    it("checks a key that is an output once it is known, writes nothing when it is none, and never shows it", async () => {
        const world = mockPulumi();
        const failures = await failuresAfter(() => manage({ ...HOST, privateKey: pulumi.secret("hunter2-is-no-key") }));
        expect(failures[0]).to.contain("placement.ssh.privateKey is not a key that ssh can read");
        expect(failures.join()).to.not.contain("hunter2");
        expect(world.of(FILES)).to.deep.equal([]);
    });

    it('has runners of rotation "runner": up reads their token back from the host, if it knows the host by then', async () => {
        const world = mockPulumi();
        const rotating = (name: string) => new Runner(name, { scope: { group: 7 }, rotation: "runner" });
        manage(HOST, [rotating("a")]);
        await world.settled();
        const [token] = world.inputsOf(TOKEN);
        expect(token!.configPaths ?? []).to.deep.equal([]);
        expect((token!.places as object[])[0]).to.deep.include({ ssh: { host: HOST.host }, directory: HOST.directory });
        const vm = new pulumi.ComponentResource("t:index:Vm", "vm");
        expect(() => manage({ ...HOST, host: pulumi.interpolate`${vm.urn}` }, [rotating("b")], "vm-02")).to.throw(
            "up must be able to read the token back from a host that is known without resources",
        );
    });

    it("refuses two managers in one directory of one host, whoever logs in there", () => {
        for (const [one, other] of [
            [HOST, { ...HOST, host: "root@vm-01.example.org", directory: "/etc/gitlab-runner/" }],
            [
                { ...HOST, host: "ssh://vm:2222" },
                { ...HOST, host: "ci@vm", port: 2222 },
            ],
            [
                { ...HOST, host: "vm" },
                { ...HOST, host: "vm", port: 22 },
            ],
            [HOST, { ...HOST, directory: "/etc/../etc//gitlab-runner" }],
        ] as const) {
            mockPulumi();
            manage(one);
            expect(() => manage(other, [], "second")).to.throw(
                'RunnerManager "second": placement.ssh.directory is that of RunnerManager "vm-01" already (got "',
            );
        }
        mockPulumi();
        manage(HOST);
        manage({ ...HOST, host: "ci@vm-02.example.org" }, [], "vm-02");
        manage({ ...HOST, directory: "/etc/other" }, [], "vm-03");
    });

    it("is taken over after a lost state, as a directory is", async () => {
        const placements = {
            a: { directory: "/srv/a" },
            b: { ssh: HOST },
            c: { ssh: { ...HOST, host: "vm", takeOverFrom: "x/y/z" } },
        };
        const manager = { runners: [], config: { concurrent: 1 } };
        const entries = Object.entries(placements).map(([name, placement]) => [name, { ...manager, placement }]);
        const world = mockPulumi();
        new Fleet("fleet", { managers: Object.fromEntries(entries), stateLost: true });
        await world.settled();
        const taken = Object.fromEntries(world.of(FILES).map(({ name, inputs }) => [name, inputs.takeOverFrom]));
        expect(taken).to.deep.equal({ a: "shop/prod/a", b: "shop/prod/b", c: "x/y/z" });
    });

    it("is taken over outside a fleet, too, which is to be said for one up", async () => {
        const world = mockPulumi({ preview: true });
        const said = await warningsOf(async () => {
            new RunnerManager("a", {
                placement: { directory: "/srv/a" },
                config: { concurrent: 1 },
                gitlabUrl: "https://git.example.org",
                workers: [],
                stateLost: true,
            });
            await world.settled();
        });
        expect(world.inputsOf(FILES)[0]).to.include({ takeOverFrom: "shop/prod/a" });
        expect(said).to.deep.equal(["stateLost is set. Remove it after this up."]);
    });
});
