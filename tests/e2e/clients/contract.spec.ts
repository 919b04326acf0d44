import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { root } from "../../../dev/scripts/pulumi";
import gitlab from "../../../provider/schema/gitlab.json";
import { wholeSchema } from "../../../provider/schema/whole";
import { skipWithout } from "../../helpers/needs";

/** The version whose names `sdks/gitlab` carries. */
const published = "10.1.0";

interface SchemaType {
    type?: string;
    items?: SchemaType;
    additionalProperties?: SchemaType;
    $ref?: string;
}
interface SchemaObject {
    properties?: Record<string, SchemaType>;
    required?: string[];
}
interface Schema {
    resources: Record<
        string,
        SchemaObject & { inputProperties: Record<string, SchemaType>; requiredInputs?: string[] }
    >;
}
interface PublishedProperty {
    type: unknown;
    optional: boolean;
}
type Published = Record<string, Record<"inputs" | "outputs", Record<string, PublishedProperty>>>;

describe("the gitlab package that components are written against", () => {
    const schema = wholeSchema(gitlab) as Schema;
    let package_: Published;

    before(function () {
        skipWithout("python", this);
        const folder = path.join(root, ".cache", "published");
        const wheel = path.join(folder, `pulumi_gitlab-${published}-py3-none-any.whl`);
        if (!fs.existsSync(wheel)) {
            execFileSync("python3", [
                "-m",
                "pip",
                "download",
                "--quiet",
                "--no-deps",
                "--dest",
                folder,
                `pulumi-gitlab==${published}`,
            ]);
        }
        const tokens = Object.keys(schema.resources);
        const script = path.join(root, "tests/e2e/clients/published_package.py");
        package_ = JSON.parse(execFileSync("python3", [script, wheel, ...tokens], { encoding: "utf8" }));
    });

    for (const token of Object.keys(schema.resources)) {
        it(`takes only inputs of ${token} that the published package has, with the same types`, () => {
            const resource = schema.resources[token]!;
            const inputs = package_[token]!.inputs;
            for (const [name, type] of Object.entries(resource.inputProperties)) {
                expect(inputs[name], `${token} has no input ${name}`).to.not.equal(undefined);
                expect(inputs[name]!.type, name).to.deep.equal(wordFor(type));
                expect(inputs[name]!.optional, `${name} is optional`).to.equal(
                    !resource.requiredInputs?.includes(name),
                );
            }
            expect(Object.keys(resource.properties ?? {}).sort()).to.deep.equal(
                Object.keys(package_[token]!.outputs).sort(),
            );
        });
    }
});

function wordFor(type: SchemaType): unknown {
    if (type.$ref) return "object";
    if (type.type === "array") return { array: wordFor(type.items!) };
    if (type.type === "object" && type.additionalProperties) return { object: wordFor(type.additionalProperties) };
    return type.type;
}
