import { expect } from "chai";
import {
    JobTokenAllowlist,
    type JobTokenAllowlistArgs,
    RegistryAccess,
    type RegistryAccessArgs,
} from "../../../components";
import { failuresAfter } from "../../helpers/outputs";
import { mockPulumi } from "../../helpers/pulumi-mocks";

const IDS = { projects: { "containers/poetry": 3, "apps/etl": 12 }, groups: { infra: 2, "apps/web": 5 } };
const POLICIES = "gitlab-fleet:index:JobTokenPolicies";
const BACKUP = "gitlab-fleet:index:AllowlistBackup";
const SHARE = "gitlab:index/projectShareGroup:ProjectShareGroup";

describe("JobTokenAllowlist's further arguments", () => {
    const args: JobTokenAllowlistArgs = {
        project: "containers/poetry",
        allow: { projects: ["apps/etl"], groups: ["infra"] },
    };

    it("declares permissions for all entries, or for those named", async () => {
        const world = mockPulumi({ ids: IDS });
        new JobTokenAllowlist("all", { ...args, policies: "pull" });
        await world.settled();
        expect(world.inputsOf(POLICIES)).to.deep.equal([
            {
                project: "3",
                entries: [
                    { targetProjectId: 12, policies: ["READ_PACKAGES"] },
                    { targetGroupId: 2, policies: ["READ_PACKAGES"] },
                ],
            },
        ]);
        const other = mockPulumi({ ids: IDS });
        new JobTokenAllowlist("one", { ...args, policies: { "apps/etl": ["READ_RELEASES", "READ_JOBS"] } });
        await other.settled();
        expect(other.inputsOf(POLICIES)).to.deep.equal([
            { project: "3", entries: [{ targetProjectId: 12, policies: ["READ_JOBS", "READ_RELEASES"] }] },
        ]);
    });

    it("declares neither permissions nor a backup unless asked", async () => {
        const world = mockPulumi({ ids: IDS });
        new JobTokenAllowlist("p", { ...args, onDestroy: "withdraw" });
        await world.settled();
        expect([...world.of(POLICIES), ...world.of(BACKUP)]).to.deep.equal([]);
    });

    it("keeps the list as it was, to be put back", async () => {
        const world = mockPulumi({ ids: IDS });
        new JobTokenAllowlist("p", { ...args, onDestroy: "restore" });
        await world.settled();
        expect(world.inputsOf(BACKUP)).to.deep.equal([{ project: "3", onDestroy: "restore" }]);
    });

    it("has the list closed by what outlives it, because the published package's list knows no such choice", async () => {
        const world = mockPulumi({ ids: IDS });
        new JobTokenAllowlist("p", { ...args, onDestroy: "close" });
        await world.settled();
        expect(world.inputsOf(BACKUP)).to.deep.equal([{ project: "3", onDestroy: "close" }]);
    });

    it("tells the plugin in up whose lists the program has, all of them together, and in a preview nothing", async () => {
        for (const [preview, noted] of [
            [false, [3, 12]],
            [true, []],
        ] as const) {
            const world = mockPulumi({ ids: IDS, preview });
            new JobTokenAllowlist("p", args);
            new JobTokenAllowlist("q", { project: "apps/etl", allow: {}, mode: "additive" });
            await world.settled();
            expect(world.noted).to.deep.equal(noted);
        }
    });

    it("refuses what cannot work, all at once", () => {
        mockPulumi({ ids: IDS });
        const wrong = {
            ...args,
            mode: "additive",
            compact: true,
            onDestroy: "restor",
            policies: { "apps/elt": "pull", infra: ["read"] },
        } as unknown as JobTokenAllowlistArgs;
        expect(() => new JobTokenAllowlist("p", wrong)).to.throw(
            [
                'JobTokenAllowlist "p": onDestroy must be one of withdraw, close, restore (got "restor"). Did you mean "restore"?',
                'JobTokenAllowlist "p": policies.infra[0] must be one of GitLab\'s permissions, such as READ_PACKAGES (got "read"). Correct it.',
                'JobTokenAllowlist "p": compact belongs to mode exclusive; mode additive does not know the whole list (got true). Remove it, or set mode to exclusive.',
                'JobTokenAllowlist "p": policies.apps/elt is not an entry of the list (got "apps/elt"). Did you mean "apps/etl"?',
                'JobTokenAllowlist "p": policies cannot name entries where compact may fold them into groups (got a map). Use pull, or remove compact.',
            ].join("\n"),
        );
    });
});

describe("RegistryAccess's memberships", () => {
    const args: RegistryAccessArgs = { producer: "containers/poetry", consumers: { projects: ["apps/etl"] } };

    it("shares the producer with the groups that get membership, as reporters unless told otherwise", async () => {
        const world = mockPulumi({ ids: IDS });
        new RegistryAccess("poetry", {
            ...args,
            grantMembership: [{ group: "infra" }, { group: "apps/web", role: "developer" }],
        });
        await world.settled();
        expect(world.inputsOf(SHARE)).to.deep.equal([
            { project: "3", groupId: 2, groupAccess: "reporter" },
            { project: "3", groupId: 5, groupAccess: "developer" },
        ]);
    });

    it("asks in a preview, and only there, whose people may not pull", async () => {
        for (const [preview, checkMembership, expected] of [
            [true, undefined, 1],
            [true, false, 0],
            [false, true, 0],
        ] as const) {
            const asked: unknown[] = [];
            const findMembershipGaps = (inputs: Record<string, unknown>) => {
                asked.push(inputs);
                return { gaps: [] };
            };
            const world = mockPulumi({ ids: IDS, preview, answers: { findMembershipGaps } });
            new RegistryAccess("poetry", { ...args, checkMembership, grantMembership: { group: "infra" } });
            await world.settled();
            expect(asked).to.have.length(expected);
            if (expected === 1)
                expect(asked).to.deep.equal([{ project: 3, projects: [12], groups: [], grantedGroups: [2] }]);
        }
    });

    it("refuses at preview to share the producer with a group that it is in, when only ids tell", async () => {
        const describeConsumers = () => ({
            projects: { 3: "containers/poetry" },
            groups: { 9: "containers" },
            personal: [],
            neighbours: [],
        });
        const findMembershipGaps = () => ({ gaps: [] });
        const world = mockPulumi({ ids: IDS, preview: true, answers: { describeConsumers, findMembershipGaps } });
        const failures = await failuresAfter(() => {
            new RegistryAccess("poetry", { ...args, grantMembership: { group: 9 } });
        });
        expect(failures).to.deep.equal([
            'RegistryAccess "poetry": grantMembership.group is a group that the producer is in (got id 9, containers): its people are members already, and GitLab refuses to share with it. Remove it.',
        ]);
        expect(world.of(SHARE)).to.deep.equal([]);
    });

    it("says of each project and group that GitLab does not have where it stands", async () => {
        mockPulumi({ ids: IDS });
        const failures = await failuresAfter(() => {
            new RegistryAccess("poetry", {
                producer: "containers/poetry",
                consumers: { projects: ["apps/etl", "apps/etll"], groups: ["nobody"] },
                grantMembership: { group: "nobody" },
            });
            new JobTokenAllowlist("list", { project: "containers/lst", allow: { projects: ["apps/etl"] } });
        });
        expect(failures).to.deep.equal([
            [
                'RegistryAccess "poetry": consumers.projects[1]: GitLab has no project "apps/etll", or the token may not see it.',
                'RegistryAccess "poetry": consumers.groups[0], RegistryAccess "poetry": grantMembership.group: GitLab has no group "nobody", or the token may not see it.',
                'JobTokenAllowlist "list": project: GitLab has no project "containers/lst", or the token may not see it.',
                "Correct what is misspelt or has another path now, take out what was deleted, or use a token of a member.",
            ].join("\n"),
        ]);
    });

    it("refuses a role that cannot pull", () => {
        mockPulumi({ ids: IDS });
        const guest = { ...args, grantMembership: { group: "infra", role: "guest" } } as unknown as RegistryAccessArgs;
        expect(() => new RegistryAccess("poetry", guest)).to.throw(
            'RegistryAccess "poetry": grantMembership.role must be one of reporter, developer, maintainer, owner (got "guest"). A smaller role cannot pull private images.',
        );
    });

    it("refuses to share the producer with a group that it is in", () => {
        mockPulumi({ ids: IDS });
        const own = (group: string) => ({ ...args, producer: "Containers/tools/lint", grantMembership: [{ group }] });
        for (const group of ["containers", "containers/Tools"]) {
            expect(() => new RegistryAccess("lint", own(group))).to.throw(
                `RegistryAccess "lint": grantMembership[0].group is a group that the producer is in (got "${group}"): its people are members already, and GitLab refuses to share with it. Remove it.`,
            );
        }
    });
});
