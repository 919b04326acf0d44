import { expect } from "chai";
import { kindOfToken, loginHeader, type TokenKind, whyNotForApi } from "../../core/token-kinds";

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
        ["glpat-abcdefghij klmnopqrst", "access"],
        ["0123456789abcdef".repeat(4), "access"],
        ["0123456789abcdef".repeat(4).slice(1), "unclear"],
        ["64_abcdefghijklmnopqrst", "job"],
        ["zz_abcdefghijklmnopqrst", "unclear"],
        ["t4_abcdefghijklmnopqrst", "unclear"],
        ["t1_abcdefghijklmnopqrstu", "unclear"],
        ["see glrt-abcdefghijklmnopqrst", "garbled"],
        ["my-GR1348941abc", "unclear"],
    ];
    for (const [token, kind] of kinds) {
        it(`takes ${token.slice(0, 9)}… for ${kind}`, () => expect(kindOfToken(token)).to.equal(kind));
    }
});

describe("a token for GitLab's API", () => {
    const OAUTH = "0123456789abcdef".repeat(4);

    it("logs in by the header of its kind", () => {
        expect(loginHeader(OAUTH)).to.deep.equal({ authorization: `Bearer ${OAUTH}` });
        for (const token of ["glpat-abcdefghijklmnopqrst", "my-own-token", `${OAUTH}0`])
            expect(loginHeader(token)).to.deep.equal({ "private-token": token });
    });

    it("is one that can log in, or of which nobody can tell", () => {
        for (const token of [
            "glpat-abcdefghijklmnopqrst",
            "acme-glpat-abcdefghijklmnopqrst",
            OAUTH,
            "abcdefghijklmnopqrst",
            // No token of a job, and no variable.
            "eyJhbGci.eyJzdWIi",
            "x.eyJhbGci.eyJzdWIi.c2ln",
            "eyJhbGci.eyJzdWIi.c2ln.more",
            "a$TOKEN",
            "$TOKEN-x",
            `\${TOKEN}x`,
            "$",
        ])
            expect(whyNotForApi(token), token).to.equal(undefined);
    });

    for (const [token, name] of [
        ["glrt-abcdefghijklmnopqrst", "a runner's authentication token"],
        ["GR1348941abcdefghijklmnopqrst", "a registration token"],
        ["gldt-abcdefghijklmnopqrst", "a deploy token"],
        ["glptt-abcdefghijklmnopqrst", "a pipeline trigger token"],
        ["eyJhbGci.eyJzdWIi.c2ln", "an ID token of a job"],
        ["eyJhbGci.eyJzdWIi.", "an ID token of a job"],
        ["$GITLAB_TOKEN", "the name of a variable"],
        [`\${GITLAB_TOKEN}`, "the name of a variable"],
        ["glcbt-64_abcdefghijkl", "the job token of a pipeline"],
    ] as const) {
        it(`is not ${name}`, () => {
            expect(whyNotForApi(token))
                .to.contain(`is ${name} (got a secret of ${token.length} characters)`)
                .and.to.not.contain(token);
        });
    }

    it("is not the token of the very job, whatever it looks like, nor what holds what no token has", () => {
        expect(whyNotForApi("abcdefgh", "abcdefgh")).to.contain("is the job token of a pipeline");
        expect(whyNotForApi("abcdefgh", "other")).to.equal(undefined);
        for (const token of ["glpat-abc def", "glpat-abcdefghijkl\n", "glpat-é"])
            expect(whyNotForApi(token), token).to.contain("Paste the token alone.");
    });
});
