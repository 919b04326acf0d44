import { expect } from "chai";
import fc from "fast-check";
import { oneLine } from "../../core/one-line";
import { findUnsafe, safeJson, safeText, whyUnseen } from "../../core/safe-text";
import { anyText } from "../helpers/any-text";

const UNSAFE = /(?![\n\t])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]|<\{%/u;

describe("text that is printed", () => {
    it("keeps line breaks and tabs, and what people write in their own language", () => {
        for (const text of ["two\nlines\tand a tab", "Läufer für alle ✓", "日本語", "a < b {% x %}"]) {
            expect(safeText(text)).to.equal(text);
        }
    });

    it("holds no escape sequence, no carriage return, no mark that turns writing round, and no colour of Pulumi's", () => {
        for (const text of [
            "\u001b[2J",
            "a\rb",
            "\u202ecba",
            "\u009b31m",
            "<{%fg 1%}>red<{%reset%}>",
            "\u2028",
            "\ud800",
        ]) {
            expect(safeText(text), JSON.stringify(text)).to.not.match(UNSAFE);
            expect(oneLine(text), JSON.stringify(text)).to.not.match(UNSAFE);
        }
        fc.assert(fc.property(anyText(), (text) => !UNSAFE.test(safeText(text)) && !UNSAFE.test(oneLine(text))));
    });

    it("holds no token, wherever somebody put one, and not by a mark within it that nobody sees", () => {
        const token = "glrt-abcdefghijklmnopqrst";
        const text = `runner "${token}" has no tags`;
        expect(safeText(text)).to.equal('runner "[secret]" has no tags');
        expect(oneLine(text.replace("abc", "abc\u200b"))).to.equal('runner "[secret]" has no tags');
        expect(oneLine(text, 15)).to.equal('runner "[secret…');
        expect(safeJson({ [token]: [token] })).to.equal('{\n  "[secret]": [\n    "[secret]"\n  ]\n}');
    });

    it("is what a name is made of: of one that holds what nobody sees, the first such character is told", () => {
        for (const name of ["docker small", "Läufer ✓", "日本語", "👩\u200d💻"])
            expect(whyUnseen(name), name).to.equal(undefined);
        for (const [name, code] of [
            ["a\u200bb\u202ec", "U+200B"],
            ["a\u0007b", "U+0007"],
            ["a\nb", "U+000A"],
            ["\u{e0041}", "U+E0041"],
        ])
            expect(whyUnseen(name!), JSON.stringify(name)).to.contain(`(${code} in `);
    });

    it("lays itself out by line breaks and tabs, which are no unsafe characters of it", () => {
        expect(findUnsafe("a\n\tb")).to.equal(undefined);
        expect(findUnsafe("a\n\tb\u001b[2J\u200b")).to.equal("\u001b");
    });
});
