import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import type { Io } from "../../../cli/io";
import type { Job } from "../../../cli/pipeline/job";
import { whyUnsafe } from "../../../cli/pipeline/unsafe";

const API = "https://gitlab.example.org/api/v4";

describe("what a stack's file could do with a pipeline's token", () => {
    let folder: string;
    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-fleet-unsafe-"));
        fs.writeFileSync(path.join(folder, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
    });
    afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

    const why = (file: string, address = "", env: object = { CI_API_V4_URL: API }, code = 0) => {
        fs.writeFileSync(path.join(folder, "Pulumi.prod.yaml"), file);
        const pulumi = async () => ({ code, stdout: `${address}\n`, stderr: "" });
        return whyUnsafe({ env } as Io, pulumi as never, { folder, stack: "prod" } as Job);
    };

    it("is nothing by names of environments, by configuration in one, or by other plain keys", async () => {
        for (const file of [
            "",
            "config: { a: b }",
            "environment: [shop/ci]",
            "environment: shop/ci",
            "environment: { imports: [shop/ci], values: { pulumiConfig: { a: b } } }",
            "environment: { values: text }",
            "encryptionsalt: v1:x\nx-shared: { environmentVariables: { A: b } }",
        ])
            expect(await why(file), file).to.equal(undefined);
    });

    it("is anything by an environment of its own, by a key that may be read as one, or by what is no YAML", async () => {
        for (const file of [
            "environment: { values: { environmentVariables: { NODE_OPTIONS: x } } }",
            "environment: { values: { pulumiConfig: {}, files: { A: x } } }",
            "environment: { imports: { a: b } }",
            "environment: { open: { a: b } }",
            "environment: { constructor: { a: b } }",
            "environment: { toString: text }",
            "environment: { values: { constructor: x } }",
            "<<: { environment: { values: {} } }",
            '"environment ": { values: {} }',
        ])
            expect(await why(file), file).to.contain("Pulumi.prod.yaml sets variables of the job");
        expect(await why("config: [")).to.contain("nobody can say whether it sets variables of the job");
    });

    it("is to be sent to a GitLab that it is not for, which is not repeated: it may be a secret", async () => {
        const evil = "https://evil.example.org/hunter2";
        expect(await why("", evil))
            .to.contain(`(${API}/)`)
            .and.to.not.match(/evil|hunter2/);
        expect(await why("", evil, { CI_API_V4_URL: API, FLEET_GITLAB: "https://other.example.org" })).to.be.a(
            "string",
        );
        for (const meant of [API, `${API}/`, "https://gitlab.example.org"])
            expect(await why("", meant), meant).to.equal(undefined);
        for (const name of ["FLEET_GITLAB", "GITLAB_BASE_URL"])
            expect(await why("", evil, { CI_API_V4_URL: API, [name]: evil }), name).to.equal(undefined);
    });

    it("is told by the preview where Pulumi has no address, and is nobody's business outside of a pipeline", async () => {
        expect(await why("", "")).to.equal(undefined);
        expect(await why("", "https://evil.example.org", { CI_API_V4_URL: API }, 255)).to.equal(undefined);
        const file = "environment: { values: { environmentVariables: { A: x } } }";
        expect(await why(file, "https://evil.example.org", {})).to.equal(undefined);
    });
});
