import * as fc from "fast-check";

/** Texts of any characters. Like `fc.string({ unit: "binary" })`, which takes a second to list a million characters. */
export function anyText(constraints: { maxLength?: number } = {}): fc.Arbitrary<string> {
    const character = fc.integer({ min: 0, max: 0x10ffff }).filter((code) => code < 0xd800 || code > 0xdfff);
    return fc.array(character, constraints).map((codes) => String.fromCodePoint(...codes));
}
