import { readFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { parse as parseYaml } from "yaml";
import { parseStackConfig } from "../../../../components/fleet/config/parse";

describe("the stacks that come with the project", () => {
    for (const stack of ["dev", "staging", "prod", "sandbox"]) {
        it(`${stack} has no mistake, and no secret in the open`, () => {
            const text = readFileSync(path.join(__dirname, `../../../../stacks/Pulumi.${stack}.yaml`), "utf8");
            const { config } = parseYaml(text) as { config: Record<string, unknown> };
            const values = Object.entries(config).map(([key, value]) => [
                key,
                typeof value === "string" ? value : JSON.stringify(value),
            ]);
            const { problems } = parseStackConfig({
                values: Object.fromEntries(values),
                secretKeys: [],
                env: {},
                owner: `gitlab-fleet/${stack}`,
            });
            expect(problems).to.deep.equal([]);
            expect(config).not.to.have.property("gitlab:token");
        });
    }
});
