import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "chai";

/** Compares a text with the file that people reviewed. `UPDATE_GOLDEN=1` writes the file anew; read the diff then. */
export function expectGolden(text: string, path: string): void {
    if (process.env.UPDATE_GOLDEN === "1") writeFileSync(path, text);
    expect(text).to.equal(readFileSync(path, "utf8"));
}
