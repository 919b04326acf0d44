import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { Withheld } from "../../../cli/exit";
import { Io } from "../../../cli/io";
import { readJob, requireAccess } from "../../../cli/pipeline/job";
import { runCli } from "../helpers";

describe("what a pipeline's job has got", () => {
    let folder: string;
    before(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-fleet-job-"));
        fs.writeFileSync(path.join(folder, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
        fs.writeFileSync(path.join(folder, "Pulumi.prod.yaml"), "encryptionsalt: v1:x\nconfig: {}\n");
        fs.writeFileSync(path.join(folder, "Pulumi.cloud.yaml"), "config:\n  gitlab:token: { secure: x }\n");
    });
    after(() => fs.rmSync(folder, { recursive: true }));

    const missing = (env: NodeJS.ProcessEnv, stack = "prod"): string => {
        const io = new Io({ env });
        try {
            requireAccess(io, readJob(io, { stack, project: folder, output: "out" }));
            return "";
        } catch (error) {
            expect(error).to.be.instanceOf(Withheld);
            return (error as Error).message;
        }
    };
    const all = { GITLAB_TOKEN: "glpat-x", PULUMI_CONFIG_PASSPHRASE: "" };

    it("is enough with a token and a passphrase, and where the stack has its own token and a key service", () => {
        expect(missing(all)).to.equal("");
        expect(missing({ GITLAB_TOKEN: "glpat-x", PULUMI_CONFIG_PASSPHRASE_FILE: "/f" })).to.equal("");
        expect(missing({}, "cloud")).to.equal("");
    });

    it("is told in one sentence where it is not: what is missing, and why it may be", () => {
        expect(missing({ CI_COMMIT_REF_PROTECTED: "false" })).to.match(
            /^No preview of prod: the job has not got a token .*, nor the passphrase .* Protected variables are for protected branches only/,
        );
        expect(missing({ ...all, PULUMI_CONFIG_PASSPHRASE: undefined, CI_COMMIT_REF_PROTECTED: "true" })).to.include(
            "Set it in the project's CI/CD variables.",
        );
        expect(missing({ CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "8", CI_MERGE_REQUEST_PROJECT_ID: "7" })).to.include(
            "comes from a fork",
        );
    });

    it("ends with exit code 3, which the jobs may; with 2 for a stack that is none", async () => {
        const withheld = await runCli(["pipeline", "preview", "--stack", "prod", "--project", folder]);
        expect(withheld.code).to.equal(3);
        expect(withheld.err).to.match(/^No preview of prod/);
        for (const args of [[], ["--stack", "--evil"], ["--stack", "a b"], ["--stack", "$(x)"]])
            expect((await runCli(["pipeline", "preview", ...args])).code).to.equal(2);
    });
});
