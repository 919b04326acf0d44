import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { fillPolicies } from "../../dev/scripts/policy-docs";
import { root } from "../../dev/scripts/pulumi";
import { RULES } from "../../policies/rules";

const page = fs.readFileSync(path.join(root, "docs/policies.md"), "utf8");

describe("docs/policies.md", () => {
    it("has the table that the policies give: make generate", () => {
        expect(fillPolicies(page)).to.equal(page);
        for (const { name, level } of RULES) expect(page).to.include(`\`${name}\`<br>${level}`);
    });

    it("shows a configuration that names policies which there are, with levels and members which there are", () => {
        const [, example = ""] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
        for (const [name, policy] of Object.entries<string | { enforcementLevel: string; exempt: object[] }>(
            JSON.parse(example),
        )) {
            expect(RULES.map((rule) => rule.name)).to.include(name);
            const level = typeof policy === "string" ? policy : policy.enforcementLevel;
            expect(["advisory", "mandatory", "disabled"]).to.include(level);
            if (typeof policy !== "string") expect(policy.exempt[0]).to.have.all.keys("name", "reason", "until");
        }
    });
});
