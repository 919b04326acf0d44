import { readFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { parse as parseYaml } from "yaml";
import { toJsonSchema } from "../../../../components/fleet/config/json-schema";

const STACKS = path.join(__dirname, "../../../../stacks");

describe("stacks/fleet.schema.json", () => {
    it("is what `make generate` writes", () => {
        const written = readFileSync(path.join(STACKS, "fleet.schema.json"), "utf8");
        // As values: the formatter has its own taste in line breaks.
        expect(JSON.parse(written)).to.deep.equal(JSON.parse(toJsonSchema()));
    });

    it("is named on the first line of every stack", () => {
        for (const stack of ["dev", "staging", "prod", "sandbox"]) {
            const [line] = readFileSync(path.join(STACKS, `Pulumi.${stack}.yaml`), "utf8").split("\n");
            expect(line).to.equal("# yaml-language-server: $schema=fleet.schema.json");
        }
    });

    it("knows every key of the stacks, and refuses others", () => {
        const { properties } = JSON.parse(toJsonSchema()).properties.config;
        for (const stack of ["dev", "staging", "prod", "sandbox"]) {
            const { config } = parseYaml(readFileSync(path.join(STACKS, `Pulumi.${stack}.yaml`), "utf8"));
            expect(Object.keys(properties)).to.include.members(Object.keys(config));
        }
        expect(properties["gitlab-fleet:runners"].additionalProperties.additionalProperties).to.equal(false);
    });

    it("has every key of the four sections on the page about the stack config", () => {
        const page = readFileSync(path.join(STACKS, "../docs/stack-config.md"), "utf8");
        const { properties } = JSON.parse(toJsonSchema()).properties.config;
        for (const section of ["runners", "managers", "exclusive", "registries"]) {
            const chapter = page.split(`## gitlab-fleet:${section}`)[1]!.split("\n## ")[0]!;
            const keys = Object.keys(properties[`gitlab-fleet:${section}`].additionalProperties.properties);
            for (const key of keys) expect(chapter, `${section}.${key}`).to.include(`\`${key}\``);
        }
    });
});
