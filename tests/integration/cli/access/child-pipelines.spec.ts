import { expect } from "chai";
import { startSandbox } from "../../../../sandbox";
import { runCommand, SEED } from "../../../cli/access/world";

describe("access scan of child pipelines", () => {
    it("asks GitLab to merge so many child pipelines of a project, and says which were left out", async () => {
        const numbers = Array.from({ length: 90 }, (_, at) => at);
        const text = `fan:\n  parallel: { matrix: [{ N: [${numbers}] }] }\n  trigger: { include: [{ local: "c$N.yml" }] }\n`;
        const projects = [...SEED.projects!, { path: "apps/fan", files: { ".gitlab-ci.yml": text } }];
        const own = await startSandbox({ seed: { ...SEED, projects } });
        try {
            const { stdout } = await runCommand(own, ["access", "scan", "--project", "apps/fan"]);
            expect(own.journal.entries({ method: "POST", path: /\/ci\/lint$/ })).to.have.lengthOf(50);
            expect(stdout).to.contain("job fan: the project has too many child pipelines to read all");
        } finally {
            await own.close();
        }
    });
});
