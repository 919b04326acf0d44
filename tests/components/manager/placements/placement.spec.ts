import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { Runner, RunnerManager, type RunnerManagerArgs } from "../../../../components";
import { findPlacementProblems } from "../../../../components/manager/placements";
import { warningsOf } from "../../../helpers/outputs";
import { mockPulumi, type World } from "../../../helpers/pulumi-mocks";

const PLACE = "gitlab-fleet:index:ManagerPlace";
const FILES = "gitlab-fleet:index:ManagerFiles";
const USER_RUNNER = "gitlab:index/userRunner:UserRunner";
const TOKEN = "gitlab-fleet:index:RunnerToken";

const manage = (
    runners: Runner[],
    {
        name = "ci-01",
        opts,
        ...more
    }: Partial<RunnerManagerArgs> & { name?: string; opts?: pulumi.ComponentResourceOptions } = {},
) =>
    new RunnerManager(
        name,
        {
            placement: { directory: `/srv/${name}` },
            config: { concurrent: 1 },
            gitlabUrl: "https://git.example.org",
            workers: runners.map((runner) => ({ runner, config: { executor: "shell" } })),
            ...more,
        },
        opts,
    );
/** The placements that are a directory, here and on a host: whatever is true of one is true of the other. */
const DIRECTORIES: Record<string, (directory: pulumi.Input<string>, more?: object) => RunnerManagerArgs["placement"]> =
    {
        directory: (directory, more) => ({ directory, ...more }),
        ssh: (directory, more) => ({ ssh: { host: "ci@vm-01", directory, ...more } }),
    };
const typesOf = (world: World) => world.registered.map(({ type }) => type);

describe("the place of a manager", () => {
    /** An engine in which no place is reached before `reach` is called. */
    const held = () => {
        let reach = () => {};
        const reached = new Promise<void>((resolve) => {
            reach = resolve;
        });
        const world = mockPulumi({ delay: (type) => (type === PLACE ? reached : undefined) });
        return { world, reach: () => reach() };
    };
    const turns = async () => {
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    };

    for (const [kind, placeIn] of Object.entries(DIRECTORIES)) {
        describe(`by placement.${kind}`, () => {
            const manageIn: typeof manage = (runners, { name = "ci-01", ...more } = {}) =>
                manage(runners, { name, placement: placeIn(`/srv/${name}`), ...more });

            it("is reached before its runners and their tokens are touched; others do not wait", async () => {
                const { world, reach } = held();
                const [served, other] = [
                    new Runner("a", { scope: { group: 7 } }),
                    new Runner("b", { scope: { group: 7 } }),
                ];
                manageIn([served]);
                await turns();
                expect(world.of(USER_RUNNER).map(({ name }) => name)).to.deep.equal([other.name]);
                expect(world.of(FILES)).to.deep.equal([]);
                reach();
                await world.settled();
                expect(world.of(USER_RUNNER)).to.have.lengthOf(2);
                expect(typesOf(world).indexOf(PLACE)).to.be.lessThan(typesOf(world).lastIndexOf(TOKEN));
                expect(world.of(FILES)).to.have.lengthOf(1);
            });

            it("is asked again by the tokens of the runners that it serves, and by no others", async () => {
                const world = mockPulumi();
                const [served] = [new Runner("a", { scope: { group: 7 } }), new Runner("b", { scope: { group: 7 } })];
                manageIn([served!], {
                    placement: placeIn("/srv/x", {
                        ...{ sharedBetweenMachines: true, takeOverFrom: "a/b/c", onDestroy: "keep" },
                    }),
                });
                await world.settled();
                const places = Object.fromEntries(world.of(TOKEN).map(({ name, inputs }) => [name, inputs.places]));
                expect(places.a).to.have.lengthOf(1);
                expect((places.a as object[])[0]).to.include({
                    manager: "ci-01",
                    directory: "/srv/x",
                    sharedBetweenMachines: true,
                    takeOverFrom: "a/b/c",
                });
                expect(places.b).to.equal(undefined);
                const said = { sharedBetweenMachines: true, takeOverFrom: "a/b/c" };
                expect(world.inputsOf(PLACE)[0]).to.include({ directory: "/srv/x", look: true, ...said });
                expect(world.inputsOf(FILES)[0]).to.include({ ...said, onDestroy: "keep" });
            });

            it("does not look in a preview", async () => {
                const world = mockPulumi({ preview: true });
                manageIn([new Runner("a", { scope: { group: 7 } })]);
                await world.settled();
                expect(world.inputsOf(PLACE)[0]).to.include({ look: false });
            });

            it("knows what would have to be written, before there are tokens", async () => {
                const declaredBy = async (make: () => void) => {
                    const world = mockPulumi({ ids: { groups: { apps: 7 } } });
                    make();
                    await world.settled();
                    const [place] = world.of(PLACE);
                    expect(place!.secrets).to.deep.equal(["declared"]);
                    return place!.inputs.declared;
                };
                const one = (scope: object, more: object = {}) => new Runner("a", { scope, ...more } as never);
                const same = await declaredBy(() => manageIn([one({ group: 7 })]));
                expect(await declaredBy(() => manageIn([one({ group: 7 })]))).to.equal(same);
                // The path and the id of one group are one scope.
                expect(await declaredBy(() => manageIn([one({ group: "apps" })]))).to.equal(same);
                const others = [
                    () => manageIn([one({ group: 8 })]),
                    () => manageIn([one({ project: 7 })]),
                    () => manageIn([one({ group: 7 }, { rotation: "runner" })]),
                    () => manageIn([one({ group: 7 })], { config: { concurrent: 2 } }),
                    () => manageIn([one({ group: 7 }), new Runner("b", { scope: { group: 7 } })]),
                ];
                for (const other of others) expect(await declaredBy(other)).to.not.equal(same);
                // What is not in config.toml does not count.
                expect(await declaredBy(() => manageIn([one({ group: 7 }, { tags: ["x"], note: "y" })]))).to.equal(
                    same,
                );
            });

            it("never waits for the runners that wait for it, whatever of theirs a manager is made of", async () => {
                const cycles: Record<string, (runner: Runner) => void> = {
                    "its directory": (runner) =>
                        manageIn([runner], { placement: placeIn(pulumi.interpolate`/srv/${runner.id}`) }),
                    ...(kind === "ssh"
                        ? {
                              "its host": (runner: Runner) =>
                                  manage([runner], {
                                      placement: {
                                          ssh: { host: pulumi.interpolate`vm-${runner.id}`, directory: "/x" },
                                      },
                                  }),
                          }
                        : {}),
                    "its configuration": (runner) =>
                        manageIn([runner], {
                            config: pulumi.output(runner.id).apply(() => ({ concurrent: 1 })),
                            workers: [
                                {
                                    runner,
                                    config: {
                                        executor: "shell",
                                        environment: [pulumi.interpolate`ID=${runner.id}`] as never,
                                    },
                                },
                            ],
                        }),
                    "its address": (runner) =>
                        manageIn([runner], { gitlabUrl: runner.token.apply(() => "https://git.example.org") }),
                    "its dependencies": (runner) => manageIn([runner], { opts: { dependsOn: [runner] } }),
                    "the scope of another runner that it serves": (runner) =>
                        manageIn([runner, new Runner("second", { scope: { group: runner.id } })]),
                    "the dependencies of the component that it is in": (runner) => {
                        const host = new pulumi.ComponentResource("t:index:Host", "host", {}, { dependsOn: [runner] });
                        manageIn([runner], { opts: { parent: host } });
                    },
                };
                for (const [title, declare] of Object.entries(cycles)) {
                    const world = mockPulumi();
                    declare(new Runner("a", { scope: { group: 7 } }));
                    await Promise.race([world.settled(), new Promise((resolve) => setTimeout(resolve, 3000))]);
                    expect(typesOf(world), title).to.include.members([PLACE, USER_RUNNER, FILES]);
                }
            });

            it("is waited for after an await too, where runner and manager are declared in one go; else a warning says so", async () => {
                mockPulumi();
                const together = await warningsOf(async () => {
                    await turns();
                    manageIn([new Runner("a", { scope: { group: 7 } })]);
                    await turns();
                });
                expect(together).to.deep.equal([]);
                const apart = await warningsOf(async () => {
                    const runner = new Runner("b", { scope: { group: 7 } });
                    await turns();
                    manageIn([runner], { name: "late" });
                });
                expect(apart).to.have.lengthOf(1);
                expect(apart[0]).to.contain(
                    'RunnerManager "late" was declared after an await that came after runner "b"',
                );
            });
        });
    }

    /** A manager on Docker, where a resource of a type is not done before `reach` is called. */
    const onDocker = (held: string, docker: () => object) => {
        let reach = () => {};
        const reached = new Promise<void>((resolve) => {
            reach = resolve;
        });
        const world = mockPulumi({ delay: (type) => (type.endsWith(held) ? reached : undefined) });
        manage([new Runner("a", { scope: { group: 7 } })], { placement: { docker: docker() } });
        return { world, reach };
    };

    for (const [held, what] of [
        [":DockerEngine", "answers"],
        [":RemoteImage", "has the images"],
        [":DockerPlace", "has its names for it"],
    ] as const) {
        it(`is the Docker engine for a container: nothing is touched before that ${what}`, async () => {
            const { world, reach } = onDocker(held, () => ({ writerImage: "busybox" }));
            await turns();
            expect(world.of(USER_RUNNER)).to.deep.equal([]);
            reach();
            await world.settled();
            expect(world.of(USER_RUNNER)).to.have.lengthOf(1);
        });
    }

    it("waits for no image that is made in the same program, which may hang on a runner", async () => {
        const { world, reach } = onDocker(":RemoteImage", () => {
            const made = new pulumi.ComponentResource("a:b:Image", "made");
            return { image: made.urn.apply(() => "made:1") };
        });
        await turns();
        expect(world.of(USER_RUNNER)).to.have.lengthOf(1);
        reach();
        await world.settled();
    });
});

describe("a placement's words about other machines and owners", () => {
    const problemsOf = (value: unknown) =>
        findPlacementProblems(value, "placement").map(({ path, message }) => `${path} ${message}`);

    it("are a yes and a name", () => {
        expect(
            problemsOf({ directory: "/x", sharedBetweenMachines: true, takeOverFrom: "fleet/prod/ci-01" }),
        ).to.deep.equal([]);
        const wrong = problemsOf({
            ...{ directory: "/x", sharedBetweenMachines: "yes" },
            ...{ takeOverFrom: "prod", onDestroy: "forget" },
        });
        expect(wrong).to.have.lengthOf(3);
        expect(wrong[2]).to.equal(
            'placement.onDestroy must be one of remove, keep (got "forget"). Choose one of them.',
        );
        expect(wrong[0]).to.match(/^placement\.sharedBetweenMachines must be true or false \(got "yes"\)/);
        expect(wrong[1]).to.match(/^placement\.takeOverFrom must be <project>\/<stack>\/<manager>/);
    });

    it("go with a directory only, and are suggested when they are misspelt", () => {
        expect(problemsOf({ docker: {}, takeOverFrom: "a/b/c" })[0]).to.contain("takeOverFrom goes with a directory");
        expect(problemsOf({ directory: "/x", sharedBetweenMachine: true })[0]).to.contain(
            'Did you mean "sharedBetweenMachines"?',
        );
    });
});
