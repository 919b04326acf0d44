import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import {
    FleetProvider,
    GitlabProvider,
    JobTokenAllowlist,
    type JobTokenAllowlistArgs,
    RegistryAccess,
} from "../../../components";
import { failuresAfter, resolved } from "../../helpers/outputs";
import { mockPulumi } from "../../helpers/pulumi-mocks";

const WHOLE_LIST = "gitlab:index/projectJobTokenScopes:ProjectJobTokenScopes";
const ONE_ENTRY = "gitlab:index/projectJobTokenScope:ProjectJobTokenScope";
const IDS = {
    projects: { "containers/poetry": 3, "apps/etl": 12, "apps/web": 4 },
    groups: { apps: 9, infra: 2 },
};

function messageOf(declare: () => unknown): string {
    try {
        declare();
    } catch (failure) {
        return (failure as Error).message;
    }
    throw new Error("expected a failure");
}

describe("JobTokenAllowlist", () => {
    it("declares the whole list as one resource, with ids in ascending order", async () => {
        const world = mockPulumi({ ids: IDS });
        const list = new JobTokenAllowlist("poetry", {
            project: "containers/poetry",
            allow: { projects: ["apps/etl", "apps/web", 5], groups: ["apps", "infra"] },
        });
        await world.settled();
        expect(world.inputsOf(WHOLE_LIST)).to.deep.equal([
            { project: "3", enabled: true, targetProjectIds: [4, 5, 12], targetGroupIds: [2, 9] },
        ]);
        expect(world.of(ONE_ENTRY)).to.deep.equal([]);
        expect(world.calls).to.have.length(1);
        expect(await resolved(list.projectId)).to.equal(3);
        expect(await resolved(list.targetProjectIds)).to.deep.equal([4, 5, 12]);
        expect(await resolved(list.targetGroupIds)).to.deep.equal([2, 9]);
    });

    it("declares an empty list, which closes the project, and an open project", async () => {
        const world = mockPulumi({ ids: IDS });
        new JobTokenAllowlist("closed", { project: 3, allow: {} });
        new JobTokenAllowlist("open", { project: 4, allow: {}, enabled: false });
        await world.settled();
        expect(world.inputsOf(WHOLE_LIST)).to.have.deep.members([
            { project: "3", enabled: true, targetProjectIds: [], targetGroupIds: [] },
            { project: "4", enabled: false, targetProjectIds: [], targetGroupIds: [] },
        ]);
    });

    it("declares each entry alone in mode additive, named after what the user wrote, and not the project's switch", async () => {
        const world = mockPulumi({ ids: IDS });
        new JobTokenAllowlist("poetry", {
            project: "containers/poetry",
            allow: { projects: ["apps/etl", 5], groups: ["infra"] },
            mode: "additive",
        });
        await world.settled();
        expect(world.of(ONE_ENTRY).map(({ name, inputs }) => [name, inputs])).to.have.deep.members([
            ["poetry-projects/apps/etl", { project: "3", targetProjectId: 12 }],
            ["poetry-projects/5", { project: "3", targetProjectId: 5 }],
            ["poetry-groups/infra", { project: "3", targetGroupId: 2 }],
        ]);
        expect(world.of(WHOLE_LIST)).to.deep.equal([]);
    });

    it("reports every problem of its arguments at once", () => {
        mockPulumi();
        const args = {
            project: "poetry",
            allow: {
                projects: ["", "apps//etl", "https://git.example.org/apps/etl", 0, "apps/web", "Apps/Web"],
                groups: [" x"],
            },
            mode: "aditive",
        } as unknown as JobTokenAllowlistArgs;
        const project = "a project's full path such as group/project, or its id";
        expect(messageOf(() => new JobTokenAllowlist("p", args)).split("\n")).to.deep.equal([
            `JobTokenAllowlist "p": project must name the project's group as well (got "poetry"). Give ${project}.`,
            `JobTokenAllowlist "p": allow.projects[0] must not be empty (got ""). Give ${project}.`,
            `JobTokenAllowlist "p": allow.projects[1] must not begin or end with a slash or have two in a row (got "apps//etl"). Give ${project}.`,
            `JobTokenAllowlist "p": allow.projects[2] must be a path, not a URL (got "https://git.example.org/apps/etl"). Give ${project}.`,
            `JobTokenAllowlist "p": allow.projects[3] is not a possible id (got 0). Give ${project}.`,
            `JobTokenAllowlist "p": allow.groups[0] must not contain spaces (got " x"). Give a group's full path or its id.`,
            'JobTokenAllowlist "p": mode must be one of exclusive, additive (got "aditive"). Did you mean "additive"?',
            'JobTokenAllowlist "p": allow.projects[5] repeats allow.projects[4] (got "Apps/Web"). Remove one of them.',
        ]);
    });

    it("refuses the project itself, more than 200 entries, and a switch in mode additive", () => {
        mockPulumi();
        const many = Array.from({ length: 201 }, (_, index) => index + 1000);
        const own = { project: "containers/poetry", allow: { projects: ["Containers/Poetry"] } };
        expect(messageOf(() => new JobTokenAllowlist("p", own))).to.equal(
            'JobTokenAllowlist "p": allow.projects[0] is the project itself (got "Containers/Poetry"). Remove it: a project\'s own jobs always have access.',
        );
        expect(
            messageOf(
                () =>
                    new JobTokenAllowlist("p", {
                        project: 3,
                        allow: { projects: many, groups: many },
                        mode: "additive",
                    }),
            ),
        ).to.equal(
            [
                'JobTokenAllowlist "p": allow.projects must have at most 200 entries, GitLab\'s limit (got 201). Allow a group in place of its projects.',
                'JobTokenAllowlist "p": allow.groups must have at most 200 entries, GitLab\'s limit (got 201). Allow a parent group in place of its groups.',
            ].join("\n"),
        );
        expect(
            messageOf(() => new JobTokenAllowlist("p", { project: 3, allow: {}, mode: "additive", enabled: true })),
        ).to.equal(
            'JobTokenAllowlist "p": enabled belongs to mode exclusive; mode additive leaves the project\'s switch alone (got true). Remove it, or set mode to exclusive.',
        );
    });

    it("finds the project itself and doubles among ids and outputs once they are known, and creates nothing", async () => {
        for (const mode of ["exclusive", "additive"] as const) {
            const world = mockPulumi({ ids: IDS });
            const failures = await failuresAfter(() => {
                new JobTokenAllowlist("own", { project: "containers/poetry", allow: { projects: [3] }, mode });
                new JobTokenAllowlist("twice", { project: 77, allow: { groups: ["apps", pulumi.output(9)] }, mode });
            });
            expect(failures).to.have.members([
                'JobTokenAllowlist "own": allow.projects has the project itself (got id 3). Remove it: a project\'s own jobs always have access.',
                'JobTokenAllowlist "twice": allow.groups names one group twice, by its path and by its id (got id 9). Remove one of them.',
            ]);
            expect([...world.of(WHOLE_LIST), ...world.of(ONE_ENTRY)]).to.deep.equal([]);
        }
    });

    it("keeps the lists of two GitLabs apart, whose projects have the same paths and ids", async () => {
        const world = mockPulumi({ ids: IDS });
        const failures = await failuresAfter(() => {
            for (const name of ["here", "there"]) {
                const where = { baseUrl: `https://${name}.test/api/v4/` };
                const providers = [new GitlabProvider(name, where), new FleetProvider(name, where)];
                new JobTokenAllowlist(name, { project: "containers/poetry", allow: {} }, { providers });
            }
        });
        await world.settled();
        expect(failures).to.deep.equal([]);
        expect(world.inputsOf(WHOLE_LIST).map(({ project }) => project)).to.deep.equal(["3", "3"]);
    });

    it("refuses a second declaration of one project's list", () => {
        mockPulumi({ ids: IDS });
        new JobTokenAllowlist("one", { project: "containers/poetry", allow: {} });
        expect(messageOf(() => new JobTokenAllowlist("two", { project: "Containers/poetry", allow: {} }))).to.equal(
            'JobTokenAllowlist "two": project has its allowlist declared by JobTokenAllowlist "one" already (got "Containers/poetry"). Declare it once, with the entries of both.',
        );
    });
});

describe("RegistryAccess", () => {
    it("refuses what is an allowlist's argument and not its own", () => {
        mockPulumi();
        const args = { producer: "containers/poetry", consumers: {}, project: 5, allow: { groups: ["infra"] } };
        expect(messageOf(() => new RegistryAccess("poetry", args)).split("\n")).to.deep.equal([
            'RegistryAccess "poetry": project is not a known key here. It belongs deeper: consumers.projects.',
            'RegistryAccess "poetry": allow is not a known key. Remove it, or use one of producer, consumers, mode, enabled, compact, onDestroy, policies, grantMembership, checkMembership.',
        ]);
    });

    it("opens the producer's allowlist to the consumers", async () => {
        const world = mockPulumi({ ids: IDS });
        new RegistryAccess("poetry", {
            producer: "containers/poetry",
            consumers: { projects: ["apps/etl"], groups: ["infra"] },
        });
        await world.settled();
        expect(world.inputsOf(WHOLE_LIST)).to.deep.equal([
            { project: "3", enabled: true, targetProjectIds: [12], targetGroupIds: [2] },
        ]);
    });

    it("speaks of producer and consumers where something is wrong", () => {
        mockPulumi();
        const args = { producer: "containers/poetry", consumers: { projects: ["containers/poetry", ""] } };
        expect(messageOf(() => new RegistryAccess("poetry", args)).split("\n")).to.deep.equal([
            'RegistryAccess "poetry": consumers.projects[1] must not be empty (got ""). Give a project\'s full path such as group/project, or its id.',
            'RegistryAccess "poetry": consumers.projects[0] is the producer itself (got "containers/poetry"). Remove it: a project\'s own jobs always have access.',
        ]);
    });
});
