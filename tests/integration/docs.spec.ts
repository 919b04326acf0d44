import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../dev/scripts/pulumi";

const CLOUDS: Record<string, string> = { "@pulumi/aws": "aws", "@pulumi/gcp": "gcp", "@pulumi/azure-native": "azure" };

describe("the programs in docs/autoscaling", () => {
    let folder: string;
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "autoscaling-"));
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    it("compile, the clouds' packages being stand-ins with what they use", () => {
        const files = readdirSync(join(root, "docs/autoscaling")).filter((name) => name.endsWith(".ts"));
        expect(files).to.have.members(["aws.ts", "azure.ts", "googlecloud.ts"]);
        const paths = Object.entries(CLOUDS).map(([name, file]) => [
            name,
            [join(root, `tests/helpers/clouds/${file}.d.ts`)],
        ]);
        const config = {
            extends: join(root, "tsconfig.json"),
            compilerOptions: {
                incremental: false,
                tsBuildInfoFile: null,
                typeRoots: [join(root, "node_modules/@types")],
                paths: { ...Object.fromEntries(paths), "gitlab-fleet": [join(root, "components/index.ts")] },
            },
            files: files.map((name) => join(root, "docs/autoscaling", name)),
            include: [],
        };
        writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
        const run = spawnSync(join(root, "node_modules/.bin/tsc"), ["-p", folder], { encoding: "utf8" });
        expect(run.stdout).to.equal("");
        expect(run.status).to.equal(0);
    }).timeout(120_000);
});
