import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import {
    asText,
    ENCRYPTED,
    either,
    firstOf,
    holdsOutput,
    inOrder,
    isEventual,
    isOutput,
    isUnreadable,
    joinPaths,
    looksLikeToken,
    memberOf,
    notFinite,
    show,
    UNKNOWN,
    UNREADABLE,
    withoutTokens,
} from "../../core/values";

describe("show", () => {
    it("shows short values as they are, and the shape of long ones", () => {
        expect(show("a")).to.equal('"a"');
        expect(show(5)).to.equal("5");
        expect(show(false)).to.equal("false");
        expect(show(undefined)).to.equal("nothing");
        expect(show(null)).to.equal("null");
        expect(show([1, 2])).to.equal("a list of 2");
        expect(show({})).to.equal("an empty map");
        expect(show({ a: 1, b: 2 })).to.equal('a map of "a", "b"');
        expect(show(Object.fromEntries([..."abcdef"].map((key) => [key, 1])))).to.equal("a map of 6 keys");
        expect(show(Object.fromEntries([..."abcde"].map((key) => [key, 1])))).to.match(/^a map of "a", .*"e"$/);
        expect(show("x".repeat(60))).to.equal(`"${"x".repeat(60)}"`);
        expect(show("x".repeat(61))).to.equal(`"${"x".repeat(60)}"… of 61 characters`);
    });

    it("says what a value is that has no words of its own", () => {
        const stranger = class Own {
            a = 1;
        };
        expect(show(new Date(0))).to.equal("a date, 1970-01-01T00:00:00.000Z");
        expect(show(new Map())).to.equal("an instance of Map");
        expect(show(pulumi.output({ a: 1 }))).to.equal("an output");
        expect(show({ __pulumiResource: true, a: 1 })).to.equal("a resource");
        expect(show(new stranger())).to.equal('a map of "a"');
        expect(show(() => "hunter2")).to.equal("a function");
        expect(show(Symbol("hunter2"))).to.equal("a symbol");
        expect(show(10n)).to.equal("10n");
    });

    it("shows no more than the length of a secret and of what looks like one", () => {
        expect(show("hunter2", true)).to.equal("a secret of 7 characters");
        expect(show(12345, true)).to.equal("a secret number");
        expect(show(12345n, true)).to.equal("a secret bigint");
        for (const token of [
            "glpat-abcdefghijkl",
            "glrt-t1_abcdefghijkl",
            "acme-glrt-abcdefghijkl",
            "GR1348941abcdefgh",
        ]) {
            expect(show(token)).to.equal(`a secret of ${token.length} characters`);
            expect(show(`see ${token}`)).to.match(/^a secret of/);
        }
    });
});

describe("a token in a text", () => {
    it("is known by each prefix that GitLab gives its tokens", () => {
        const prefixes = "glpat gloas gldt glrt glrtr glcbt glptt glft glimt glagent glsoat glffct glwt";
        for (const prefix of prefixes.split(" ")) {
            expect(withoutTokens(`a ${prefix}-abcdefghijklmnopqrst, b`)).to.equal("a [secret], b");
        }
    });

    it("is not what people name groups, tags and runners by", () => {
        for (const name of ["global-production", "global-shared-docker", "glue-etl-jobs", "gluster-storage-01"]) {
            expect(looksLikeToken(name), name).to.equal(false);
        }
    });
});

describe("a password in an address", () => {
    it("is taken out, whoever it belongs to, and the rest of the address stays", () => {
        for (const [text, expected] of [
            ["http://u:hunter2@git.example.org/x", "http://u:[secret]@git.example.org/x"],
            ['"https://:p%40ss:w@h:8443" does not answer', '"https://:[secret]@h:8443" does not answer'],
            ["a https://u:one@h, b https://v:two@h", "a https://u:[secret]@h, b https://v:[secret]@h"],
        ] as const) {
            expect(withoutTokens(text)).to.equal(expected);
            expect(withoutTokens(expected)).to.equal(expected);
        }
    });

    it("is neither a port, a digest, a variable, nor the user of a login by key", () => {
        for (const text of [
            "https://git.example.org:8443/a@b",
            "docker pull registry.example.org:5000/a@sha256:0123",
            `https://gitlab-ci-token:${"$"}{CI_JOB_TOKEN}@git.example.org`,
            "https://gitlab-ci-token:$CI_JOB_TOKEN@git.example.org",
            "ssh://ci@vm-01:22/etc, ssh://:…@vm-01",
        ]) {
            expect(withoutTokens(text), text).to.equal(text);
        }
    });
});

describe("paths", () => {
    it("are those that `pulumi config set --path` takes", () => {
        expect(memberOf("managers", "ci-01")).to.equal("managers.ci-01");
        expect(memberOf("runners", 0)).to.equal("runners[0]");
        expect(memberOf("gitlab-fleet:", "runners")).to.equal("gitlab-fleet:runners");
        expect(memberOf("", "runners")).to.equal("runners");
        expect(memberOf("runners", "a.b")).to.equal('runners["a.b"]');
        expect(memberOf("runners", "")).to.equal('runners[""]');
        expect(joinPaths("runners.ci", "tags[0]")).to.equal("runners.ci.tags[0]");
        expect(joinPaths("", "tags")).to.equal("tags");
        expect(joinPaths("tags", "[0]")).to.equal("tags[0]");
        expect(joinPaths("gitlab-fleet:", "runners")).to.equal("gitlab-fleet:runners");
    });
});

describe("words for several things", () => {
    it("are the first of them, and how many more there are", () => {
        expect(firstOf([], 2)).to.equal("");
        expect(firstOf(["a", "b"], 2)).to.equal("a, b");
        expect(firstOf(["a", "b", "c"], 2)).to.equal("a, b and 1 more");
        expect(firstOf(["a", "b"], 5, 7)).to.equal("a, b and 5 more");
        expect(firstOf(["a", "b", "c"], 2, 7)).to.equal("a, b and 5 more");
    });

    it("leave a choice", () => {
        expect([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(either)).to.deep.equal(["", "a", "a or b", "a, b or c"]);
    });

    it("are those of TOML for what is no finite number", () => {
        const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 1.5, "nan", 1n];
        expect(values.map(notFinite)).to.deep.equal(["nan", "inf", "-inf", ...Array(4).fill(undefined)]);
    });

    it("are none for what is neither text nor number", () => {
        expect(["a", "", 5].map(asText)).to.deep.equal(["a", "", "5"]);
        for (const value of [undefined, null, true, ["a"], { toString: () => "a" }]) expect(asText(value)).to.equal("");
    });
});

describe("inOrder", () => {
    it("is one for every order of the same keys", () => {
        const maps = ["abc", "acb", "bac", "bca", "cab", "cba"].map((keys) =>
            Object.fromEntries([...keys].map((key) => [key, 1])),
        );
        expect(new Set(maps.map((map) => JSON.stringify(inOrder(map))))).to.deep.equal(
            new Set(['{"a":1,"b":1,"c":1}']),
        );
    });

    it("takes the order out of maps at any depth, and leaves lists and what is no plain map as they are", () => {
        const [date, output, own] = [new Date(), pulumi.output({ b: 1, a: 2 }), new (class Own {})()];
        const ordered = inOrder({ c: [{ z: 1, a: date }, 2, 1], b: output, a: { own, none: null, ["__proto__"]: 1 } });
        expect(JSON.stringify(Object.keys(ordered))).to.equal('["a","b","c"]');
        expect(Object.keys(ordered.c[0] as object)).to.deep.equal(["a", "z"]);
        expect(ordered.c.slice(1)).to.deep.equal([2, 1]);
        expect((ordered.c[0] as { a: Date }).a).to.equal(date);
        expect(ordered.b).to.equal(output);
        expect(ordered.a.own).to.equal(own);
        expect(Object.keys(ordered.a)).to.deep.equal(["__proto__", "none", "own"]);
    });
});

describe("isEventual", () => {
    it("finds outputs, promises and unreadable values at any depth", () => {
        for (const value of [pulumi.output(1), Promise.resolve(1), UNREADABLE]) {
            expect(isEventual(value)).to.equal(true);
            expect(isEventual({ a: [{ b: value }] })).to.equal(true);
        }
        expect(isEventual({ a: [{ b: 1 }], c: null, d: undefined })).to.equal(false);
    });

    it("takes a symbol of a program for a value like any other, and none of ours", () => {
        expect(isEventual([Symbol("unreadable")])).to.equal(false);
        expect([UNREADABLE, ENCRYPTED, UNKNOWN].every(isEventual)).to.equal(true);
    });

    it("tells outputs and promises from what only stands in for a value that is not known", () => {
        for (const value of [pulumi.output(1), Promise.resolve(1)]) {
            expect(isOutput(value)).to.equal(true);
            expect(holdsOutput([1, { a: value }])).to.equal(true);
        }
        for (const value of [UNREADABLE, ENCRYPTED, UNKNOWN, null, 1, {}]) {
            expect(isOutput(value)).to.equal(false);
            expect(holdsOutput([1, { a: value }])).to.equal(false);
        }
        const resource = { __pulumiResource: true, id: pulumi.output(1) };
        expect([isEventual(resource), holdsOutput([resource])]).to.deep.equal([false, false]);
    });

    it("tells unreadable values from those that are only not known yet", () => {
        expect(isUnreadable({ a: [UNREADABLE] })).to.equal(true);
        expect(isUnreadable({ a: [pulumi.output(1), Promise.resolve(1)] })).to.equal(false);
    });
});
