import { expect } from "chai";
import * as z from "zod";
import { flag, listOf, type Shaping, shapeOf, text } from "../../../../components/manager/placements/option-checks";

describe("the shape of options", () => {
    const to: Shaping = { z, map: (members) => z.strictObject(members) };
    const bare = (value: unknown) => (value === 1 ? undefined : "1");

    it("has each key that there is a check for", () => {
        const shape = shapeOf({ image: text("a text"), pull: flag }, "{ image }", ["image"]).shape!(to);
        expect(shape.safeParse({ image: "a", pull: true }).success).to.equal(true);
        expect(shape.safeParse({ image: "a", push: true }).success).to.equal(false);
    });

    it("is not made where a check has none: its key would be unknown to editors, and taken by the check", () => {
        expect(() => shapeOf({ image: text("a text"), size: bare }, "{ image }").shape!(to)).to.throw(
            "No shape for size",
        );
        expect(() => listOf(bare, "a list").shape!(to)).to.throw("No shape for the items");
    });
});
