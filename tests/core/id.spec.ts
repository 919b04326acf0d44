import { expect } from "chai";
import { idRemedy, isMeantAsId, parseId } from "../../core/id";

/** What people write for 7, or for a number that is none; each with what it is answered. */
const NO_IDS: [value: unknown, remedy: string][] = [
    [0, "For instance: 42."],
    [-7, "For instance: 42."],
    [7.5, "For instance: 42."],
    [Number.NaN, "For instance: 42."],
    [2 ** 53, "For instance: 42."],
    ["0", "For instance: 42."],
    ["-7", "For instance: 42."],
    ["", "For instance: 42."],
    ["1e3", "For instance: 42."],
    ["0x7", "For instance: 42."],
    ["9007199254740993", "For instance: 42."],
    ["99999999999999999999", "For instance: 42."],
    ["#7", "Write 7."],
    [" 7", "Write 7."],
    ["7 ", "Write 7."],
    ["7\n", "Write 7."],
    ["７", "Write 7."],
    ["007", "Write 7."],
    ["#", "For instance: 42."],
    [undefined, "For instance: 42."],
    [true, "For instance: 42."],
    [["7"], "For instance: 42."],
    ["v#7", "For instance: 42."],
];

describe("an id of GitLab", () => {
    it("is a number or its plain digits, up to where JavaScript's numbers are exact", () => {
        for (const value of [1, 7, 2 ** 53 - 1]) {
            expect(parseId(value)).to.equal(value);
            expect(parseId(String(value))).to.equal(value);
        }
    });

    for (const [value, remedy] of NO_IDS) {
        it(`is not ${JSON.stringify(value) ?? "undefined"}`, () => {
            expect(parseId(value)).to.equal(undefined);
            expect(idRemedy(value)).to.equal(remedy);
        });
    }

    it("is meant by digits in any disguise, and not by what a path could be", () => {
        for (const text of ["7", "#7", "007", "7 ", "７", "-7", "0", "9007199254740993"]) {
            expect(isMeantAsId(text), text).to.equal(true);
        }
        for (const text of ["1e3", "0x7", "apps", "apps/7", "v7", "#", ""])
            expect(isMeantAsId(text), text).to.equal(false);
    });
});
