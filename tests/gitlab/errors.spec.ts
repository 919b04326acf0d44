import { expect } from "chai";
import {
    GitLabError,
    isNotFound,
    isRefusal,
    scrub,
    shorten,
    unlessHidden,
    unlessNotFound,
    unlessOwnRefusal,
    unlessRefusal,
    unlessRefused,
    unlessUntold,
    wordsOf,
} from "../../gitlab/errors";
import { GRAPHQL } from "../../gitlab/request";

const failed = (status: number | undefined, isStranger = false, path = "/runners/7") =>
    new GitLabError({ method: "GET", path, status, isStranger, words: "no", remedy: "" });

describe("what an error of GitLab's means", () => {
    /** What it may be taken for: gone, hidden, a refusal, GitLab's own refusal, refused, not told. */
    const KINDS = {
        gone: unlessNotFound,
        hidden: unlessHidden,
        refusal: unlessRefusal,
        own: unlessOwnRefusal,
        refused: unlessRefused,
        untold: unlessUntold,
    };
    const meanings: [title: string, error: unknown, ...means: (keyof typeof KINDS)[]][] = [
        ["404", failed(404), "gone", "hidden", "refusal", "own", "untold"],
        ["403", failed(403), "hidden", "refusal", "own", "refused", "untold"],
        ["401", failed(401), "refused", "untold"],
        ["429", failed(429), "untold"],
        ["400", failed(400), "refusal", "own", "untold"],
        ["an error of GraphQL", failed(200, false, GRAPHQL), "refusal", "own", "refused", "untold"],
        ["499", failed(499), "refusal", "own", "untold"],
        ["500", failed(500), "untold"],
        ["502", failed(502), "untold"],
        ["no answer", failed(undefined), "untold"],
        ["404 of what stands before GitLab", failed(404, true), "untold"],
        ["403 of what stands before GitLab", failed(403, true), "untold"],
        ["403 of what stands before GraphQL", failed(403, true, GRAPHQL), "refusal", "refused", "untold"],
        ["a mistake of ours", Object.assign(new Error("x"), { status: 404 })],
    ];
    for (const [title, error, ...means] of meanings) {
        it(`is by ${title} ${means.join(", ") || "nothing of GitLab's"}`, () => {
            const taken = Object.entries(KINDS).flatMap(([name, unless]) => {
                try {
                    expect(unless(error)).to.equal(undefined);
                    return [name];
                } catch (thrown) {
                    expect(thrown).to.equal(error);
                    return [];
                }
            });
            expect(taken).to.deep.equal(means);
            expect([isNotFound(error), isRefusal(error)]).to.deep.equal([
                means.includes("gone"),
                means.includes("refusal"),
            ]);
        });
    }
});

describe("the message of an error", () => {
    it("says who refused, failed or was silent, at what, why, and what to do", () => {
        const said = (status: number | undefined, words: string, remedy = "", at?: string) =>
            new GitLabError({ method: "PUT", path: "/x", status, words, remedy, at }).message;
        expect(said(403, "no")).to.equal("GitLab refused PUT /x (403): no.");
        expect(said(499, "no!", "Ask. Then go.")).to.equal("GitLab refused PUT /x (499): no! Ask. Then go.");
        expect(said(500, "e.g. this")).to.equal("GitLab failed at PUT /x (500): e.g. this.");
        expect(said(undefined, "late")).to.equal("GitLab did not answer PUT /x: late.");
        expect(said(undefined, "late", "", "https://a")).to.equal("GitLab at https://a did not answer PUT /x: late.");
        expect(said(403, "no", "", "https://a")).to.equal("GitLab refused PUT /x (403): no.");
    });
});

describe("GitLab's words", () => {
    it("are taken out of each of its envelopes", () => {
        for (const [body, words] of [
            [{ message: "a" }, "a"],
            [{ error: "a" }, "a"],
            [{ message: "m", error: "e" }, "m"],
            [{ errors: ["a", "b"] }, "a, b"],
            [
                { error: "insufficient_scope", error_description: "more", scope: "api" },
                "insufficient_scope: more (scope: api)",
            ],
            [{ error: "invalid", error_description: "why", scope: "" }, "invalid: why"],
            [{ error: "invalid", error_description: "why" }, "invalid: why"],
            [{ error: ["a"], error_description: "why" }, "a"],
            [{ message: { tags_list: ["can not be empty"], base: ["no"] } }, "tags_list can not be empty; no"],
            [{ message: { x: null } }, "x null"],
            [{ other: "a" }, "other a"],
            ["text", "text"],
            [null, "null"],
        ] as const)
            expect(wordsOf(JSON.stringify(body), "application/json"), JSON.stringify(body)).to.equal(words);
    });

    it("are those of a page, or the text itself, or that there are none", () => {
        expect(wordsOf("<html><title> Sign in </title>", "text/plain")).to.equal('an HTML page, "Sign in"');
        for (const page of ["<!DOCTYPE html>", "<html><title></title>", "anything"])
            expect(wordsOf(page, page === "anything" ? "text/html" : "")).to.equal("an HTML page");
        expect(wordsOf(" Bad Gateway <html> ", "text/plain")).to.equal("Bad Gateway <html>");
        expect(wordsOf(" \n", "")).to.equal("no reason given");
    });

    it("are one line of a bearable length, without secrets", () => {
        expect(shorten("a \n\t b")).to.equal("a b");
        expect(shorten("x".repeat(500))).to.equal("x".repeat(500));
        expect(shorten("x".repeat(501))).to.equal(`${"x".repeat(500)}…`);
        expect(scrub("hush, hush: hide", ["hush", "hide", ""])).to.equal("[secret], [secret]: [secret]");
        // Of one that is this short every other word would go as well.
        expect(scrub("an answer", ["ans"])).to.equal("an answer");
    });
});
