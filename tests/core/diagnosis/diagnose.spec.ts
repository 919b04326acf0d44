import { expect } from "chai";
import { diagnoseWorker, isBroken } from "../../../core/diagnosis/diagnose";
import type { FindingCode, WorkerFacts } from "../../../core/diagnosis/facts";
import { DAY, facts, HOUR, ME, MINUTE, NOW, refused, runner } from "./workers";

describe("diagnoseWorker", () => {
    const cases: [title: string, facts: WorkerFacts, codes: FindingCode[], says: RegExp][] = [
        ["nothing is wrong", facts(), ["healthy"], /takes the token. It is runner 5/],
        [
            "the token is one of registration",
            facts({ token: { kind: "registration", length: 29 }, tokenWorks: undefined, runner: undefined }),
            ["registration-token"],
            /29 characters, beginning GR1348941/,
        ],
        [
            "there is no token",
            facts({ token: { kind: "missing", length: 0 }, tokenWorks: undefined }),
            ["token-missing"],
            /has no token/,
        ],
        [
            "the token is a user's",
            facts({ token: { kind: "access", length: 26 }, tokenWorks: undefined }),
            ["access-token"],
            /access token of a user/,
        ],
        ["the runner was deleted", refused({ runner: "gone" }), ["token-deleted"], /Runner 5 was deleted/],
        [
            "the token expired, says GitLab",
            refused({ runner: runner({ tokenExpiresAt: NOW - 3 * DAY }) }),
            ["token-expired"],
            /expired 3 days ago/,
        ],
        [
            "the token expired, says the file",
            refused({ runner: undefined, fileExpiresAt: NOW - HOUR }),
            ["token-expired"],
            /expired 1 hour ago/,
        ],
        [
            "another manager rotated the token",
            refused({
                runner: runner({
                    managers: [
                        { systemId: ME, contactedAt: NOW - 3 * HOUR },
                        { systemId: "s_other", contactedAt: NOW - MINUTE },
                    ],
                }),
            }),
            ["token-rotated"],
            /another token by now, and s_other works with it/,
        ],
        ["somebody reset the token", refused(), ["token-rotated"], /was reset in GitLab/],
        [
            "nothing is known about a refused token",
            refused({ runner: undefined }),
            ["token-unknown"],
            /expired, was reset, its runner was deleted/,
        ],
        ["the runner may not be seen", refused({ runner: "hidden" }), ["token-unknown"], /may not see runner 5/],
        ["the runner is paused", facts({ runner: runner({ paused: true }) }), ["paused"], /paused in GitLab/],
        [
            "no job has the tags",
            facts({ demand: { jobs: 40, matching: 0, wanted: ["linux", "gpu"] } }),
            ["tags-unwanted"],
            /They want linux, gpu/,
        ],
        [
            "the token holds what no token has",
            facts({ token: { kind: "garbled", length: 31 }, tokenWorks: undefined }),
            ["token-unknown"],
            /a letter that no token has \(got 31 characters\)/,
        ],
        [
            "the worker was disabled for an hour",
            facts({ told: { source: "log", disabled: true, disabledAt: NOW - 10 * MINUTE }, runner: undefined }),
            ["disabled"],
            /10 minutes ago/,
        ],
        [
            "GitLab hears from somebody else instead",
            facts({ runner: runner({ managers: [{ systemId: "r_clone", contactedAt: NOW }] }) }),
            ["not-heard"],
            /has never heard from this host.*hears from r_clone instead/,
        ],
        [
            "the process is off",
            facts({ runner: runner({ managers: [{ systemId: ME, contactedAt: NOW - DAY }] }) }),
            ["not-heard"],
            /last heard 1 day ago/,
        ],
        [
            "no host is heard, and which of them the file is of is not known",
            facts({
                systemId: undefined,
                runner: runner({
                    managers: [
                        { systemId: "r_a", contactedAt: NOW - 3 * DAY },
                        { systemId: "r_b", contactedAt: NOW - DAY },
                    ],
                }),
            }),
            ["not-heard"],
            /last heard 1 day ago from runner 5, from whatever host/,
        ],
        [
            "one host is heard, and it may be the file's",
            facts({
                systemId: undefined,
                runner: runner({
                    managers: [
                        { systemId: "r_a", contactedAt: NOW - DAY },
                        { systemId: "r_b", contactedAt: NOW },
                    ],
                }),
            }),
            ["healthy"],
            /takes the token/,
        ],
        [
            "the address is none",
            facts({ contact: { kind: "invalid-url" }, url: "git", tokenWorks: undefined }),
            ["invalid-url"],
            /not an http/,
        ],
        [
            "nothing answers",
            facts({ contact: { kind: "silence", code: "ECONNREFUSED" }, tokenWorks: undefined }),
            ["unreachable"],
            /does not answer \(ECONNREFUSED\)/,
        ],
        [
            "an answer takes too long",
            facts({ contact: { kind: "silence", code: "UND_ERR_HEADERS_TIMEOUT" }, tokenWorks: undefined }),
            ["unreachable"],
            /does not answer within 10 seconds\./,
        ],
        [
            "the certificate is not trusted",
            facts({ contact: { kind: "tls", code: "SELF_SIGNED_CERT_IN_CHAIN" }, tokenWorks: undefined }),
            ["tls"],
            /not trusted/,
        ],
        [
            "the address redirects",
            facts({
                contact: { kind: "redirect", to: "https://new.example.org/api/v4/version" },
                tokenWorks: undefined,
            }),
            ["redirect"],
            /do not survive a redirect/,
        ],
        [
            "a sign-in page stands before GitLab",
            facts({ contact: { kind: "redirect", to: "https://sso.example.org/login" }, tokenWorks: undefined }),
            ["login-page"],
            /cannot sign in/,
        ],
        [
            "the address is a web page",
            facts({ contact: { kind: "stranger", status: 404, what: "an HTML page" }, tokenWorks: undefined }),
            ["wrong-url"],
            /is not GitLab/,
        ],
    ];
    for (const [title, given, codes, says] of cases) {
        it(`says so when ${title}`, () => {
            const found = diagnoseWorker(given);
            expect(found.map(({ code }) => code)).to.deep.equal(codes);
            expect(found[0]!.says).to.match(says);
            expect(isBroken(found)).to.equal(codes[0] !== "healthy");
            if (codes[0] !== "healthy") expect(found[0]!.advice).to.match(/\.$/);
        });
    }

    const warnings: [title: string, facts: WorkerFacts, code: FindingCode][] = [
        ["the clock is off", facts({ clockSkew: 10 * MINUTE }), "clock-off"],
        ["a worker has the same token as another", facts({ sameTokenAs: '1 "a"' }), "duplicate-worker"],
        [
            "the token dies soon and nothing rotates it",
            facts({ runner: runner({ tokenExpiresAt: NOW + DAY }) }),
            "expires-soon",
        ],
        ["a process rotates that cannot save", facts({ rotatesItself: true, readOnlyFile: true }), "rotation-loop"],
        ["the token could not be tried", facts({ tokenWorks: undefined, runner: undefined }), "unchecked"],
    ];
    for (const [title, given, code] of warnings) {
        it(`warns when ${title}, although jobs come`, () => {
            const found = diagnoseWorker(given);
            expect(found.map((finding) => [finding.code, finding.severity])).to.deep.equal([[code, "warning"]]);
            expect(isBroken(found)).to.equal(false);
        });
    }

    it("advises a user's token where none has asked this GitLab, and else what tells more than it did", () => {
        const advice = (more: Partial<WorkerFacts>) => {
            const [first] = diagnoseWorker(facts({ tokenWorks: false, runner: undefined, ...more }));
            return /here\. (.*?\.) Until then/.exec(first!.advice)?.[1];
        };
        expect(advice({})).to.equal("Set GITLAB_TOKEN, of an Owner or Maintainer: it tells more.");
        expect(advice({ asked: "elsewhere" })).to.match(/^GITLAB_TOKEN is for another GitLab/);
        expect(advice({ asked: "here" })).to.match(/id = <the runner's> in the table tells more\.$/);
        expect(advice({ asked: "here", runner: "hidden" })).to.equal(
            "GITLAB_TOKEN of an Owner or Maintainer tells more.",
        );
        const untried = (more: Partial<WorkerFacts>) => diagnoseWorker(facts({ tokenWorks: undefined, ...more }))[0]!;
        expect(untried({}).advice).to.match(/^Set GITLAB_TOKEN to one of this GitLab/);
        expect(untried({ asked: "here" })).to.include({ code: "unchecked", advice: "" });
    });

    it("takes a worker for disabled that was heard from before its log says so, although the log gives no time", () => {
        const told = { source: "log", disabled: true, writtenAt: NOW - 1000 };
        expect(diagnoseWorker(facts({ told })).map(({ code }) => code)).to.deep.equal(["disabled"]);
        const long = { ...told, writtenAt: NOW - 2 * HOUR };
        expect(diagnoseWorker(facts({ told: long, runner: undefined })).map(({ code }) => code)).to.deep.equal([
            "healthy",
        ]);
    });

    it("does not take a disabled worker for one that is over an hour ago, or was heard from since", () => {
        const told = { source: "log", disabled: true, disabledAt: NOW - 2 * HOUR };
        expect(diagnoseWorker(facts({ told, runner: undefined })).map(({ code }) => code)).to.deep.equal(["healthy"]);
        const recent = { ...told, disabledAt: NOW - 10 * MINUTE };
        const silent = { source: "log", disabled: true, writtenAt: NOW - 10 * MINUTE };
        expect(diagnoseWorker(facts({ told: silent })).map(({ code }) => code)).to.deep.equal(["healthy"]);
        expect(diagnoseWorker(facts({ told: recent })).map(({ code }) => code)).to.deep.equal(["healthy"]);
    });

    it("advises to take untagged jobs only where the runner takes none", () => {
        for (const runUntagged of [true, false]) {
            const demand = { jobs: 1, matching: 0, wanted: ["gpu"] };
            const [found] = diagnoseWorker(facts({ runner: runner({ runUntagged }), demand }));
            expect(found!.says).to.match(/^None of the latest jobs \(1 looked at\) could run here/);
            expect(found!.advice.includes("runUntagged")).to.equal(!runUntagged);
        }
    });
});
