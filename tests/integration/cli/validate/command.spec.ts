import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { build } from "esbuild";
import { parse as parseYaml, stringify } from "yaml";
import { Io } from "../../../../cli/io";
import { projectToValidate } from "../../../cli/validate/project";
import { readExamples } from "../../../core/config-toml/examples";

const ROOT = path.join(__dirname, "../../../..");

describe("gitlab-fleet validate", () => {
    const { write, validate } = projectToValidate();

    it("judges no encrypted value, shows none, and lets none hide what stands beside it", async () => {
        const samples = [
            ...["prod", "staging", "dev"].map(
                (stack) => parseYaml(fs.readFileSync(path.join(ROOT, `stacks/Pulumi.${stack}.yaml`), "utf8")).config,
            ),
            ...readExamples().map(({ stack }) => stack),
        ] as Record<string, unknown>[];
        for (const sample of samples) {
            for (const secret of variants(sample)) {
                write("stacks/Pulumi.prod.yaml", stringify({ config: secret }, { aliasDuplicateObjects: false }));
                const { code, out } = await validate();
                if (code !== 0 || /hush|Symbol/.test(out)) expect.fail(`${code} ${out}${stringify(secret)}`);
            }
        }
        write(
            "stacks/Pulumi.prod.yaml",
            stringify({ config: { "gitlab-fleet:runners": { a: { scope: { group: { secure: "hush" } }, tag: [] } } } }),
        );
        expect((await validate()).out).to.contain('runners.a.tag is not a known key. Did you mean "tags"?');
    }).timeout(60_000);

    it("loads no Pulumi, which would take longer than the check takes", async () => {
        const { outputFiles } = await build({
            absWorkingDir: ROOT,
            entryPoints: ["cli/validate/command.ts"],
            bundle: true,
            write: false,
            platform: "node",
            external: ["@pulumi/*", "@gitlab-fleet/*"],
            logLevel: "silent",
        });
        const loaded: string[] = [];
        const load = (name: string) => {
            loaded.push(name);
            return require(name);
        };
        const bundle = { exports: {} as typeof import("../../../../cli/validate/command") };
        new Function("require", "module", "exports", outputFiles[0]!.text)(load, bundle, bundle.exports);
        const said: string[] = [];
        const io = new Io({ stdout: { write: (text) => said.push(text) } });
        await bundle.exports.validateCommand(io).parseAsync(["--project", ROOT], { from: "user" });
        expect(said).to.deep.equal(["No mistake in 4 stacks.\n"]);
        expect(loaded.filter((name) => /^@(pulumi|gitlab-fleet)\//.test(name))).to.deep.equal([]);
    });
});

/** A configuration, each time with another one of its values encrypted. */
function variants(value: unknown): unknown[] {
    if (typeof value !== "object" || value === null) return [{ secure: "hush" }];
    return Object.entries(value).flatMap(([key, item]) =>
        variants(item).map((variant) => {
            if (!Array.isArray(value)) return { ...value, [key]: variant };
            return value.map((other, index) => (String(index) === key ? variant : other));
        }),
    );
}
