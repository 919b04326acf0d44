import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Call } from "../../provider/handler";
import { packages } from "../../provider/packages";
import gitlab from "../../provider/schema/gitlab.json";
import { wholeSchema } from "../../provider/schema/whole";

interface Properties {
    [name: string]: { type?: string; secret?: boolean; willReplaceOnChanges?: boolean };
}
const read = (file: string) => JSON.parse(readFileSync(join(__dirname, "../..", file), "utf8"));
const { provider } = gitlab;
const resources = wholeSchema(gitlab).resources as Record<string, Record<"inputProperties" | "properties", Properties>>;
/** Facts of the published package, which tests do not need. */
const published = read("tests/golden/gitlab-package-marks.json");

const marked = (properties: Properties, mark: "secret" | "willReplaceOnChanges"): string[] =>
    Object.keys(properties)
        .filter((name) => properties[name]![mark] === true)
        .sort();

describe("marks of the published gitlab package", () => {
    it("stand on the provider's secrets", () => {
        expect(marked(provider.inputProperties, "secret")).to.deep.equal(published.provider.secret);
    });

    for (const [token, marks] of Object.entries<Record<string, string[]>>(published.resources)) {
        const { inputProperties, properties } = resources[token]!;

        it(`stand on what ${token} keeps secret and what needs a replacement, here as there`, () => {
            expect(marked(inputProperties, "willReplaceOnChanges")).to.deep.equal(marks.replaces);
            expect(marked(inputProperties, "secret")).to.deep.equal(marks.secretInputs);
            expect(marked(properties, "secret")).to.deep.equal(marks.secretOutputs);
        });

        it(`are what the plugin does about ${token}`, async () => {
            const handler = packages.gitlab!.resources[token]!;
            expect(handler.secrets ?? []).to.include.members(marks.secretOutputs!);
            for (const name of marks.replaces!) {
                const existing = { id: "1", state: { [name]: "1" }, oldInputs: { [name]: "1" } };
                const { changes } = await handler.diff({} as Call, existing, { [name]: "2" });
                expect(changes, name).to.deep.equal({ [name]: "update-replace" });
            }
        });
    }
});
