import { expect } from "chai";
import type { GitLab, PlainAnswer } from "../../gitlab/client";
import { GitLabError } from "../../gitlab/errors";
import { isToken, readTokenFacts, resetToken, toTime, tryToken, tryTokenAnywhere } from "../../gitlab/runner-tokens";
import { rejection } from "../helpers/rejection";

const TOKEN = "glrt-abcdefghijklmnopqrst";

describe("a runner's token that is tried", () => {
    /** A GitLab that answers questions of runners one after the other. */
    const answering = (...answers: Partial<PlainAnswer>[]) => {
        const asked: string[] = [];
        const asRunner = async (method: string) => {
            asked.push(method);
            return { status: undefined, body: "", ...answers[asked.length - 1] };
        };
        return { gitlab: { asRunner } as unknown as GitLab, asked };
    };

    for (const [status, verdict] of [
        [200, "works"],
        [501, "works"],
        [403, "refused"],
        [401, "unknown"],
        [404, "unknown"],
        [500, "unknown"],
        [undefined, "unknown"],
    ] as const) {
        it(`${verdict === "unknown" ? "may do anything" : verdict} where GitLab says ${status ?? "nothing"}`, async () => {
            expect(await tryToken(answering({ status }).gitlab, TOKEN)).to.equal(verdict);
        });
    }

    it("is tried in another way only where the first told nothing", async () => {
        for (const status of [200, 403]) {
            const { gitlab, asked } = answering({ status }, { status: 404, body: "manager" });
            expect(await tryTokenAnywhere(gitlab, TOKEN)).to.equal(status === 200 ? "works" : "refused");
            expect(asked).to.deep.equal(["GET"]);
        }
    });

    for (const [answer, verdict] of [
        [{ status: 403, body: '{"message":"403 Forbidden"}' }, "refused"],
        [{ status: 404, body: '{"message":"404 Runner Manager Not Found"}' }, "works"],
        [{ status: 404, body: '{"message":"404 Not Found"}' }, "unknown"],
        [{ status: 400, body: '{"message":"no such manager"}' }, "unknown"],
        [{ status: undefined, body: "manager" }, "unknown"],
    ] as const) {
        it(`is ${verdict} by the other way where GitLab says ${answer.status} ${answer.body}`, async () => {
            expect(await tryTokenAnywhere(answering({ status: 404 }, answer).gitlab, TOKEN)).to.equal(verdict);
        });
    }
});

describe("what GitLab says of a runner's token", () => {
    const telling = (runner: object | null) => {
        const queries: string[] = [];
        const graphql = async (query: string) => {
            queries.push(query);
            return { runner };
        };
        return { gitlab: { graphql } as unknown as GitLab, queries };
    };
    const CREATED = "2026-01-02T03:04:05Z";

    it("are times where it has some, and the token itself only for who asks for it", async () => {
        const { gitlab, queries } = telling({
            createdAt: CREATED,
            tokenExpiresAt: null,
            ephemeralAuthenticationToken: TOKEN,
        });
        expect(await readTokenFacts(gitlab, 7, { withToken: true })).to.deep.equal({
            createdAt: Date.parse(CREATED),
            expiresAt: undefined,
            ephemeralToken: TOKEN,
        });
        await readTokenFacts(gitlab, 7, { withToken: false });
        expect(queries.map((query) => query.includes("ephemeral"))).to.deep.equal([true, false]);
    });

    it("is no token where none can be one, and nothing of a runner that is gone", async () => {
        for (const ephemeralAuthenticationToken of [null, "", "glrt-a b", "glrt-a\n[[runners]]", 5]) {
            const { gitlab } = telling({ createdAt: null, tokenExpiresAt: "soon", ephemeralAuthenticationToken });
            expect(Object.values((await readTokenFacts(gitlab, 7, { withToken: true }))!)).to.deep.equal([
                undefined,
                undefined,
                undefined,
            ]);
        }
        expect(await readTokenFacts(telling(null).gitlab, 7, { withToken: true })).to.equal(undefined);
    });

    it("after a reset is a token, or else nobody knows whether the old one still works", async () => {
        const reset = (answer: unknown) => resetToken({ post: async () => answer } as unknown as GitLab, 7);
        expect(await reset({ token: TOKEN, token_expires_at: CREATED })).to.deep.equal({
            token: TOKEN,
            expiresAt: Date.parse(CREATED),
        });
        for (const answer of [undefined, {}, { token: "" }, { token: "a b" }, { token: "x".repeat(501) }]) {
            const error = await rejection(reset(answer));
            expect(error).to.be.instanceOf(GitLabError).and.to.have.property("status", undefined);
            expect(error.message).to.contain("its answer has no token");
        }
    });

    it("is what can stand in files and headers, and a time that there is", () => {
        for (const text of [TOKEN, "x", "!~", "x".repeat(500)]) expect(isToken(text), text).to.equal(true);
        for (const text of ["", "x".repeat(501), "a b", "a\tb", "é", "x\n", undefined, 5, [TOKEN]])
            expect(isToken(text), String(text)).to.equal(false);
        expect(toTime("1970-01-01T00:00:01Z")).to.equal(1000);
        for (const text of ["", "soon", null, undefined]) expect(toTime(text)).to.equal(undefined);
    });
});
