import { expect } from "chai";
import fc from "fast-check";
import { diagnoseWorker, isBroken } from "../../../core/diagnosis/diagnose";
import type { Contact, WorkerFacts } from "../../../core/diagnosis/facts";
import type { TokenKind } from "../../../core/token-kinds";
import { DAY, facts, ME, NOW } from "./workers";

describe("diagnoseWorker, of any worker", () => {
    const contact = fc.constantFrom<Contact>(
        { kind: "gitlab" },
        { kind: "invalid-url" },
        { kind: "silence", code: "ETIMEDOUT" },
        { kind: "tls", code: "X" },
        { kind: "redirect", to: "https://x" },
        { kind: "stranger", status: 200, what: "an HTML page" },
    );
    const some = fc.record(
        {
            token: fc.record({
                kind: fc.constantFrom<TokenKind>(
                    "authentication",
                    "registration",
                    "access",
                    "job",
                    "missing",
                    "garbled",
                    "unclear",
                ),
                length: fc.nat(100),
            }),
            contact,
            tokenWorks: fc.constantFrom(true, false, undefined),
            runner: fc.oneof(
                fc.constantFrom<"gone" | "hidden" | undefined>("gone", "hidden", undefined),
                fc.record({
                    id: fc.nat(),
                    paused: fc.boolean(),
                    runUntagged: fc.boolean(),
                    tags: fc.array(fc.string(), { maxLength: 2 }),
                    tokenExpiresAt: fc.option(fc.integer({ min: NOW - 90 * DAY, max: NOW + 90 * DAY }), {
                        nil: undefined,
                    }),
                    managers: fc.array(
                        fc.record({
                            systemId: fc.constantFrom(ME, "s_other"),
                            contactedAt: fc.integer({ min: NOW - DAY, max: NOW }),
                        }),
                        { maxLength: 3 },
                    ),
                }),
            ),
            clockSkew: fc.integer({ min: -DAY, max: DAY }),
            sameTokenAs: fc.constant('1 "a"'),
            demand: fc.record({
                jobs: fc.nat(9),
                matching: fc.nat(3),
                wanted: fc.array(fc.string(), { maxLength: 3 }),
            }),
            fileExpiresAt: fc.integer({ min: NOW - 90 * DAY, max: NOW + 90 * DAY }),
            readOnlyFile: fc.boolean(),
            rotatesItself: fc.boolean(),
        },
        { requiredKeys: ["token"] },
    );

    it("says something about every worker, errors first, with advice for everything that is wrong", () => {
        fc.assert(
            fc.property(some, (more) => {
                const given = facts({ contact: undefined, runner: undefined, ...(more as Partial<WorkerFacts>) });
                const found = diagnoseWorker(given);
                expect(found).to.not.deep.equal([]);
                const ranks = found.map(({ severity }) => ["error", "warning", "info"].indexOf(severity));
                expect(ranks).to.deep.equal([...ranks].sort());
                expect(new Set(found.map(({ code }) => code)).size).to.equal(found.length);
                for (const { severity, advice, says } of found) {
                    expect(says).to.not.equal("");
                    if (severity !== "info") expect(advice).to.not.equal("");
                }
                // A token that GitLab refuses never passes for healthy, whatever else is known.
                if (given.tokenWorks === false) expect(isBroken(found)).to.equal(true);
            }),
            { numRuns: 500 },
        );
    });
});
