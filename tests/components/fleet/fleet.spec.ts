import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { Fleet, type FleetArgs, Runner } from "../../../components";
import { checkFleet, FLEET_SHAPE } from "../../../components/fleet/problems";
import { failuresAfter, resolved, warningsOf } from "../../helpers/outputs";
import { IDENTITY, mockPulumi, runnerIdOf } from "../../helpers/pulumi-mocks";

const EXCLUSIVE = "gitlab-fleet:index:ExclusiveRunners";
const FILES = "gitlab-fleet:index:ManagerFiles";
const USER_RUNNER = "gitlab:index/userRunner:UserRunner";
const IDS = {
    groups: { apps: 1, infra: 2, Infra: 2 },
    projects: { "apps/etl": 11, "apps/web": 12, "containers/poetry": 13 },
};
const SHELL = { executor: "shell" } as const;

const DEMO: FleetArgs = {
    runners: { "my-runner": { scope: { group: "apps" }, tags: ["docker"], config: SHELL } },
    managers: {
        "ci-01": { placement: { directory: "/etc/gitlab-runner" }, runners: ["my-runner"], config: { concurrent: 1 } },
    },
    exclusive: {
        "apps-group": { scope: { group: "apps" }, claim: { descriptions: ["my-runner"] }, foreign: "delete" },
    },
    registries: { "containers/poetry": { consumers: { projects: ["apps/etl", "apps/web"] } } },
};

const idOf = (name: string) => String(runnerIdOf(name));

describe("Fleet", () => {
    it("declares runners, managers, exclusive scopes and registries with one lookup of all paths", async () => {
        const world = mockPulumi({ ids: IDS });
        const fleet = new Fleet("fleet", DEMO);
        await world.settled();
        expect(world.registered.map(({ type, name }) => `${type} ${name}`)).to.have.members([
            "gitlab-fleet:index:Fleet fleet",
            "gitlab-fleet:index:Runner my-runner",
            `${USER_RUNNER} my-runner`,
            "gitlab-fleet:index:RunnerToken my-runner",
            "gitlab-fleet:index:RunnerManager ci-01",
            "gitlab-fleet:index:ManagerPlace ci-01",
            `${FILES} ci-01`,
            "gitlab-fleet:index:ExclusiveScope apps-group",
            `${EXCLUSIVE} apps-group`,
            "gitlab-fleet:index:RegistryAccess containers/poetry",
            "gitlab-fleet:index:JobTokenAllowlist containers/poetry",
            "gitlab:index/projectJobTokenScopes:ProjectJobTokenScopes containers/poetry",
            "pulumi:providers:gitlab-fleet gitlab-fleet",
            "gitlab-fleet:index:StackIdentity stack",
        ]);
        expect(world.calls.map(({ inputs }) => inputs)).to.deep.equal([
            { groups: ["apps"], projects: ["containers/poetry", "apps/etl", "apps/web"] },
        ]);
        expect(world.inputsOf(EXCLUSIVE)).to.deep.equal([
            {
                owner: "shop/prod",
                identity: IDENTITY,
                runnerType: "group_type",
                groupId: 1,
                runners: { "my-runner": idOf("my-runner") },
                claim: { descriptions: ["my-runner"] },
                foreign: "delete",
            },
        ]);
        expect(await resolved(fleet.runnerIds["my-runner"]!)).to.equal(runnerIdOf("my-runner"));
        expect(await resolved(fleet.configPaths["ci-01"]!)).to.equal("/etc/gitlab-runner/config.toml");
        expect(await resolved(fleet.allowlists["containers/poetry"]!)).to.deep.equal({
            projects: [11, 12],
            groups: [],
        });
        expect(await pulumi.isSecret(fleet.tokens["my-runner"]!)).to.equal(true);
    });

    it("looks for orphans of its own in every scope with runners that is not declared exclusive", async () => {
        const world = mockPulumi({ ids: IDS });
        new Fleet("fleet", {
            runners: {
                a: { scope: { group: "infra" } },
                b: { scope: { group: "Infra" } },
                c: { scope: { project: 7 } },
                d: { scope: "instance" },
            },
        });
        await world.settled();
        expect(world.of(EXCLUSIVE).map(({ name, inputs }) => [name, inputs])).to.have.deep.members([
            [
                "orphans-group-infra",
                {
                    owner: "shop/prod",
                    identity: IDENTITY,
                    runnerType: "group_type",
                    groupId: 2,
                    runners: { a: idOf("a"), b: idOf("b") },
                },
            ],
            [
                "orphans-project-7",
                {
                    owner: "shop/prod",
                    identity: IDENTITY,
                    runnerType: "project_type",
                    projectId: 7,
                    runners: { c: idOf("c") },
                },
            ],
            [
                "orphans-instance",
                { owner: "shop/prod", identity: IDENTITY, runnerType: "instance_type", runners: { d: idOf("d") } },
            ],
        ]);
    });

    it("lists those of its own runners that may be in the scope, however the scope is spelt", async () => {
        const world = mockPulumi({ ids: IDS });
        new Runner("outside", { scope: { group: "apps" } });
        new Fleet("fleet", {
            runners: {
                inside: { scope: { group: 1 } },
                output: { scope: { group: pulumi.output("apps") } },
                elsewhere: { scope: { group: "infra" } },
                other: { scope: "instance" },
            },
            exclusive: { apps: { scope: { group: "apps" } } },
        });
        await world.settled();
        const apps = world.of(EXCLUSIVE).find(({ name }) => name === "apps");
        expect(Object.keys(apps!.inputs.runners as object)).to.have.members(["inside", "output"]);
    });

    it("stands beside another one with runners in the same scope, which may wait for it", async () => {
        const world = mockPulumi({ ids: IDS });
        const one = new Fleet("one", { runners: { a: { scope: { group: "apps" } } } });
        const two = new Fleet("two", { runners: { b: { scope: { group: "apps" } } } }, { dependsOn: one });
        expect(await resolved(two.runnerIds.b!)).to.equal(runnerIdOf("b"));
        await world.settled();
        expect(world.of(EXCLUSIVE).map(({ name, inputs }) => [name, inputs.runners])).to.have.deep.members([
            ["orphans-group-apps", { a: idOf("a") }],
            ["orphans-group-apps-two", { b: idOf("b") }],
        ]);
    });

    it("leaves another one's look its name when its own becomes an exclusive scope", async () => {
        const world = mockPulumi({ ids: IDS });
        const scope = { group: "apps" };
        new Fleet("one", { runners: { a: { scope } }, exclusive: { apps: { scope } } });
        new Fleet("two", { runners: { b: { scope } } });
        await world.settled();
        expect(world.of(EXCLUSIVE).map(({ name }) => name)).to.have.members(["apps", "orphans-group-apps-two"]);
    });

    it("removes other runners only after the managers of that scope have their files", async () => {
        const done: string[] = [];
        const world = mockPulumi({
            ids: IDS,
            delay: (type) =>
                type === FILES
                    ? new Promise((resolve) => setTimeout(resolve, 50)).then(() => done.push(type))
                    : undefined,
        });
        const seen: number[] = [];
        const { registered } = world;
        const { push } = registered;
        registered.push = (resource) => {
            if (resource.type === EXCLUSIVE) seen.push(done.length);
            return push.call(registered, resource);
        };
        new Fleet("fleet", DEMO);
        await world.settled();
        expect(seen).to.deep.equal([1]);
    });

    it("reports every problem of all its parts at once, before a child exists", async () => {
        const world = mockPulumi({ ids: IDS });
        const args = {
            runners: { a: { scope: "instance", maximumTimeout: 1 }, "": { scope: "instance" } },
            managers: { m: { placement: { directory: "/x" }, runners: ["a", "b", "a"], config: { concurrent: 1 } } },
            exclusive: {
                one: { scope: { group: "apps" }, foreign: "delete" },
                two: { scope: { group: "APPS" }, claim: { tags: [""] }, foreign: "remove" },
            },
            registries: { poetry: { consumers: {} } },
        } as unknown as FleetArgs;
        expect(() => new Fleet("fleet", args))
            .to.throw()
            .with.property(
                "message",
                [
                    "runners.a.maximumTimeout must be at least 600 seconds (got 1). Raise it or leave it out.",
                    'exclusive.two.claim.tags[0] must not be empty (got ""). Remove the entry.',
                    'exclusive.two.foreign must be one of report, pause, delete (got "remove"). Choose one of them.',
                    'runners[""] must not be empty (got ""). Give it a name.',
                    "runners.a.config is missing, but managers.m serves the runner. Set how its jobs are run: { executor: shell }, for instance.",
                    'managers.m.runners[1] names a runner that is not declared (got "b"). Did you mean "a"? Correct the name, or declare it under runners.',
                    'managers.m.runners[2] repeats managers.m.runners[0] (got "a"). Remove one of them.',
                    'exclusive.one.foreign has nothing to act on without a claim (got "delete"). Add claim: { descriptions: [...] } or { tags: [...] }, or remove it.',
                    "exclusive.two.scope is also exclusive.one.scope. Merge the two entries: a group has one.",
                    "registries.poetry must name the project's group as well (got \"poetry\"). Give a project's full path such as group/project, or its id.",
                ]
                    .map((line) => `Fleet "fleet": ${line}`)
                    .join("\n"),
            );
        await world.settled();
        expect(world.registered.map(({ type }) => type)).to.deep.equal(["gitlab-fleet:index:Fleet"]);
    });

    it('refuses a container and a second manager for a runner whose rotation is "runner", both at once', () => {
        mockPulumi({ ids: IDS });
        const manager = { runners: ["a"], config: { concurrent: 1 } };
        const wrong: FleetArgs = {
            runners: { a: { scope: { group: "apps" }, rotation: "runner", config: SHELL } },
            managers: {
                "ci-01": { ...manager, placement: { directory: "/etc/gitlab-runner" } },
                "ci-02": { ...manager, placement: { docker: {} } },
            },
        };
        expect(() => new Fleet("fleet", wrong))
            .to.throw('managers.ci-02.runners[0] names a runner whose rotation is "runner" (got "a"): the process must')
            .with.property("message")
            .that.contains(
                'managers.ci-02.runners[0] names a runner whose rotation is "runner" (got "a"), and managers.ci-01',
            )
            .and.not.contains("managers.ci-01.runners");
    });

    it("leaves what is not known yet to its parts", async () => {
        const world = mockPulumi({ ids: IDS });
        const failures = await failuresAfter(
            () => new Fleet("fleet", { runners: { a: { scope: "instance", maximumTimeout: pulumi.output(1) } } }),
        );
        expect(failures).to.deep.equal([
            'Runner "a": maximumTimeout must be at least 600 seconds (got 1). Raise it or leave it out.',
        ]);
        expect(world.of(USER_RUNNER)).to.deep.equal([]);
    });

    it("keeps quiet about what a runner alone accepts", async () => {
        const runner = { scope: "instance" as const, config: { executor: "shell" as const } };
        const manager = { placement: { directory: "/x" }, runners: ["a", "b"], config: { concurrent: 4 } };
        const world = mockPulumi({ preview: true });
        const warnings = await warningsOf(async () => {
            const runners = { a: { ...runner, silence: ["long-polling"] }, b: runner };
            new Fleet("fleet", { runners, managers: { m: manager } });
            await world.settled();
        });
        expect(warnings).to.have.length(1);
        expect(warnings[0])
            .to.match(/^Fleet "fleet": runners\.b\.config\.request_concurrency is 1/)
            .and.contain("for b on");
    });

    it("names in a preview the runners that no manager serves, and none that is served elsewhere", async () => {
        const config = { executor: "shell" as const };
        const runners = { a: { scope: "instance" as const, config }, b: { scope: "instance" as const } };
        const of = (managers: FleetArgs["managers"]) =>
            warningsOf(async () => {
                const world = mockPulumi({ preview: true });
                new Fleet("fleet", { runners, managers });
                await world.settled();
            });
        expect(await of({})).to.deep.equal([
            "runner a is served by no manager: its jobs wait. Name it in a manager's runners, or remove its config if something else serves it.",
        ]);
        const m = { placement: { directory: "/x" }, runners: ["a"], config: { concurrent: 1 } };
        expect((await of({ m })).filter((text) => text.includes("no manager"))).to.deep.equal([]);
    });

    it("says of each project and group that GitLab does not have by which keys of the stack's configuration it is named", async () => {
        mockPulumi({ ids: IDS });
        const args: FleetArgs = {
            runners: { a: { scope: { group: "gone" } }, b: { scope: { project: "apps/gone" } } },
            exclusive: { all: { scope: { projectsBelow: "nowhere" } } },
            registries: {
                "apps/lost": {
                    consumers: { projects: ["apps/etl", "apps/gone"] },
                    grantMembership: [{ group: 7 }, { group: "gone" }],
                },
            },
        };
        checkFleet(args, "gitlab-fleet/test", { root: "gitlab-fleet:", shape: FLEET_SHAPE });
        const [failure] = await failuresAfter(() => {
            new Fleet("fleet", args);
        });
        const lines = failure!.split("\n").slice(0, -1);
        expect(lines.map((line) => line.replace(/, or the token may not see it\.$/, ""))).to.have.members([
            'gitlab-fleet:runners.a.scope.group, gitlab-fleet:registries.apps/lost.grantMembership[1].group: GitLab has no group "gone"',
            'gitlab-fleet:runners.b.scope.project, gitlab-fleet:registries.apps/lost.consumers.projects[1]: GitLab has no project "apps/gone"',
            'gitlab-fleet:exclusive.all.scope.projectsBelow: GitLab has no group "nowhere"',
            'gitlab-fleet:registries.apps/lost: GitLab has no project "apps/lost"',
        ]);
    });

    it("declares nothing but itself when there is nothing to declare", async () => {
        const world = mockPulumi();
        new Fleet("fleet", {});
        await world.settled();
        expect(world.registered.map(({ type }) => type)).to.deep.equal(["gitlab-fleet:index:Fleet"]);
    });
});
