import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { type Engine, startEngine } from "../../helpers/engine";
import { COMPONENTS, type OwnProgram, ownProgram } from "../../helpers/own-program";

const PROGRAM = `
import { Fleet } from ${COMPONENTS};
import { readStackConfig } from ${COMPONENTS.replace(/"$/, '/fleet/config"')};

export const runners = new Fleet("fleet", readStackConfig()).runnerIds;
`;
const COMMON = `config:
  gitlab-fleet:runners:
    small: { scope: { group: apps }, tags: [docker], paused: true }
    big: { scope: { group: apps }, tags: [big] }
`;
const STACK = `config:
  gitlab-fleet:extends: [common.yaml]
  gitlab-fleet:runners:
    small: { paused: null }
    big: null
`;

describe("what several stacks share", () => {
    let engine: Engine;
    let project: OwnProgram;

    before(async () => {
        project = ownProgram();
        project.write(PROGRAM);
        engine = await startEngine({ config: () => "config: {}\n", project: project.folder });
        fs.mkdirSync(path.join(project.folder, "stacks"));
        write("common.yaml", COMMON);
    });
    after(async () => {
        await engine?.close();
        project.remove();
    });

    const write = (name: string, text: string) => fs.writeFileSync(path.join(project.folder, "stacks", name), text);

    /** As a person runs it: by the stack's file in the project. */
    const pulumi = (...args: string[]) => {
        const [salt] = /^encryptionsalt: .*$/m.exec(fs.readFileSync(engine.stack.configFile, "utf8"))!;
        const file = path.join(project.folder, "stacks/Pulumi.test.yaml");
        const text = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : STACK;
        fs.writeFileSync(file, text.includes("encryptionsalt") ? text : `${salt}\n${text}`);
        return engine.stack.spawn("pulumi", [...args, "--non-interactive", "--stack", "test"], { cwd: project.folder });
    };

    it("stands in a file beside them: the stack wins, and null removes", async () => {
        const up = await pulumi("up", "--yes", "--skip-preview");
        expect(up.code, up.output).to.equal(0);
        const ours = engine.sandbox.db.runners
            .all()
            .filter(({ maintenanceNote }) => maintenanceNote?.includes("gitlab-fleet"));
        expect(ours.map(({ description, tagList, active }) => ({ description, tagList, active }))).to.deep.equal([
            { description: "small", tagList: ["docker"], active: true },
        ]);
        const again = await pulumi("preview", "--expect-no-changes");
        expect(again.code, again.output).to.equal(0);
    });

    it("changes every stack that names it, and a mistake in it is told with its file and line", async () => {
        write("common.yaml", COMMON.replace("tags: [docker]", "tags: [docker, fastapi]"));
        const preview = await pulumi("preview");
        expect(preview.output).to.match(/UserRunner\s+small\s+update/);
        write("common.yaml", COMMON.replace("tags: [docker]", "tags: docker"));
        const mistaken = await pulumi("preview");
        expect(mistaken.code).to.not.equal(0);
        expect(mistaken.output).to.match(/runners\.small\.tags.*\(common\.yaml:3\)/);
    });
});
