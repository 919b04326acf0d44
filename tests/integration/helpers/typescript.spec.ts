import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { root } from "../../../dev/scripts/pulumi";

describe("a process that loads TypeScript as tests do", () => {
    const home = path.join(root, ".cache");
    let folder: string;
    beforeEach(() => {
        fs.mkdirSync(home, { recursive: true });
        folder = fs.mkdtempSync(path.join(home, "typescript-"));
    });
    afterEach(() => {
        for (const place of [folder, path.join(home, "tests-js", path.relative(root, folder))])
            fs.rmSync(place, { recursive: true, force: true });
    });
    const write = (name: string, text: string) => fs.writeFileSync(path.join(folder, name), text);
    const run = (...before: string[]) => {
        const loader = path.join(root, "tests/helpers/typescript.cjs");
        return spawnSync(process.execPath, [...before, "-r", loader, path.join(folder, "program.ts")], {
            encoding: "utf8",
        });
    };

    it("says nothing of its own, as what every test loads first does not, either", () => {
        write("program.ts", 'console.log("it");\n');
        expect(run("-r", path.join(root, "tests/helpers/setup.cjs"))).to.include({ stdout: "it\n", stderr: "" });
    });

    it("runs what a file holds now, though it was as long and as old before", () => {
        write("program.ts", 'import { said } from "./other";\nconsole.log(said);\n');
        for (const word of ["one", "two", "one"]) {
            write("other.ts", `export const said: string = "${word}";\n`);
            fs.utimesSync(path.join(folder, "other.ts"), 1, 1);
            expect(run()).to.include({ stdout: `${word}\n`, stderr: "" });
        }
    });

    it("runs what a file holds now, though it was saved while it was translated", () => {
        write("program.ts", 'console.log("before");\n');
        const meanwhile = `
            const esbuild = require("esbuild");
            const buildSync = (options) => {
                const built = esbuild.buildSync(options);
                const saved = options.entryPoints.find((file) => file.startsWith(__dirname));
                if (saved) require("node:fs").writeFileSync(saved, 'console.log("after");');
                return built;
            };
            require.cache[require.resolve("esbuild")].exports = { ...esbuild, buildSync };`;
        write("meanwhile.cjs", meanwhile);
        expect(run("-r", path.join(folder, "meanwhile.cjs"))).to.include({ stdout: "before\n", stderr: "" });
        expect(run()).to.include({ stdout: "after\n", stderr: "" });
    });

    it("names lines of the source in stacks", () => {
        write(
            "program.ts",
            "interface Unused {\n    a: string;\n}\n\nconst made = (): Unused => { throw new Error(); };\nmade();\n",
        );
        expect(run().stderr).to.match(/made \(\/.+program\.ts:5:\d+\)\n.*program\.ts:6:1\)/);
    });

    it("loads TypeScript that is imported later, and packages that are modules", () => {
        write("program.ts", 'import("./other").then(({ named }) => console.log(named.name));\n');
        write("other.ts", 'import { expect } from "chai";\nexport const named = () => expect;\n');
        expect(run()).to.include({ stdout: "named\n", stderr: "" });
    });

    it("says where a file is no TypeScript, and runs those that do not need it", () => {
        write("program.ts", "console.log(1 as number);\n");
        write("other.ts", "const = 1;\n");
        expect(run()).to.include({ stdout: "1\n", stderr: "" });
        write("program.ts", 'import "./other";\n');
        expect(run().stderr).to.include("other.ts:1:6: ERROR");
    });
});
