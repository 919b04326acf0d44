import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "chai";

/** Compares a text with a reviewed file. `UPDATE_GOLDEN=1` rewrites the file; then read its diff. */
export function expectGolden(text: string, path: string): void {
    if (process.env.UPDATE_GOLDEN === "1") writeFileSync(path, text);
    expect(text).to.equal(readFileSync(path, "utf8"));
}
