import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ExclusiveRunners, Fleet, JobTokenAllowlist, Runner, RunnerManager } from "../../components";
import { failuresAfter } from "../helpers/outputs";
import { mockPulumi } from "../helpers/pulumi-mocks";
import { declare, expectMistakes, type Mistake } from "./declare";

const OUTPUT = pulumi.output({ a: 1 });
const SCOPE = "scope is missing. Add { group: <path or id> }, { project: <path or id> } or instance.";
const ALLOW = "is missing. Add { projects: [<path or id>], groups: [<path or id>] }.";
const CORRECT = "Correct it.";

const MISTAKES: Mistake[] = [
    ["Runner", undefined, SCOPE],
    ["Runner", {}, SCOPE],
    ["Runner", "text", 'args must be a map (got "text"). Write { name: value }.'],
    ["Runner", null, "args must be a map (got null). Write { name: value }."],
    ["Runner", OUTPUT, "args must be a map (got an output). Write { name: value }."],
    [
        "Runner",
        {
            scope: "instance",
            description: 5,
            tags: "docker",
            runUntagged: "no",
            locked: 1,
            paused: "x",
            maximumTimeout: "3600",
            note: [],
            rotationTrigger: 1,
        },
        "description must be a text (got 5). Put it in quotes.",
        'tags must be a list (got "docker"). Write ["docker"].',
        'runUntagged must be true or false (got "no"). Write false.',
        "locked must be true or false (got 1). Write true.",
        'paused must be true or false (got "x"). Write one of them.',
        'maximumTimeout must be a number (got "3600"). Write it without quotes.',
        `note must be a text (got a list of 0). ${CORRECT}`,
        "rotationTrigger must be a text (got 1). Put it in quotes.",
    ],
    [
        "Runner",
        { tags: [5, "a", null], description: null },
        "tags[0] must be a text (got 5). Put it in quotes.",
        `tags[2] must be a text (got null). ${CORRECT}`,
        `description must be a text (got null). ${CORRECT}`,
        SCOPE,
    ],
    ["Runner", { scope: [OUTPUT] }, /^scope is not a scope \(got a list of 1\)\. Write \{ group: /],
    ["Runner", { scope: { gruop: OUTPUT } }, /^scope\.gruop is not a known key\. Did you mean "group"\?/],
    [
        "Runner",
        { scope: { group: [OUTPUT] } },
        /^scope\.group must be a group's full path or its id \(got a list of 1\)/,
    ],
    [
        "Runner",
        { scope: "instance", adopt: { description: "x", tags: ["a", 5] } },
        "adopt.tags[1] must be a text (got 5). Put it in quotes.",
    ],
    [
        "JobTokenAllowlist",
        undefined,
        `allow ${ALLOW}`,
        /^project is missing. Add a project's full path such as group\/project, or its id/,
    ],
    ["JobTokenAllowlist", { project: "a/b" }, `allow ${ALLOW}`],
    [
        "JobTokenAllowlist",
        { project: "a/b", allow: ["c/d"] },
        "allow must be a map (got a list of 1). Write { projects: [<path or id>], groups: [<path or id>] }.",
    ],
    [
        "JobTokenAllowlist",
        { project: "a/b", allow: { projects: "c/d", groups: 5 } },
        'allow.projects must be a list (got "c/d"). Write ["c/d"].',
        "allow.groups must be a list (got 5). Write [a, b].",
    ],
    [
        "JobTokenAllowlist",
        { project: "a/b", allow: OUTPUT },
        "allow must be known when the program runs (got an output). Put outputs inside it.",
    ],
    [
        "JobTokenAllowlist",
        { project: "a/b", allow: {}, enabled: "yes", mode: 5, policies: 7 },
        'enabled must be true or false (got "yes"). Write true.',
        /^mode must be one of/,
        /^policies /,
    ],
    [
        "JobTokenAllowlist",
        { project: "a/b", allow: { projects: ["a/c"] }, policies: { "a/c": OUTPUT } },
        "policies must be known when the program runs (got an output). Write a plain value.",
    ],
    [
        "RegistryAccess",
        undefined,
        `consumers ${ALLOW}`,
        /^producer is missing. Add a project's full path such as group\/project, or its id/,
    ],
    [
        "RegistryAccess",
        {},
        `consumers ${ALLOW}`,
        /^producer is missing. Add a project's full path such as group\/project, or its id/,
    ],
    [
        "RegistryAccess",
        { producer: "a/b", consumers: { groups: [null] }, checkMembership: 1, grantMembership: "c" },
        "checkMembership must be true or false (got 1). Write true.",
        /^consumers\.groups\[0\] /,
        /^grantMembership must be a map/,
    ],
    [
        "RegistryAccess",
        {
            producer: "a/b",
            consumers: { groups: ["c"] },
            grantMembership: [{ group: "c" }, pulumi.output({ group: "d" })],
        },
        "grantMembership[1] must be known when the program runs (got an output). Put outputs inside it.",
    ],
    ["RegistryAccess", 7, "args must be a map (got 7). Write { name: value }."],
    ["ExclusiveRunners", undefined, "runners is missing. Add the declared runners of the scope, [] for none.", SCOPE],
    [
        "ExclusiveRunners",
        { scope: "instance", runners: {} },
        "runners must be a list (got an empty map). Write [a, b].",
    ],
    [
        "ExclusiveRunners",
        { scope: "instance", runners: ["ci"], claim: { tags: "a", descriptions: [1] }, keep: [], limit: "5" },
        'runners[0] must be a Runner (got "ci"). Hand over the component itself: what new Runner("…", { … }) returned, or a reference to it in YAML.',
        'claim.tags must be a list (got "a"). Write ["a"].',
        "claim.descriptions[0] must be a text (got 1). Put it in quotes.",
        "keep must be a map (got a list of 0). Write its keys below it, as in { name: value }.",
        'limit must be a whole number, 0 or more (got "5"). Write it without quotes.',
    ],
    [
        "RunnerManager",
        undefined,
        "workers is missing. Add { runner, config } for each runner it serves, [] for none.",
        /^placement is missing/,
        /^config /,
    ],
    [
        "RunnerManager",
        {
            placement: { directory: "/x" },
            config: { concurrent: 1 },
            workers: [{}, { runner: "ci", config: {} }, null, { runner: OUTPUT, config: {} }],
        },
        "workers[0].runner is missing. Add the runner whose jobs it takes.",
        'workers[1].runner must be a Runner (got "ci"). Hand over the component itself: what new Runner("…", { … }) returned, or a reference to it in YAML.',
        "workers[2] must be a map (got null). Write { runner, config }.",
        'workers[3].runner must be a Runner (got an output). Hand over the component itself: what new Runner("…", { … }) returned, or a reference to it in YAML.',
    ],
    [
        "RunnerManager",
        { placement: { directory: "/x" }, config: 5, workers: [], gitlabUrl: 5, silence: "x" },
        "gitlabUrl must be a text (got 5). Put it in quotes.",
        'silence must be a list (got "x"). Write ["x"].',
        /^config must be a table \(got 5\)/,
    ],
    [
        "RunnerManager",
        { placement: 5, config: { concurrent: 1 }, workers: OUTPUT, online: "yes" },
        "workers must be known when the program runs (got an output). Put outputs inside it.",
        /^placement is not a placement \(got 5\)/,
        /^online must be true, false or a map \(got "yes"\)\. Write true, false or/,
    ],
    ["Fleet", undefined, "args is missing. Write { runners: { … }, managers: { … } }."],
    [
        "RunnerManager",
        { placement: { directory: "/x" }, config: { concurrent: 1 }, workers: [null], systemId: 5 },
        "workers[0] must be a map (got null). Write { runner, config }.",
        /^systemId must be /,
    ],
    ["Fleet", 5, "args must be a map (got 5). Write { name: value }."],
    ["RunnerManager", 5, "args must be a map (got 5). Write { name: value }."],
    [
        "RunnerManager",
        {
            placement: { docker: { transform: { contianer: () => ({}) } } },
            config: { concurrent: 1 },
            workers: [],
        },
        /^placement\.docker\.transform\.contianer is not a known key\. Did you mean "container"\?/,
    ],
    [
        "RunnerManager",
        {
            placement: { kubernetes: { namespace: "ci", transform: { secret: 5 } } },
            config: { concurrent: 1 },
            workers: [],
        },
        "placement.kubernetes.transform.secret must be a function (got 5). Give one in a program, or leave it out.",
    ],
    [
        "Fleet",
        {
            runners: [],
            managers: { m: { runners: "ci" } },
            exclusive: { e: undefined },
            registries: { "a/b": {} },
            stateLost: 1,
        },
        "runners must be a map (got a list of 0). Write its keys below it, as in { name: value }.",
        'managers.m.runners must be a list (got "ci"). Write ["ci"].',
        "exclusive.e is missing. Add its arguments: { name: value }.",
        `registries.a/b.consumers ${ALLOW}`,
        "stateLost must be true or false (got 1). Write true.",
        /^managers\.m\.placement is missing/,
        /^managers\.m\.config /,
    ],
    [
        "Fleet",
        { runners: { a: { scope: "instance", tags: 5 }, b: null, c: OUTPUT } },
        "runners.a.tags must be a list (got 5). Write [a, b].",
        "runners.b must be a map (got null). Write its keys below it, as in { name: value }.",
        "runners.c must be known when the program runs (got an output). Put outputs inside it.",
    ],
];

describe("arguments that are missing or of a wrong type", () => {
    for (const [component, args, ...answers] of MISTAKES) {
        const shown = args === OUTPUT ? "an output" : (JSON.stringify(args) ?? "nothing");
        it(`are told by name, all at once: ${component} with ${shown.slice(0, 100)}`, () => {
            expectMistakes([component, args, ...answers]);
        });
    }

    it("are told of a resource that stands in the place of a part, as of a runner that is no worker yet", () => {
        mockPulumi();
        const runner = new Runner("ci", { scope: "instance" });
        const args = { placement: { directory: "/x" }, config: { concurrent: 1 }, workers: [runner] };
        expect(() => declare("RunnerManager", args)).to.throw(
            pulumi.ResourceError,
            'RunnerManager "x": workers[0] must be a map (got a resource). Write { runner, config }.',
        );
    });

    it("are told of outputs, too, once they are known", async () => {
        mockPulumi();
        const args = { scope: "instance", tags: pulumi.output("docker"), description: pulumi.output(5) };
        const failures = await failuresAfter(() => declare("Runner", args));
        expect(failures.join("\n")).to.not.contain("Cannot read");
        expect(failures.join("\n")).to.contain('Runner "x": tags must be a list (got "docker"). Write ["docker"].');
        expect(failures.join("\n")).to.contain('Runner "x": description must be a text (got 5). Put it in quotes.');
    });

    it("are none of those that are right, whatever of them is an output", async () => {
        const world = mockPulumi({ ids: { projects: { "a/b": 1 }, groups: { g: 2 } } });
        const runner = new Runner("ci", {
            scope: { group: pulumi.output(2) },
            tags: [pulumi.output("a")],
            locked: pulumi.output(true),
            note: pulumi.output("x"),
        });
        new RunnerManager("m", {
            placement: { directory: pulumi.output("/x") },
            config: pulumi.output({ concurrent: 1 }),
            workers: [{ runner, config: pulumi.output({ executor: "shell" as const }) }],
            gitlabUrl: pulumi.output("https://a.org"),
        });
        new JobTokenAllowlist("p", {
            project: pulumi.output(1),
            allow: { groups: [pulumi.output(2)] },
            enabled: pulumi.output(true),
        });
        new ExclusiveRunners("e", { scope: { group: "g" }, runners: [runner] });
        new Fleet("f", {});
        await world.settled();
    });
});
