import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { root } from "../../../dev/scripts/pulumi";
import { type Engine, startEngine } from "../../helpers/engine";

const pack = path.join(root, "policies/gitlab-fleet-policies");

const config = (folder: string) => `config:
  gitlab-fleet:runners:
    builder:
      scope: { group: apps }
      config: { executor: docker, docker: { image: "alpine:3.22", privileged: true } }
  gitlab-fleet:managers:
    ci-01:
      placement: { directory: ${path.join(folder, "ci-01")} }
      runners: [builder]
      config: { concurrent: 4 }
  gitlab-fleet:registries:
    containers/poetry: { consumers: { groups: [apps] } }
`;

describe("the policy pack, in a preview", () => {
    let engine: Engine;

    before(async () => {
        engine = await startEngine({ config });
    });
    after(() => engine.close());

    const preview = (...flags: string[]) => engine.stack.run(["preview", "--policy-pack", pack, ...flags]);

    it("shows advisory violations, and ends with an error at a mandatory one", async () => {
        const { code, output } = await preview();
        expect(output).to.match(/\[mandatory\].*privileged-untagged/);
        expect(output).to.match(/workers\.builder\.docker\.privileged is true on a runner that takes untagged jobs/);
        expect(output).to.match(/\[advisory\].*image-without-digest/);
        expect(output).to.match(/workers\.builder\.docker\.image names no digest \(got "alpine:3\.22"\)/);
        expect(code).to.not.equal(0);
    });

    it("ends well where all are advisory, and shows what is known at its end", async () => {
        const { code, output } = await preview("--policy-pack-config", path.join(root, "policies/advisory.json"));
        expect(output).to.match(/\[advisory\].*privileged-untagged/);
        expect(output).to.match(/\[advisory\].*allowlist-top-level-group/);
        expect(output).to.match(/groups holds "apps", a top-level group/);
        expect(code, output).to.equal(0);
    });

    it("ends an up that had no preview before it, too, and before what it refuses is written", async () => {
        const { code, output } = await engine.stack.run(["up", "--yes", "--skip-preview", "--policy-pack", pack]);
        expect(output).to.match(/\[mandatory\].*privileged-untagged/);
        expect(code).to.not.equal(0);
        expect(fs.existsSync(path.join(engine.folder, "ci-01/config.toml"))).to.equal(false);
    });

    it("leaves alone what is exempted by name, with a reason and an end", async () => {
        const file = path.join(engine.folder, "policies.json");
        const exempt = [{ name: "builder", reason: "moves to rootless builds", until: inAMonth() }];
        fs.writeFileSync(file, JSON.stringify({ "privileged-untagged": { exempt } }));
        const { code, output } = await preview("--policy-pack-config", file);
        expect(output).to.not.match(/\[(advisory|mandatory)\].*privileged-untagged/);
        expect(output).to.match(/\[advisory\].*privileged-worker/);
        expect(code, output).to.equal(0);
    });
});

function inAMonth(): string {
    return new Date(Date.now() + 30 * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
}
