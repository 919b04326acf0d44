import { expect } from "chai";
import { backOff, hasBrokenList, isOfStranger, redirectTarget, waitAfter } from "../../gitlab/answers";
import type { Answer } from "../../gitlab/transport";

const answer = (status: number, body = "", headers: Record<string, string> = {}): Answer =>
    ({ status, body, header: (name: string) => headers[name] ?? "" }) as Answer;

describe("an answer", () => {
    it("is of GitLab's API where it is a map, or empty and no refusal", () => {
        for (const own of [answer(200, "{}"), answer(204), answer(404, '{"message":"x"}'), answer(500), answer(399)])
            expect(isOfStranger(own), `${own.status} ${own.body}`).to.equal(false);
        for (const other of [
            answer(400),
            answer(404),
            answer(499),
            answer(403, "no"),
            answer(500, "<html>"),
            answer(200, "[]"),
            answer(404, "null"),
        ])
            expect(isOfStranger(other), `${other.status} ${other.body}`).to.equal(true);
    });

    it("leads elsewhere where it says so", () => {
        const from = new URL("https://git.example.org/api/v4/user");
        const target = (status: number, location: string) =>
            redirectTarget(answer(status, "", { location }), from)?.href;
        for (const status of [300, 302, 399]) expect(target(status, "/x")).to.equal("https://git.example.org/x");
        for (const status of [200, 299, 400]) expect(target(status, "/x")).to.equal(undefined);
        expect(target(302, "http://[")).to.equal(undefined);
    });

    it("is asked for again after as long as GitLab says, or a little later each time", () => {
        const wait = (status: number, headers: Record<string, string> = {}) =>
            waitAfter(answer(status, "", headers), 0);
        expect(wait(429, { "retry-after": "7" })).to.equal(7000);
        expect(wait(503, { "ratelimit-resettime": "7" })).to.equal(7000);
        expect(wait(429, { "retry-after": new Date(0).toUTCString() })).to.equal(0);
        for (const [status, headers] of [
            [500, { "retry-after": "7" }],
            [429, {}],
            [429, { "retry-after": "7 s" }],
            [429, { "retry-after": "in 7" }],
        ] as const)
            expect(wait(status, headers), String(status)).to.be.within(187, 313);
        for (const status of [200, 400, 401, 404, 501])
            expect(wait(status, { "retry-after": "7" })).to.equal(undefined);
        expect(wait(429, { "retry-after": "120" })).to.equal(120_000);
        expect(wait(429, { "retry-after": "121" })).to.equal(undefined);
        for (let attempt = 0; attempt < 20; attempt++) {
            const middle = Math.min(8000, 250 * 2 ** attempt);
            expect(backOff(attempt)).to.be.within(middle * 0.75, middle * 1.25);
        }
    });

    it("of GraphQL is not taken where a list in it, at whatever depth, is none or lacks an item", () => {
        for (const whole of [null, "x", {}, { nodes: [] }, { a: { nodes: [{ b: null }] } }, [{ nodes: [{}] }]])
            expect(hasBrokenList(whole), JSON.stringify(whole)).to.equal(false);
        for (const broken of [
            { nodes: null },
            { nodes: {} },
            { a: 1, b: { nodes: [{}, null] } },
            [{}, { nodes: [null] }],
            { nodes: [{}, { c: { nodes: null } }] },
        ])
            expect(hasBrokenList(broken), JSON.stringify(broken)).to.equal(true);
    });
});
