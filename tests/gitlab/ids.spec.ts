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
                for (const [[name, { type }], value] of ids.flatMap((id) => NO_IDS.map((no) => [id, no] as const))) {
                    const [path, given] = type === "array" ? [`${name}[1]`, [7, value]] : [name, value];
                    const { failures } = checkAgainstSchema(schema as unknown as SchemaSpec, token, { [name]: given });
                    const reasons = failures.map(({ path, message }) => `${path} ${message}`);
                    expect(reasons.join("\n")).to.contain(`${path} must be GitLab's number of the `);
                }
            });
        }
    }
});

function isId(name: string, spec: TypeSpec): boolean {
    return /ids?$/i.test(name) && (spec.items ?? spec).type === "integer";
}
