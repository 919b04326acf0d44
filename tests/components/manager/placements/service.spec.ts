import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { Fleet, type Placement, Runner, RunnerManager, type RunnerManagerArgs } from "../../../../components";
import { findMisfits, findPlacementProblems } from "../../../../components/manager/placements";
import { failuresAfter } from "../../../helpers/outputs";
import { mockPulumi } from "../../../helpers/pulumi-mocks";
import { around, PATHS } from "./around";

const SERVICE = "gitlab-fleet:index:HostService";
const FILES = "gitlab-fleet:index:ManagerFiles";
const ONLINE = "gitlab-fleet:index:ManagerOnline";
const HOST = { host: "ci@vm-01.example.org", directory: "/etc/gitlab-runner" };

/** The options stand beside both kinds of directory, and mean the same there. */
const PLACES = { directory: { directory: "/etc/gitlab-runner" }, ssh: { ssh: HOST } };

/** Another directory of the same kind. */
function elsewhere(place: object): object {
    return "ssh" in place ? { ssh: { ...HOST, directory: "/srv/other" } } : { directory: "/srv/other" };
}

for (const [key, place] of Object.entries(PLACES)) {
    describe(`the process beside placement.${key}`, () => {
        const problemsOf = (more: object) =>
            findPlacementProblems({ ...place, ...more }, "placement").map(({ path, message }) => `${path} ${message}`);
        const manage = (more: object, args: Partial<RunnerManagerArgs> = {}, name = "vm-01", workers: Runner[] = []) =>
            new RunnerManager(name, {
                placement: { ...place, ...more } as Placement,
                config: { concurrent: 1 },
                gitlabUrl: "https://git.example.org",
                workers: workers.map((runner) => ({ runner, config: { executor: "shell" } })),
                ...args,
            });

        it("takes a unit, whether it drains, a range of versions and a time limit", () => {
            for (const service of ["gitlab-runner", "gitlab-runner.service", "runner@2"])
                expect(
                    problemsOf({ service, drainOnStop: true, version: ">=18.5 <20", loadTimeout: "3m" }),
                ).to.deep.equal([]);
        });

        for (const [title, more, message] of [
            [
                "what would be a second command",
                { service: "x; reboot" },
                'service must be the name of a systemd unit: letters, digits, @ . _ and - (got "x; reboot").',
            ],
            ["an option", { service: "--root=/" }, "service must be the name of a systemd unit"],
            ["a line break", { service: "a\nb" }, "service must be the name of a systemd unit"],
            [
                "no service",
                { service: "runner.timer" },
                'service must be a service, and this is a timer (got "runner.timer").',
            ],
            ["an empty name", { service: "" }, 'service must not be empty (got "").'],
            ["true", { service: true }, "service must be a text (got true)."],
            [
                "a drain without a unit",
                { drainOnStop: true },
                "drainOnStop goes with service (got true). Name the unit",
            ],
            ["a version without a unit", { version: ">=19" }, 'version goes with service (got ">=19").'],
            [
                "a range that is none",
                { service: "x", version: "latest" },
                'version must be a range of versions, such as ">=19" or ">=18.5 <20" (got "latest").',
            ],
            ["a number for a range", { service: "x", version: 19 }, "version must be a range of versions"],
            [
                "a drain that is a duration",
                { service: "x", drainOnStop: "2h" },
                'drainOnStop must be true or false (got "2h").',
            ],
            [
                "plugins without a unit",
                { fleetingInstall: true },
                "fleetingInstall goes with service (got true). Name the unit",
            ],
            [
                "plugins by name",
                { service: "x", fleetingInstall: "aws" },
                'fleetingInstall must be true or false (got "aws").',
            ],
            [
                "a limit without a unit",
                { service: "x", loadTimeout: "60" },
                'loadTimeout must be a duration of at least 1s, such as 90s (got "60").',
            ],
        ] as const) {
            it(`refuses ${title}`, () => {
                const [problem, ...others] = problemsOf(more);
                expect(problem).to.contain(`placement.${message}`);
                expect(others).to.deep.equal([]);
            });
        }

        it("is waited for once its files are in place, and before GitLab is asked for the manager", async () => {
            let go = () => {};
            const loaded = new Promise<void>((resolve) => {
                go = resolve;
            });
            const world = mockPulumi({ delay: (type) => (type === SERVICE ? loaded : undefined) });
            const more = { service: "gitlab-runner", version: ">=19", loadTimeout: "90s" };
            manage(more, { online: true }, "vm-01", [new Runner("a", { scope: { group: 7 } })]);
            for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
            expect([FILES, ONLINE].map((type) => world.of(type).length)).to.deep.equal([1, 0]);
            go();
            await world.settled();
            expect(world.of(ONLINE)).to.have.lengthOf(1);
            const [service] = world.inputsOf(SERVICE);
            expect(service).to.deep.include({
                ...pick(world.inputsOf(FILES)[0]!),
                unit: "gitlab-runner",
                version: ">=19",
                timeout: 90,
            });
            expect(service!.systemId).to.equal(world.inputsOf(FILES)[0]!.systemId);
            expect(service!.runnerId).to.match(/^\d+$/);
            expect(service).to.not.have.any.keys("stopTimeout", "fleetingInstall");
            expect(service!.quiet).to.equal(false);
            expect(service!.configHash).to.match(/^[0-9a-f]{64}$/);
            expect(JSON.stringify(service)).to.not.contain("glrt-");
        });

        it("has its fleeting plugins fetched if that is asked for", async () => {
            const world = mockPulumi();
            manage({ service: "x", fleetingInstall: true });
            manage({ service: "y", fleetingInstall: false, ...elsewhere(place) }, {}, "vm-02");
            await world.settled();
            const asked = world.inputsOf(SERVICE).filter(({ fleetingInstall }) => fleetingInstall !== undefined);
            expect(asked.map(({ unit, fleetingInstall }) => [unit, fleetingInstall])).to.deep.equal([["x", true]]);
        });

        it("is not looked at unless a unit is named", async () => {
            const world = mockPulumi();
            manage({});
            await world.settled();
            expect(world.of(SERVICE)).to.deep.equal([]);
            expect(world.of(FILES)).to.have.lengthOf(1);
        });

        it("drains if that is asked for, for the manager's drain timeout or two hours", async () => {
            for (const [drainTimeout, seconds] of [
                [undefined, 7200],
                ["90m", 5400],
            ] as const) {
                const world = mockPulumi();
                manage({ service: "x", drainOnStop: true }, { drainTimeout });
                await world.settled();
                expect(world.inputsOf(SERVICE)[0]).to.deep.include({ stopTimeout: seconds });
            }
            mockPulumi();
            expect(() => manage({ service: "x" }, { drainTimeout: "90m" })).to.throw(
                "drainTimeout is for placement.docker, placement.kubernetes, and a placement with drainOnStop: true, only",
            );
            expect(() => manage({ service: "x", drainOnStop: true }, { drainTimeout: "90" })).to.throw(
                "drainTimeout must be a duration of at least 1s, such as 2h or 90m",
            );
        });

        it("is warned of when it drains for a shorter time than a job may take", () => {
            const input = around({
                name: "vm-01",
                placement: { ...place, service: "x", drainOnStop: true },
                workers: [{ runner: "a", maximumTimeout: 7201, config: {} }],
            });
            expect(findMisfits(input, PATHS).map(({ code, severity }) => `${code} ${severity}`)).to.deep.equal([
                "drain-timeout-too-short warning",
            ]);
            expect(findMisfits({ ...input, placement: place }, PATHS)).to.deep.equal([]);
        });

        it("may have a log that hides a success", async () => {
            const world = mockPulumi();
            manage({ service: "x" }, { config: pulumi.output({ concurrent: 1, log_level: "Error" }) });
            await world.settled();
            expect(world.inputsOf(SERVICE)[0]!.quiet).to.equal(true);
        });

        it("is checked once it is known where it is an output", async () => {
            const world = mockPulumi();
            const failures = await failuresAfter(() => manage({ service: pulumi.output("a b") }));
            expect(failures[0]).to.contain(
                'placement.service must be the name of a systemd unit: letters, digits, @ . _ and - (got "a b").',
            );
            expect(world.of(SERVICE)).to.deep.equal([]);
        });

        it("is one manager's alone on its host", () => {
            mockPulumi();
            manage({ service: "gitlab-runner" });
            const at = (directory: string) => (key === "ssh" ? { ssh: { ...HOST, directory } } : { directory });
            expect(() => manage({ ...at("/srv/x"), service: "gitlab-runner.service" }, {}, "second")).to.throw(
                'RunnerManager "second": placement.service is that of RunnerManager "vm-01" already (got "gitlab-runner.service"). ' +
                    "Give each manager a unit of its own.",
            );
            manage({ ...at("/srv/y"), service: "runner-2" }, {}, "third");
        });

        it("keeps its options where the files are taken over after a lost state", async () => {
            const world = mockPulumi();
            const placement = { ...place, service: "gitlab-runner" } as Placement;
            new Fleet("fleet", {
                managers: { a: { placement, runners: [], config: { concurrent: 1 } } },
                stateLost: true,
            });
            await world.settled();
            expect(world.inputsOf(SERVICE)[0]).to.deep.include({ unit: "gitlab-runner" });
            expect(world.inputsOf(FILES)[0]).to.deep.include({ takeOverFrom: "shop/prod/a" });
        });
    });
}

describe("the process beside placement.docker", () => {
    it("is no unit of systemd", () => {
        const [problem] = findPlacementProblems({ docker: {}, service: "x" }, "placement");
        expect(problem).to.deep.include({
            path: "placement.service",
            message: 'goes with a directory or ssh (got "x"). Remove it.',
        });
    });
});

function pick({ directory, ssh }: Record<string, unknown>) {
    return ssh === undefined ? { directory } : { directory, ssh };
}
