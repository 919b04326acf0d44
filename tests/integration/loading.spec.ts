import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { root } from "../../dev/scripts/pulumi";

/** Files that a fresh process has loaded after it has imported a module of ours. */
function loadedBy(module: string): string[] {
    const script = `require("${module}"); process.stdout.write(JSON.stringify(Object.keys(require.cache)));`;
    return JSON.parse(execFileSync(process.execPath, ["-r", "tsx/cjs", "-e", script], { cwd: root, encoding: "utf8" }));
}

describe("what takes its time to load is loaded for those who need it", () => {
    it("@pulumi/docker by placement docker alone", () => {
        const loaded = loadedBy("./components");
        expect(loaded.filter((file) => file.endsWith("/components/index.ts"))).to.have.length(1);
        expect(loaded.filter((file) => /@pulumi.docker/.test(file))).to.deep.equal([]);
    });

    it("@pulumi/kubernetes by placement kubernetes alone, and of its files only some", () => {
        const ofKubernetes = (module: string) => loadedBy(module).filter((file) => /@pulumi.kubernetes/.test(file));
        expect(ofKubernetes("./components")).to.deep.equal([]);
        const script = "./components/manager/placements/kubernetes/cluster";
        expect(ofKubernetes(`${script}").loadKubernetes(); require("./package.json`)).to.have.length.within(9, 20);
    });

    it("the table of config.toml's keys and the TOML parser at the first question", () => {
        const loaded = loadedBy("./core/config-toml");
        expect(loaded.filter((file) => file.endsWith("/core/config-toml/index.ts"))).to.have.length(1);
        expect(loaded.filter((file) => /keys\.generated|smol-toml/.test(file))).to.deep.equal([]);
    });
});
