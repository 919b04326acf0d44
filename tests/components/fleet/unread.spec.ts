import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { Fleet, type FleetArgs } from "../../../components";
import { readStackConfig } from "../../../components/fleet/config";
import { warningsOf } from "../../helpers/outputs";
import { mockPulumi } from "../../helpers/pulumi-mocks";

const IDS = { groups: { apps: 1 }, projects: { "apps/etl": 11, "containers/poetry": 13 } };
const DECLARED: FleetArgs = {
    runners: { "my-runner": { scope: { group: "apps" }, config: { executor: "shell" } } },
    managers: {
        "ci-01": { placement: { directory: "/etc/gitlab-runner" }, runners: ["my-runner"], config: { concurrent: 1 } },
    },
    registries: { "containers/poetry": { consumers: { projects: ["apps/etl"] } } },
};

describe("a fleet that is not the one of the stack's file", () => {
    const unread = (config: Record<string, string>, declare: () => void) =>
        warningsOf(async () => {
            const world = mockPulumi({ ids: IDS, preview: true, config });
            declare();
            await world.settled();
        });

    it("warns once of what the stack's file declares and the program does not read", async () => {
        const config = {
            "gitlab-fleet:runners": '{ "small": { "scope": "instance" } }',
            "gitlab-fleet:registries": '{ "a/b": { "consumers": {} } }',
            "gitlab-fleet:managers": "{}",
            "gitlab:insecure": "false",
        };
        const said = await unread(config, () => {
            new Fleet("fleet", DECLARED);
            new Fleet("other", {});
        });
        expect(said).to.deep.equal([
            "The stack's configuration has gitlab-fleet:registries, gitlab-fleet:runners, of which no Fleet declares anything. Hand readStackConfig() to the Fleet (in other languages: the values), or remove the keys.",
        ]);
        const read = await unread({ "gitlab-fleet:runners": "{}", "gitlab-fleet:extends": "[]" }, () => {
            new Fleet("other", {});
            new Fleet("fleet", readStackConfig());
        });
        expect(read, "read after a first Fleet").to.deep.equal([]);
    });

    it("does not warn of what a program reads in its own way, as those in other languages must", async () => {
        const config = {
            "gitlab-fleet:runners": JSON.stringify(DECLARED.runners),
            "gitlab-fleet:managers": JSON.stringify(DECLARED.managers),
            "gitlab-fleet:registries": JSON.stringify(DECLARED.registries),
        };
        const said = await unread(config, () => {
            const own = new pulumi.Config("gitlab-fleet");
            new Fleet("own", { runners: own.requireObject("runners"), managers: own.requireObject("managers") });
            new Fleet("registries", { registries: own.requireObject("registries") });
        });
        expect(said).to.deep.equal([]);
    });

    it("warns of a stack's configuration that declares nothing", async () => {
        const said = await warningsOf(async () => {
            mockPulumi({ ids: IDS, preview: true, config: { "shop:runner": "a" } });
            new Fleet("fleet", readStackConfig());
        });
        expect(said).to.deep.equal([
            'The configuration of stack "prod" declares nothing: it has no key below gitlab-fleet:. Whatever it has declared before is deleted by up.',
        ]);
    });
});
