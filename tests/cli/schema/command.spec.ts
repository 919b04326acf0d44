import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { toJsonSchema } from "../../../components/fleet/config/json-schema";
import { runCli } from "../helpers";

describe("gitlab-fleet schema", () => {
    it("prints the schema for editors", async () => {
        expect(await runCli(["schema"])).to.deep.equal({ code: 0, out: toJsonSchema(), err: "" });
    });

    it("writes it where it is told to, and says when it cannot", async () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-fleet-schema-"));
        const file = path.join(folder, "fleet.schema.json");
        try {
            expect(await runCli(["schema", file])).to.deep.equal({ code: 0, out: "", err: "" });
            expect(fs.readFileSync(file, "utf8")).to.equal(toJsonSchema());
            const { code, err } = await runCli(["schema", folder]);
            expect([code, err]).to.deep.equal([
                2,
                `gitlab-fleet: ${folder} cannot be written (EISDIR). Choose another place.\n`,
            ]);
        } finally {
            fs.rmSync(folder, { recursive: true });
        }
    });
});
