import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { findLostFile } from "../../../../components/fleet/config/lost-file";

describe("a stack whose file was lost", () => {
    let root: string;
    const write = (name: string, text: string) => fs.writeFileSync(path.join(root, name), text);
    const lost = (own: object = {}, stack = "prod") => findLostFile(stack, own as Record<string, unknown>, root);

    beforeEach(() => {
        root = fs.mkdtempSync(path.join(os.tmpdir(), "lost-file-"));
        write("Pulumi.yaml", "name: fleet\nruntime: nodejs\n");
        write("Pulumi.dev.yaml", "config:\n  gitlab-fleet:runners: { a: { scope: instance } }\n");
    });
    afterEach(() => fs.rmSync(root, { recursive: true }));

    it("declares nothing by mistake: there is no file, or only what Pulumi has written in its place", () => {
        for (const text of [undefined, "encryptionsalt: v1:abc\n"]) {
            if (text !== undefined) write("Pulumi.prod.yaml", text);
            expect(lost(), text)
                .to.contain('Stack "prod" has no configuration, and dev beside it has')
                .and.contain("Was Pulumi.prod.yaml renamed or removed by mistake?");
            expect(lost({}, "acme/fleet/prod")).to.contain("Pulumi.prod.yaml");
        }
    });

    it("may be as it is where something of it is there, or no other stack declares a fleet", () => {
        // From another file (--config-file), an environment, or the project's own configuration.
        expect(lost({ "gitlab-fleet:runners": "{}" })).to.equal(undefined);
        expect(lost({ "gitlab:baseUrl": "https://gitlab.example.org" })).to.equal(undefined);
        write("Pulumi.prod.yaml", "config:\n  shop:size: 3\n");
        expect(lost({ "shop:size": "3" })).to.equal(undefined);
        fs.rmSync(path.join(root, "Pulumi.prod.yaml"));
        write("Pulumi.dev.yaml", "config:\n  gitlab:baseUrl: https://gitlab.example.org\n");
        expect(lost()).to.equal(undefined);
    });

    it("is told where its file lies, when that is beside Pulumi.yaml and another folder is read", () => {
        fs.mkdirSync(path.join(root, "stacks"));
        fs.renameSync(path.join(root, "Pulumi.dev.yaml"), path.join(root, "stacks/Pulumi.dev.yaml"));
        write("Pulumi.yaml", "name: fleet\nruntime: nodejs\nstackConfigDir: stacks\n");
        write("Pulumi.prod.yaml", "config:\n  gitlab-fleet:runners: { a: { scope: instance } }\n");
        expect(lost())
            .to.contain("Pulumi.prod.yaml beside Pulumi.yaml is not read: the stacks' files are in stacks")
            .and.not.contain("renamed or removed");
    });
});
