import * as fleet from "@gitlab-fleet/sdk";
import * as gitlab from "@pulumi/gitlab";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { Runner, type RunnerArgs, RunnerManager } from "../../../components";
import { failuresAfter, resolved } from "../../helpers/outputs";
import { mockPulumi } from "../../helpers/pulumi-mocks";

const USER_RUNNER = "gitlab:index/userRunner:UserRunner";
const DEFAULTS = { accessLevel: "not_protected", locked: false, paused: false, tagLists: [], untagged: true };
const MARKER = "managed-by: gitlab-fleet shop/prod#k7m2x9pq4w/ci";

/** Expects the whole text of an error. */
function expectError(declare: () => unknown, text: string): void {
    expect(declare).to.throw().with.property("message", text);
}

describe("Runner", () => {
    it("declares every setting, defaults too, and nothing else", async () => {
        const world = mockPulumi();
        new Runner("ci", { scope: "instance" });
        await world.settled();
        expect(world.inputsOf(USER_RUNNER)).to.deep.equal([
            { ...DEFAULTS, runnerType: "instance_type", description: "ci", maintenanceNote: MARKER },
        ]);
    });

    it("passes on what is given", async () => {
        const world = mockPulumi();
        new Runner("ci", {
            scope: { project: 7 },
            description: "Docker, small",
            tags: ["docker", "fastapi"],
            runUntagged: false,
            accessLevel: "ref_protected",
            locked: true,
            paused: true,
            maximumTimeout: 3600,
            note: "ask ops",
        });
        await world.settled();
        expect(world.inputsOf(USER_RUNNER)).to.deep.equal([
            {
                runnerType: "project_type",
                projectId: 7,
                description: "Docker, small",
                tagLists: ["docker", "fastapi"],
                untagged: false,
                accessLevel: "ref_protected",
                locked: true,
                paused: true,
                maximumTimeout: 3600,
                maintenanceNote: `${MARKER}\nask ops`,
            },
        ]);
    });

    it("makes one component, one runner and one token, and asks nothing, when the scope is an id", async () => {
        const world = mockPulumi();
        new Runner("ci", { scope: { group: 42 } });
        await world.settled();
        expect(world.registered.map(({ type, name }) => [type, name])).to.have.deep.members([
            ["gitlab-fleet:index:Runner", "ci"],
            [USER_RUNNER, "ci"],
            ["gitlab-fleet:index:RunnerToken", "ci"],
            ["pulumi:providers:gitlab-fleet", "gitlab-fleet"],
            ["gitlab-fleet:index:StackIdentity", "stack"],
        ]);
        expect(world.inputsOf(USER_RUNNER)[0]).to.include({ runnerType: "group_type", groupId: 42 });
        expect(world.calls).to.deep.equal([]);
    });

    it("refuses a name that maps in JavaScript lose, or at which the SDK ends", () => {
        mockPulumi();
        for (const name of ["__proto__", "toString"])
            expect(() => new Runner(name, { scope: { group: 1 } })).to.throw(`must not be ${name}`);
    });

    it("refuses a name with invisible characters, by their number; what joins an emoji is none", () => {
        mockPulumi();
        const declare = (name: string) => new Runner(name, { scope: { group: 1 } });
        for (const [name, code] of Object.entries({
            "a\u202egnp": "U+202E",
            "a\u200bb": "U+200B",
            "a\u0085b": "U+0085",
        }))
            expect(() => declare(name)).to.throw(`must not hold invisible characters (${code} in `);
        declare("a \u{1f469}\u200d\u{1f467} b");
    });

    it("refuses a name that is a token: it would be the description that everybody reads in GitLab", () => {
        mockPulumi();
        expect(() => new Runner("glrt-abcdefghijklmnopqrst", { scope: { group: 1 } })).to.throw(
            "must not be a token (got a secret of 25 characters)",
        );
    });

    it("refuses tags, groups and directories with invisible characters: no job and no group has those", () => {
        mockPulumi();
        const said = "must not hold invisible characters (U+200B in ";
        const runner = new Runner("ok", { scope: { group: 1 } });
        const placement = { directory: "/etc/git\u200blab-runner" };
        expect(() => new Runner("a", { scope: { group: 1 }, tags: ["doc\u200bker"] })).to.throw(`tags[0] ${said}`);
        expect(() => new Runner("b", { scope: { group: "ap\u200bps" } })).to.throw(`scope.group ${said}`);
        expect(
            () =>
                new RunnerManager("m", {
                    placement,
                    config: { concurrent: 1 },
                    workers: [{ runner, config: { executor: "shell" } }],
                }),
        ).to.throw(`placement.directory ${said}`);
    });

    it("looks up the paths of all runners with one call", async () => {
        const world = mockPulumi({ ids: { groups: { apps: 1, infra: 2 }, projects: { "apps/etl": 7 } } });
        new Runner("one", { scope: { group: "apps" } });
        new Runner("two", { scope: { group: "infra" } });
        new Runner("three", { scope: { project: "apps/etl" } });
        new Runner("four", { scope: { group: "apps" } });
        await world.settled();
        expect(world.calls).to.deep.equal([
            { token: "gitlab-fleet:index:resolvePaths", inputs: { groups: ["apps", "infra"], projects: ["apps/etl"] } },
        ]);
        const places = world.of(USER_RUNNER).map(({ name, inputs }) => [name, inputs.groupId, inputs.projectId]);
        expect(places).to.have.deep.members([
            ["one", 1, undefined],
            ["two", 2, undefined],
            ["three", undefined, 7],
            ["four", 1, undefined],
        ]);
    });

    it("takes the id of a group that another resource makes", async () => {
        const world = mockPulumi({ ids: { groups: { apps: 5 } } });
        new Runner("by-id", { scope: { group: pulumi.output("42") } });
        new Runner("by-path", { scope: { group: pulumi.output("apps") } });
        await world.settled();
        expect(world.inputsOf(USER_RUNNER).map(({ groupId }) => groupId)).to.have.members([42, 5]);
    });

    it("asks whether digits are an id or a path, takes either when it is said, and takes digits of an output for an id", async () => {
        const world = mockPulumi({ ids: { groups: { "2": 77 } } });
        expect(() => new Runner("which", { scope: { group: "2" } })).to.throw(
            'Runner "which": scope.group may be an id or a path (got "2"). Write 2, without quotes, for the group with that id, or "/2" for the one with that path.',
        );
        new Runner("id", { scope: { group: 2 } });
        new Runner("path", { scope: { group: "/2" } });
        new Runner("output", { scope: { group: pulumi.output("2") } });
        new Runner("project", { scope: { project: "5" } });
        await world.settled();
        const places = world.inputsOf(USER_RUNNER).map(({ groupId, projectId }) => groupId ?? projectId);
        expect(places).to.have.members([2, 77, 2, 5]);
    });

    it("finds at preview, with one call, that an id does not exist", async () => {
        const world = mockPulumi({ preview: true, ids: { groups: { apps: 5 } } });
        const failures = await failuresAfter(() => {
            new Runner("one", { scope: { group: 4 } });
            new Runner("two", { scope: { group: 4711 } });
            new Runner("three", { scope: { project: 4712 } });
            new Runner("four", { scope: { group: "apps" } });
        });
        expect(failures).to.deep.equal([
            'Runner "two": GitLab has no group with id 4711, or the token may not see it.\n' +
                'Runner "three": GitLab has no project with id 4712, or the token may not see it.\n' +
                "Correct what is misspelt or has another path now, take out what was deleted, or use a token of a member.",
        ]);
        expect(world.calls).to.deep.equal([
            {
                token: "gitlab-fleet:index:resolvePaths",
                inputs: { projects: [], groups: ["apps"], projectIds: [4712], groupIds: [4, 4711] },
            },
        ]);
    });

    it("hands out the id as a number and the token as a secret", async () => {
        const world = mockPulumi();
        const runner = new Runner("ci", { scope: "instance" });
        await world.settled();
        expect(await resolved(runner.id)).to.be.a("number");
        expect(await resolved(runner.token)).to.equal("glrt-ci-token");
        expect(await pulumi.isSecret(runner.token)).to.equal(true);
    });

    it("says of a project that is named as a group what it is, and the other way round", async () => {
        mockPulumi({ ids: { groups: { "apps/web": 1 }, projects: { "apps/etl": 2 } } });
        const failures = await failuresAfter(() => {
            new Runner("one", { scope: { group: "apps/etl" } });
            new Runner("two", { scope: { project: "apps/web" } });
            new Runner("three", { scope: { group: "apps/nosuch" } });
        });
        expect(failures).to.deep.equal([
            'Runner "one": "apps/etl" is a project, and no group. Name it as a project.\n' +
                'Runner "two": "apps/web" is a group, and no project. Name it as a group.\n' +
                'Runner "three": GitLab has no group "apps/nosuch", or the token may not see it.\n' +
                "Correct what is misspelt or has another path now, take out what was deleted, or use a token of a member.",
        ]);
    });

    it("names the group that does not exist once, without a word about our own properties", async () => {
        const world = mockPulumi({ ids: { groups: {} } });
        const failures = await failuresAfter(() => {
            new Runner("one", { scope: { group: "nosuch" } });
            new Runner("two", { scope: { group: "nosuch" } });
        });
        expect(failures).to.deep.equal([
            'Runner "one", Runner "two": GitLab has no group "nosuch", or the token may not see it.\n' +
                "Correct what is misspelt or has another path now, take out what was deleted, or use a token of a member.",
        ]);
        expect(world.of(USER_RUNNER)).to.deep.equal([]);
    });

    it("reports every problem of its arguments at once", () => {
        mockPulumi();
        const args = {
            scope: { group: "apps", project: "apps/etl" },
            description: "",
            tags: ["docker", "", "docker", "a,b", " x"],
            accessLevel: "protected",
            maximumTimeout: 60,
            note: "x".repeat(2000),
        } as unknown as RunnerArgs;
        expectError(
            () => new Runner("ci", args),
            [
                'Runner "ci": scope has both group and project, but a runner belongs to one of them. Keep one and remove the other.',
                'Runner "ci": description must not be empty (got ""). Describe the runner, or leave it out.',
                'Runner "ci": tags[1] must not be empty (got ""). Name a tag, or remove the entry.',
                'Runner "ci": tags[2] repeats tags[0] (got "docker"). Remove one of them.',
                'Runner "ci": tags[3] must not hold a comma (got "a,b"). Write one entry for each tag.',
                'Runner "ci": tags[4] must not begin or end with a space (got " x"). Remove the space.',
                'Runner "ci": accessLevel must be one of not_protected, ref_protected (got "protected"). Choose one of them.',
                'Runner "ci": maximumTimeout must be at least 600 seconds (got 60). Raise it or leave it out.',
                `Runner "ci": note must have at most ${1024 - MARKER.length - 1} characters, since GitLab takes 1024 and the marker needs ${MARKER.length + 1} (got 2000). Shorten it.`,
            ].join("\n"),
        );
    });

    it("refuses runUntagged: false without tags, more than 50 tags and an empty name", () => {
        mockPulumi();
        expectError(
            () => new Runner("idle", { scope: "instance", runUntagged: false }),
            'Runner "idle": runUntagged must not be false without tags, or no job could ever match (got false). Add tags, or set it to true.',
        );
        expectError(
            () =>
                new Runner("many", { scope: "instance", tags: Array.from({ length: 52 }, (_, index) => `t${index}`) }),
            'Runner "many": tags must have at most 50 entries (got 52). Remove 2 of them.',
        );
        expectError(
            () => new Runner(" ", { scope: "instance" }),
            'Runner " ": name must not be empty (got " "). Give it a name.',
        );
    });

    it("accepts a note that fills GitLab's limit to the last character", async () => {
        const world = mockPulumi();
        new Runner("ci", { scope: "instance", note: "x".repeat(1024 - MARKER.length - 1) });
        await world.settled();
        expect(String(world.inputsOf(USER_RUNNER)[0]!.maintenanceNote)).to.have.length(1024);
    });

    it("checks an output once it is known, and creates nothing when it is wrong", async () => {
        const world = mockPulumi();
        const failures = await failuresAfter(
            () => new Runner("ci", { scope: "instance", maximumTimeout: pulumi.output(60) }),
        );
        expect(failures).to.deep.equal([
            'Runner "ci": maximumTimeout must be at least 600 seconds (got 60). Raise it or leave it out.',
        ]);
        expect(world.of(USER_RUNNER)).to.deep.equal([]);
    });

    it("refuses two runners of one name, which would share a marker", () => {
        mockPulumi();
        new Runner("ci", { scope: "instance" });
        expectError(
            () => new Runner("ci", { scope: { group: 1 } }),
            'Runner "ci": name is taken by another runner of this program. Rename one: the name is in the marker by which the program knows its runners again.',
        );
    });

    it("uses the provider that was given to it, and asks for both packages' providers when one is missing", async () => {
        const world = mockPulumi({ ids: { groups: { apps: 1 } } });
        const provider = new gitlab.Provider("other", { baseUrl: "https://git.example.org/api/v4/" });
        const ours = new fleet.Provider("other", { baseUrl: "https://git.example.org/api/v4/" });
        for (const [given, one, other] of [
            [provider, "gitlab", "gitlab-fleet"],
            [ours, "gitlab-fleet", "gitlab"],
        ] as const) {
            expectError(
                () => new Runner(one, { scope: { group: "apps" } }, { provider: given }),
                `A provider of package ${one} was given, but none of package ${other}. ` +
                    "Give both: { providers: [gitlabProvider, fleetProvider] }, with the same baseUrl and token.",
            );
        }
        new Runner("by-id", { scope: { group: 1 } }, { providers: [provider, ours] });
        await world.settled();
        expect(world.of(USER_RUNNER)[0]!.provider).to.match(/::other::/);
        expect(world.of("gitlab-fleet:index:RunnerToken")[0]!.provider).to.match(/::other::/);
    });
});
