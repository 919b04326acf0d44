import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";

const ROOT = path.join(__dirname, "../..");

describe("program.cjs", () => {
    let folder: string;
    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-fleet-program-"));
        fs.copyFileSync(path.join(ROOT, "program.cjs"), path.join(folder, "program.cjs"));
        fs.symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"), "junction");
        fs.writeFileSync(path.join(folder, "package-lock.json"), "{}");
        write("index.ts", 'import { text } from "./part";\nexport const answer: string = text;\n');
        write("part.ts", 'export const text = "one";\n');
    });
    afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

    function write(file: string, text: string): void {
        fs.writeFileSync(path.join(folder, file), text);
    }

    function run(): { output: string; error: string; built: number | undefined } {
        const program = JSON.stringify(path.join(folder, "program.cjs"));
        const { stdout, stderr } = spawnSync(process.execPath, ["-p", `require(${program}).answer`], {
            encoding: "utf8",
        });
        const bundle = path.join(folder, ".cache/program.cjs");
        return {
            output: stdout.trim(),
            error: stderr,
            built: fs.existsSync(bundle) ? fs.statSync(bundle).mtimeMs : undefined,
        };
    }

    it("runs index.ts, and builds again only when something has changed", () => {
        const first = run();
        expect(first).to.deep.include({ output: "one", error: "" });
        expect(run()).to.deep.equal(first);
        write("part.ts", 'export const text = "two, longer";\n');
        expect(run().output).to.equal("two, longer");
        fs.rmSync(path.join(folder, "part.ts"));
        expect(run().error).to.match(/Could not resolve "\.\/part"/);
    });

    it("stops where the plugin was built from other sources, as after a pull without npm ci", () => {
        const stampOf = (file: string) => {
            const { mtimeMs, size } = fs.statSync(path.join(folder, file));
            return `${mtimeMs}:${size}`;
        };
        write("plugin.ts", "old");
        fs.mkdirSync(path.join(folder, ".cache"));
        const inputs = { "plugin.ts": stampOf("plugin.ts"), "node_modules/x.js": "elsewhere" };
        write(".cache/build.json", JSON.stringify({ "provider/bin/plugin.js": inputs }));
        expect(run()).to.deep.include({ output: "one", error: "" });
        write("plugin.ts", "newer");
        expect(run().error).to.contain("provider/bin/plugin.js was built from other sources").and.contain("npm ci");
        fs.rmSync(path.join(folder, "plugin.ts"));
        expect(run().error).to.contain("provider/bin/plugin.js was built from other sources");
    });

    it("runs after an edit of a component, although what other languages get of it is older", () => {
        write("component.ts", "edited");
        fs.mkdirSync(path.join(folder, ".cache"));
        const inputs = { "component.ts": "1:1" };
        const outputs = ["provider/bin/construct.js", "provider/bin/components.json"];
        write(".cache/build.json", JSON.stringify(Object.fromEntries(outputs.map((output) => [output, inputs]))));
        expect(run()).to.deep.include({ output: "one", error: "" });
    });

    it("runs although it can keep nothing, and in spite of what others left there", () => {
        write(".cache", "a file where the folder should be");
        expect(run()).to.deep.include({ output: "one", error: "" });
        fs.rmSync(path.join(folder, ".cache"));
        fs.mkdirSync(path.join(folder, ".cache"));
        write(".cache/program.cjs", "half a fi");
        expect(run()).to.deep.include({ output: "one", error: "" });
    });
});
