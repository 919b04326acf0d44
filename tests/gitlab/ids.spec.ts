import { expect } from "chai";
import { packages } from "../../provider/packages";
import { checkAgainstSchema, type SchemaSpec, type TypeSpec } from "../../provider/schema-check";

const NO_IDS = [0, -7, 2 ** 53];

describe("ids in the inputs of every resource", () => {
    for (const { schema } of Object.values(packages)) {
        const { resources } = schema as unknown as SchemaSpec;
        for (const [token, { inputProperties }] of Object.entries(resources)) {
            const ids = Object.entries(inputProperties).filter(([name, spec]) => isId(name, spec));
            if (ids.length === 0) continue;
            it(`are refused where no group and no project can have them: ${token}`, () => {
                for (const [name, spec] of ids) {
                    for (const value of NO_IDS) {
                        const given = spec.type === "array" ? [7, value] : value;
                        const path = spec.type === "array" ? `${name}[1]` : name;
                        const { failures } = checkAgainstSchema(schema as unknown as SchemaSpec, token, {
                            [name]: given,
                        });
                        const reasons = failures.map(({ path, message }) => `${path} ${message}`);
                        expect(reasons.join("\n")).to.contain(`${path} must be GitLab's number of the `);
                    }
                }
            });
        }
    }
});

function isId(name: string, spec: TypeSpec): boolean {
    return /ids?$/i.test(name) && (spec.items ?? spec).type === "integer";
}
