import { readFileSync } from "node:fs";
import * as path from "node:path";
import Ajv from "ajv";
import { expect } from "chai";
import { parse } from "yaml";
import type { JsonSchema } from "../../../../components/common/shape";
import { toJsonSchema } from "../../../../components/fleet/config/json-schema";
import { findPlainSecrets } from "../../../../components/fleet/config/plain-secrets";
import { findPlacementProblems, NEEDS_FILE, PLACEMENTS } from "../../../../components/manager/placements";

const root = path.join(__dirname, "../../../..");
const page = (name: string) => readFileSync(path.join(root, "docs", name), "utf8");

/** Options of a placement, as its schema has them. */
function optionsOf(key: string, { properties }: JsonSchema): string[] {
    const { [key]: inner, ...beside } = properties!;
    const options = inner!.properties;
    return options === undefined ? Object.keys(properties!) : [...Object.keys(options), ...Object.keys(beside)];
}

describe("the list of placements", () => {
    it("is in the message about one that is missing, and in the schema for editors", () => {
        const [problem] = findPlacementProblems(undefined, "placement");
        // What a whole file must have: there, each placement is one of several shapes.
        const { properties } = JSON.parse(toJsonSchema()).properties.config.else;
        const { anyOf } = properties["gitlab-fleet:managers"].additionalProperties.properties.placement;
        const shapes = (anyOf as { properties?: object }[]).filter(({ properties: keys }) => keys !== undefined);
        for (const [index, { key, example }] of PLACEMENTS.entries()) {
            expect(problem!.message).to.contain(example);
            expect(Object.keys(shapes[index]!.properties!)[0]).to.equal(key);
        }
        expect(shapes).to.have.lengthOf(PLACEMENTS.length);
    });

    it("says where a process may rotate tokens", () => {
        for (const { key, sharesFile } of PLACEMENTS) {
            expect(NEEDS_FILE.includes(`placement.${key}`), key).to.equal(sharesFile);
        }
    });

    for (const kind of PLACEMENTS) {
        const { key, example, costs, secrets, schema } = kind;
        const options = optionsOf(key, schema);

        it(`has in ${key} an example without a mistake, which its shape takes`, () => {
            const placement = parse(example);
            expect(findPlacementProblems(placement, "placement")).to.deep.equal([]);
            expect(new Ajv().validate(schema, placement)).to.equal(true);
        });

        it(`says of each option of ${key} what a change of it costs`, () => {
            // What is no text has no place in a stack's configuration.
            expect(Object.keys(costs).filter((option) => option !== "transform")).to.have.members(options);
        });

        it(`warns of the secrets of ${key} in the open`, () => {
            for (const secret of secrets) {
                const value = { m: { placement: { [key]: { [secret]: "hunter2" } } } };
                const found = findPlainSecrets({ "gitlab-fleet:managers": value }, [], () => undefined);
                expect(found.map((problem) => problem.path)).to.deep.equal([
                    `gitlab-fleet:managers.m.placement.${key}.${secret}`,
                ]);
            }
        });

        it(`is on the page about the stack config with ${key}`, () => {
            expect(page("stack-config.md")).to.include(`[\`${key}\`](`);
        });
    }
});
