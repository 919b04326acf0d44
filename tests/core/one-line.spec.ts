import { expect } from "chai";
import { oneLine } from "../../core/one-line";

describe("oneLine", () => {
    it("lets no text begin a line of its own, colour the terminal or turn the direction of writing round", () => {
        const hostile = "a\nwarning: b\r\u2028c\v\t\f\u001b[31md\u009b1m\u202ee\u0000";
        expect(oneLine(hostile)).to.equal("a warning: b c [31md1me");
    });

    it("leaves every other text as it is, whatever its language", () => {
        for (const text of ["", "docker small", "V2 of it", "큰 러너 🙂 ñ"]) expect(oneLine(text)).to.equal(text);
    });

    it("cuts what is longer than it may be, by characters", () => {
        expect(oneLine("🙂🙂🙂", 2)).to.equal("🙂🙂…");
        expect(oneLine("🙂🙂", 2)).to.equal("🙂🙂");
    });
});
