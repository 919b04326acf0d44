import { expect } from "chai";
import { type Props, UNKNOWN } from "../../core/props";
import { checkAgainstSchema, type SchemaSpec } from "../../provider/schema-check";

const SCHEMA: SchemaSpec = {
    resources: {
        thing: {
            inputProperties: {
                name: { type: "string" },
                on: { type: "boolean" },
                seconds: { type: "number" },
                groupId: { type: "integer" },
                size: { type: "integer" },
                ids: { type: "array", items: { type: "integer" } },
                labels: { type: "object", additionalProperties: { type: "string" } },
                place: { $ref: "#/types/Place" },
                anything: { $ref: "pulumi.json#/Any" },
            },
            requiredInputs: ["name"],
        },
    },
    types: { Place: { type: "object", properties: { host: { type: "string" } }, required: ["host"] } },
};

const LEFT_OUT =
    "Set it. Does it come from another resource? Then --target or --exclude leaves out what is not made yet: run it without them.";

function check(given: Props) {
    const { inputs, failures } = checkAgainstSchema(SCHEMA, "thing", { name: "a", ...given });
    return { inputs, said: failures.map(({ path, message }) => `${path} ${message}`) };
}

describe("what a package's schema says of inputs", () => {
    it("is satisfied by the kinds that it names, by null, by what is not known yet, and by anything where it names none", () => {
        const given: Props[] = [
            { on: false, seconds: 1.5, size: 0, ids: [1], labels: { a: "b" }, place: { host: "h" } },
            { seconds: UNKNOWN, ids: [UNKNOWN], labels: { a: UNKNOWN, b: undefined } },
            ...[{ anything: [1] }, { anything: "x" }, { on: null }, { __internal: 1 }],
        ];
        for (const inputs of given) expect(check(inputs).said).to.deep.equal([]);
        expect(check({ on: null }).inputs).to.deep.equal({ name: "a" });
    });

    const WRONG: [given: Props, said: string][] = [
        [{ name: null }, `name is missing. ${LEFT_OUT}`],
        [{ name: 5 }, "name must be a text (got a number). Correct it."],
        [{ on: "true" }, "on must be true or false (got a string). Correct it."],
        [{ seconds: "1" }, "seconds must be a number (got a string). Correct it."],
        [{ size: 1.5 }, "size must be a whole number (got a number). Correct it."],
        [{ ids: "1" }, "ids must be a list (got a string). Correct it."],
        [{ ids: [1, "2"] }, "ids[1] must be a whole number (got a string). Correct it."],
        [{ labels: ["a"] }, "labels must be a map (got a list). Correct it."],
        [{ labels: { a: null } }, "labels.a must be a text (got null). Correct it."],
        [{ place: {} }, "place.host is missing. Set it."],
        [{ place: { host: "h", port: 1 } }, "place.port is not a property. It has: host."],
    ];
    for (const [given, said] of WRONG) {
        it(`tells: ${said}`, () => expect(check(given).said).to.deep.equal([said]));
    }
});
