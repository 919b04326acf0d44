import { expect } from "chai";
import { COMPONENTS } from "../../construct/components";
import { components } from "../../construct/schema";
import { COMPONENT_OUTPUTS } from "../../construct/schema/outputs";
import { COMPONENT_SHAPES } from "../../construct/schema/shapes";
import { mockPulumi } from "../helpers/pulumi-mocks";

const ids = { groups: { apps: 7 }, projects: { "containers/poetry": 3, "apps/etl": 1 } };
const allow = { projects: ["apps/etl"] };
/** Arguments with which each component can be declared. */
const EXAMPLES: Record<string, object> = {
    "gitlab-fleet:index:Fleet": { runners: { ci: { scope: { group: "apps" } } } },
    "gitlab-fleet:index:Runner": { scope: { group: "apps" } },
    "gitlab-fleet:index:RunnerManager": {
        placement: { directory: "/srv/etc" },
        config: { concurrent: 1 },
        workers: [],
    },
    "gitlab-fleet:index:JobTokenAllowlist": { project: "containers/poetry", allow },
    "gitlab-fleet:index:RegistryAccess": { producer: "containers/poetry", consumers: allow },
    "gitlab-fleet:index:ExclusiveScope": { scope: { group: "apps" }, runners: [] },
};

describe("components for other languages", () => {
    it("are the same in the schema, in its shapes and in the plugin", () => {
        const names = Object.keys(COMPONENTS);
        expect(Object.keys(COMPONENT_SHAPES)).to.have.members(names);
        expect(Object.keys(COMPONENT_OUTPUTS)).to.have.members(names);
        expect(Object.keys(components.resources)).to.have.members(names);
    });

    it("say of each argument what it is, of those inside of others, too", () => {
        const maps = Object.entries<{ properties?: object; inputProperties?: object }>({
            ...components.types,
            ...components.resources,
        });
        const silent = maps.flatMap(([type, { properties, inputProperties }]) =>
            Object.entries<{ description?: string }>({ ...properties, ...inputProperties })
                .filter(([, { description = "" }]) => description === "")
                .map(([key]) => `${type} ${key}`),
        );
        expect(silent).to.deep.equal([]);
    });

    for (const [type, { make, outputs }] of Object.entries(COMPONENTS)) {
        it(`give what the schema says of ${type}`, async () => {
            const world = mockPulumi({ ids });
            const component = make("one", EXAMPLES[type], {});
            expect((component as unknown as { __pulumiType: string }).__pulumiType).to.equal(type);
            expect(Object.keys(outputs(component))).to.have.members(Object.keys(COMPONENT_OUTPUTS[type]!.properties));
            await world.settled();
        });
    }
});
