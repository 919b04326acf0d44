import { expect } from "chai";
import { parse } from "yaml";
import { withPlugins } from "../../../cli/plugins/project-file";

const PATH = "node_modules/gitlab-fleet/plugin";
const BOTH = ["gitlab", "gitlab-fleet"];
const providersOf = (text: string) => parse(text).plugins.providers;

describe("the entries that `gitlab-fleet plugins` writes", () => {
    it("are added, and everything else in the file stays as it is", () => {
        const text = "# ours\nname: shop\nruntime: nodejs # node\n";
        const written = withPlugins(text, BOTH, PATH);
        expect(written.startsWith(text.trimEnd())).to.equal(true);
        expect(providersOf(written)).to.deep.equal(BOTH.map((name) => ({ name, path: PATH })));
        expect(withPlugins(written, BOTH, PATH)).to.equal(written);
    });

    it("stand beside those of other packages, and an old path of ours is put right", () => {
        const text = `name: shop\nruntime: nodejs\nplugins:\n  providers:\n    # mine\n    - name: aws\n      path: ../aws\n    - name: gitlab\n      path: ../old\n`;
        const written = withPlugins(text, BOTH, PATH);
        expect(written).to.contain("# mine");
        expect(providersOf(written)).to.deep.equal([
            { name: "aws", path: "../aws" },
            { name: "gitlab", path: PATH },
            { name: "gitlab-fleet", path: PATH },
        ]);
    });

    it("are not written into what is not a project file", () => {
        for (const text of ["", "[1, 2]", "name: ["]) {
            expect(() => withPlugins(text, BOTH, PATH)).to.throw("Pulumi.yaml is not a project file");
        }
    });
});
