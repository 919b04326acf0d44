import * as path from "node:path";
import * as fleet from "@gitlab-fleet/sdk";
import * as gitlab from "@pulumi/gitlab";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { Runner, RunnerManager, type RunnerManagerArgs } from "../../../components";
import { failuresAfter, resolved, warningsOf } from "../../helpers/outputs";
import { mockPulumi, runnerIdOf, IDENTITY as STATE } from "../../helpers/pulumi-mocks";

const FILES = "gitlab-fleet:index:ManagerFiles";
// Of project shop, stack prod and manager ci-01. It may never change: GitLab would take the manager for another one.
const IDENTITY = "r_Vky7cCg3sglz";
const HEADER = "# Written by gitlab-fleet, which overwrites changes made here.\n";

function declare(args: Partial<RunnerManagerArgs> = {}, opts?: pulumi.ComponentResourceOptions): RunnerManager {
    const runner = new Runner("docker-small", { scope: "instance" });
    return new RunnerManager(
        "ci-01",
        {
            placement: { directory: "/etc/gitlab-runner" },
            config: { concurrent: 4 },
            workers: [{ runner, config: { executor: "shell", limit: 2 } }],
            ...args,
        },
        opts,
    );
}

describe("RunnerManager", () => {
    const { GITLAB_BASE_URL } = process.env;
    beforeEach(() => {
        delete process.env.GITLAB_BASE_URL;
    });
    afterEach(() => {
        if (GITLAB_BASE_URL !== undefined) process.env.GITLAB_BASE_URL = GITLAB_BASE_URL;
    });

    it("writes the declared config.toml with the runner's id and token, and the same identity for ever", async () => {
        const world = mockPulumi();
        const manager = declare();
        await world.settled();
        expect(world.inputsOf(FILES)).to.deep.equal([
            {
                directory: "/etc/gitlab-runner",
                systemId: IDENTITY,
                identity: STATE,
                place: { id: "a".repeat(32), host: "ci-01" },
                configToml: `${HEADER}concurrent = 4\n\n[[runners]]\n  name = "docker-small"\n  url = "https://gitlab.com"\n  id = ${runnerIdOf("docker-small")}\n  token = "glrt-docker-small-token"\n  executor = "shell"\n  limit = 2\n`,
                settings: {
                    global: { concurrent: 4 },
                    workers: { "docker-small": { url: "https://gitlab.com", executor: "shell", limit: 2 } },
                },
                serves: {
                    "docker-small": {
                        ...{ runner: "docker-small", shared: true, runUntagged: true, accessLevel: "not_protected" },
                    },
                },
            },
        ]);
        expect(await resolved(manager.configPath)).to.equal("/etc/gitlab-runner/config.toml");
        expect(manager.systemId).to.equal(IDENTITY);
    });

    it("treats config.toml as a secret, in its input and in its output", async () => {
        const world = mockPulumi();
        const manager = declare();
        const empty = new RunnerManager("empty", {
            placement: { directory: "/x" },
            config: { concurrent: 1 },
            workers: [],
        });
        await world.settled();
        expect(world.of(FILES).map(({ secrets }) => secrets)).to.deep.equal([["configToml"], ["configToml"]]);
        expect(await pulumi.isSecret(manager.configToml)).to.equal(true);
        expect(await pulumi.isSecret(empty.configToml)).to.equal(true);
        expect(await pulumi.isSecret(manager.configPath)).to.equal(false);
    });

    it("writes workers in their order, with names, addresses and outputs of the user's own", async () => {
        const world = mockPulumi();
        const [one, two] = [new Runner("one", { scope: "instance" }), new Runner("two", { scope: "instance" })];
        const manager = new RunnerManager("ci", {
            placement: { directory: pulumi.output("/srv/runner") },
            config: pulumi.output({ concurrent: 3 }),
            gitlabUrl: pulumi.output("https://git.internal"),
            workers: [
                { runner: two, name: "second", config: { executor: "shell" } },
                {
                    runner: one,
                    config: {
                        executor: "shell",
                        name: "first",
                        url: "https://git.other",
                        builds_dir: pulumi.output("/b") as unknown as string,
                    },
                },
            ],
        });
        await world.settled();
        const text = await resolved(manager.configToml);
        expect(text.match(/(name|url|token|builds_dir) = ".*"/g)).to.deep.equal([
            'name = "second"',
            'url = "https://git.internal"',
            'token = "glrt-two-token"',
            'name = "first"',
            'url = "https://git.other"',
            'token = "glrt-one-token"',
            'builds_dir = "/b"',
        ]);
        expect(world.inputsOf(FILES)[0]!.directory).to.equal("/srv/runner");
    });

    it("takes GitLab's address from the stack, then from the environment, without /api/v4/", async () => {
        mockPulumi({ config: { "gitlab:baseUrl": "https://git.example.org/gitlab/api/v4/" } });
        expect(await resolved(declare().configToml)).to.include('url = "https://git.example.org/gitlab"');
        process.env.GITLAB_BASE_URL = "http://127.0.0.1:8929/api/v4";
        mockPulumi();
        expect(await resolved(declare().configToml)).to.include('url = "http://127.0.0.1:8929"');
    });

    it("takes GitLab's address from the provider that was given to it", async () => {
        const world = mockPulumi();
        const providers = [
            new gitlab.Provider("other", { baseUrl: "https://git.example.org/api/v4/" }),
            new fleet.Provider("other", { baseUrl: "https://git.example.org/api/v4/" }),
        ];
        const manager = declare({}, { providers });
        expect(await resolved(manager.configToml)).to.include('url = "https://git.example.org"');
        await world.settled();
        expect(world.of(FILES)[0]!.provider).to.match(/::other::/);
        // The runner, declared without it, has the stack's.
        expect(world.of("pulumi:providers:gitlab-fleet").map(({ name }) => name)).to.have.members([
            "gitlab-fleet",
            "other",
        ]);
    });

    it("places a relative directory in the project's folder", async () => {
        const world = mockPulumi();
        declare({ placement: { directory: ".demo/etc" } });
        await world.settled();
        expect(world.inputsOf(FILES)[0]!.directory).to.equal(path.join(process.cwd(), ".demo/etc"));
    });

    it("reports every problem of its arguments at once, before a file is written", async () => {
        const world = mockPulumi();
        const runner = new Runner("r", { scope: "instance" });
        const args = {
            placement: { directry: "/x" },
            config: { concurrent: 0, listen_adress: ":9252" },
            workers: [
                {
                    runner,
                    config: { executor: "shel", token: "GR1348941abcdefgh", docker: { image: pulumi.output("x") } },
                },
            ],
        } as unknown as RunnerManagerArgs;
        expect(() => new RunnerManager("ci", args))
            .to.throw()
            .with.property("message")
            .that.satisfies((text: string) => {
                expect(text.split("\n").map((line) => line.split(" ").slice(0, 3).join(" "))).to.have.members([
                    'RunnerManager "ci": placement.directry',
                    'RunnerManager "ci": config.concurrent',
                    'RunnerManager "ci": config.listen_adress',
                    'RunnerManager "ci": workers[0].config.executor',
                    'RunnerManager "ci": workers[0].config.token',
                ]);
                expect(text).not.to.include("GR1348941");
                return true;
            });
        await world.settled();
        expect(world.of(FILES)).to.deep.equal([]);
    });

    it("checks a config that is an output once it is known, and writes nothing when it is wrong", async () => {
        const world = mockPulumi();
        const failures = await failuresAfter(() => declare({ config: pulumi.output({ concurrent: 0 }) }));
        expect(failures).to.deep.equal([
            'RunnerManager "ci-01": config.concurrent must be a whole number of at least 1 (got 0). Set how many jobs may run at once; gitlab-runner stops at 0.',
        ]);
        expect(world.of(FILES)).to.deep.equal([]);
    });

    it("says where an address that is none was written", () => {
        mockPulumi();
        expect(() => declare({ gitlabUrl: "https://git.example.org/api/v4/" }))
            .to.throw()
            .with.property(
                "message",
                'RunnerManager "ci-01": gitlabUrl must be GitLab\'s own address, without /api/v4 (got "https://git.example.org/api/v4/"). Shorten it.',
            );
    });

    it("refuses two managers that write one directory", () => {
        mockPulumi();
        declare();
        expect(
            () =>
                new RunnerManager("ci-02", {
                    placement: { directory: "/etc/gitlab-runner/" },
                    config: { concurrent: 1 },
                    workers: [],
                }),
        )
            .to.throw()
            .with.property(
                "message",
                'RunnerManager "ci-02": placement.directory is that of RunnerManager "ci-01" already (got "/etc/gitlab-runner/"). Give each manager a directory of its own.',
            );
    });

    it("refuses two managers of one name, wherever they are", () => {
        mockPulumi();
        declare();
        expect(
            () =>
                new RunnerManager("ci-01", {
                    placement: { directory: "/srv/elsewhere" },
                    config: { concurrent: 1 },
                    workers: [],
                }),
        )
            .to.throw()
            .with.property(
                "message",
                'RunnerManager "ci-01": name is that of another manager already (got "ci-01"), and GitLab\'s identity of both would be made from it. Rename one of them.',
            );
    });

    it("takes the identity of a process that runs, and no text that is none, and none that another has", async () => {
        const world = mockPulumi();
        const manager = declare({ systemId: "s_1746f8786189" });
        await world.settled();
        expect(manager.systemId).to.equal("s_1746f8786189");
        expect(world.inputsOf(FILES)[0]!.systemId).to.equal("s_1746f8786189");
        const second = { placement: { directory: "/srv/x" }, config: { concurrent: 1 }, workers: [] };
        expect(() => new RunnerManager("ci-02", { ...second, systemId: "s_1746f8786189" })).to.throw(
            'RunnerManager "ci-02": systemId is that of RunnerManager "ci-01" already (got "s_1746f8786189"): GitLab would take both for one.',
        );
        for (const systemId of ["", "ci-02", "s_174", "x_1746f8786189", "s_1746f8786189\n"]) {
            expect(() => new RunnerManager("ci-03", { ...second, systemId })).to.throw(
                "systemId must be s_ or r_ and 12 letters or digits",
            );
        }
    });

    it("warns in a preview of what is unwise, and not again in the update", async () => {
        for (const preview of [true, false]) {
            const world = mockPulumi({ preview });
            const warnings = await warningsOf(async () => {
                declare({ config: { concurrent: 1 } });
                await world.settled();
            });
            expect(warnings.map((text) => text.split(":")[0])).to.deep.equal(preview ? ['RunnerManager "ci-01"'] : []);
        }
    });

    it("gives each warning a message of its own, for a report to count it and to find its line", async () => {
        const world = mockPulumi({ preview: true });
        const warnings = await warningsOf(async () => {
            declare({ placement: { docker: { image: "gitlab/gitlab-runner" } }, config: { concurrent: 1 } });
            await world.settled();
        });
        expect(warnings.map((text) => /To accept it, add ([\w-]+) to/.exec(text)?.[1]).sort()).to.deep.equal([
            "concurrent-below-limits",
            "image-not-pinned",
        ]);
        expect(warnings.join("")).to.not.contain("\n");
    });

    it("keeps quiet about a placement's warnings that are silenced, and refuses codes that are none for a worker too", async () => {
        const world = mockPulumi({ preview: true });
        const placement = { docker: { image: "gitlab/gitlab-runner", writerImage: "alpine:3.22" } };
        const warnings = await warningsOf(async () => {
            declare({ placement, silence: ["image-not-pinned"], config: { concurrent: 9 } });
            await world.settled();
        });
        expect(warnings).to.deep.equal([]);
        mockPulumi();
        const runner = new Runner("worker", { scope: { group: 7 }, tags: ["a"] });
        const workers = [{ runner, config: { executor: "shell" as const }, silence: ["long-poling"] }];
        expect(() => declare({ workers })).to.throw(
            'workers[0].silence[0] is not a warning (got "long-poling"). Did you mean "long-polling"?',
        );
    });

    it("keeps quiet about warnings that are silenced", async () => {
        const world = mockPulumi({ preview: true });
        const warnings = await warningsOf(async () => {
            declare({ config: { concurrent: 1 }, silence: ["concurrent-below-limits"] });
            await world.settled();
        });
        expect(warnings).to.deep.equal([]);
    });
});
