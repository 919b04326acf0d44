import { expect } from "chai";
import { ranges } from "../../cli/ranges";

describe("ranges", () => {
    for (const [numbers, text] of [
        [[1], "1"],
        [[1, 2], "1, 2"],
        [[1, 2, 3, 4, 7, 9, 10, 11], "1 to 4, 7, 9 to 11"],
        [[], ""],
    ] as const) {
        it(`says ${JSON.stringify(numbers)} as "${text}"`, () => {
            expect(ranges(numbers)).to.equal(text);
        });
    }
});
