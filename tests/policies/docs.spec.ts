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

    it("names types and inputs that there are, for rules of one's own", () => {
        const schemas = ["gitlab", "gitlab-fleet"].map((name) => path.join(root, `provider/schema/${name}.json`));
        const resources = Object.assign({}, ...schemas.map((file) => readSchema(file).resources));
        const rows = [
            ...page.slice(page.indexOf("## Rules of your own")).matchAll(/^\| [^`|]+ \| (`.+) \| (.+) \|$/gm),
        ];
        expect(rows).to.have.length.above(5);
        const inTicks = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, word]) => word!);
        for (const [, types, properties] of rows) {
            const named = inTicks(properties!.replace(/\([^)]*\)/g, "").replace(/:.*/, ""));
            for (const type of inTicks(types!).filter((word) => word.includes(":"))) {
                // What a component has as written is one of its outputs: tests/e2e/demo/policies.spec.ts sees it.
                if (type === "gitlab-fleet:index:JobTokenAllowlist") continue;
                expect(Object.keys(resources[type]?.inputProperties ?? {}), type).to.include.members(named);
            }
        }
    });
});

function readSchema(file: string): { resources: Record<string, { inputProperties: object }> } {
    return JSON.parse(fs.readFileSync(file, "utf8"));
}
