import { expect } from "chai";
import { kindOfToken, type TokenKind } from "../../core/token-kinds";

describe("kindOfToken", () => {
    const kinds: [string, TokenKind][] = [
        ["glrt-t3_TgbhXFrg957wAC1GotYH", "authentication"],
        ["acme-glrt-abcdefghijklmnopqrst", "authentication"],
        ["glrtr-abcdefghijklmnopqrst", "authentication"],
        ["t1_abcdefghijklmnopqrst", "authentication"],
        ["GR1348941abcdefghijklmnopqrst", "registration"],
        ["glpat-abcdefghijklmnopqrst", "access"],
        ["glcbt-64_abcdefghijkl", "job"],
        ["  ", "missing"],
        ["abcdefghijklmnopqrst", "unclear"],
        ["abcdefghij klmnopqrst", "garbled"],
        ["glrt-abcdefghijklmn\u200bopq", "garbled"],
    ];
    for (const [token, kind] of kinds) {
        it(`takes ${token.slice(0, 9)}… for ${kind}`, () => expect(kindOfToken(token)).to.equal(kind));
    }
});
