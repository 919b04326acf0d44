import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";

const { notices } = require("../../package/notices.cjs") as { notices(root: string, inputs: string[]): string };

describe("terms of packages that a bundle holds code of", () => {
    let root: string;
    beforeEach(() => {
        root = fs.mkdtempSync(path.join(os.tmpdir(), "notices-"));
    });
    afterEach(() => fs.rmSync(root, { recursive: true }));

    const add = (folder: string, license: string, files: Record<string, string>) => {
        fs.mkdirSync(path.join(root, folder), { recursive: true });
        const name = folder.replace(/^.*node_modules\//, "");
        files["package.json"] = JSON.stringify({ name, version: "1.2.3", license });
        for (const [file, text] of Object.entries(files)) fs.writeFileSync(path.join(root, folder, file), text);
    };

    it("come from the packages whose files went into it, each once, also one within another", () => {
        add("node_modules/@of/one", "MIT", { LICENSE: "Terms of one.\n" });
        add("node_modules/@of/one/node_modules/inner", "ISC", {
            "license.md": "Terms of inner.",
            NOTICE: "By somebody.",
        });
        add("node_modules/unused", "MIT", { LICENSE: "Terms of unused." });
        const text = notices(root, [
            "core/own.ts",
            "node_modules/@of/one/a.js",
            "node_modules/@of/one/lib/b.js",
            "node_modules/@of/one/node_modules/inner/c.js",
        ]);
        expect(text).to.include("@of/one 1.2.3 (MIT)\n\nTerms of one.\n");
        expect(text).to.include("inner 1.2.3 (ISC)\n\nBy somebody.\n\nTerms of inner.\n");
        expect(text).to.not.include("unused");
        expect(text.match(/Terms of one/g)).to.have.lengthOf(1);
    });

    it("stand once for all packages that have the same, and are named where a package holds no text", () => {
        add("node_modules/a", "MIT", { LICENSE: "The same." });
        add("node_modules/b", "MIT", { "LICENSE.txt": "The same.\n" });
        add("node_modules/c", "0BSD", { "licenses.js": "" });
        const text = notices(root, ["node_modules/b/x.js", "node_modules/a/x.js", "node_modules/c/x.js"]);
        expect(text).to.include("a 1.2.3 (MIT)\nb 1.2.3 (MIT)\n\nThe same.\n");
        expect(text).to.include("c 1.2.3 (0BSD)\n\n0BSD; the package holds no text of it.\n");
    });
});
