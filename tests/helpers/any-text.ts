import * as fc from "fast-check";

/** Texts of any characters at all. As `fc.string({ unit: "binary" })`, without the second that it takes to list a million of them. */
export function anyText(constraints: { maxLength?: number } = {}): fc.Arbitrary<string> {
    const character = fc.integer({ min: 0, max: 0x10ffff }).filter((code) => code < 0xd800 || code > 0xdfff);
    return fc.array(character, constraints).map((codes) => String.fromCodePoint(...codes));
}
