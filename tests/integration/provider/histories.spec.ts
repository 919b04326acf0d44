import fc from "fast-check";
import { type Sandbox, startSandbox } from "../../../sandbox";
import { SITE_SEED, Site } from "../../provider/site";
import { anyEvent, type Event, TROUBLES } from "../../provider/site-events";

/** More with RUNS=1000, for a night. */
const RUNS = Number(process.env.RUNS ?? 20);

/** Histories before the `up` that meets trouble. */
const SITUATIONS: Record<string, Event[]> = {
    "a first up among strangers": [
        { kind: "declare", name: "b" },
        { kind: "register", description: "my-runner", contact: true },
        { kind: "register", description: "theirs", contact: true },
        { kind: "other stack" },
    ],
    "an up that renews a token, makes and removes runners, and changes one": [
        { kind: "declare", name: "b" },
        { kind: "up" },
        { kind: "time", hours: 25 * 24 },
        { kind: "declare", name: "c" },
        { kind: "drop", name: "b" },
        { kind: "retag", tag: "y" },
        { kind: "register", description: "my-runner", contact: false },
    ],
    "an up with a lost state": [{ kind: "up" }, { kind: "time", hours: 2 }, { kind: "lost state" }],
};

/** An `up` was killed after it had made a runner, whose name was taken out of the program before the next one. */
const KILLED_BEFORE_ITS_NAME_WAS_LISTED: Event[] = [
    { kind: "fault", fault: "drop", after: 5 },
    { kind: "declare", name: "b" },
    { kind: "killed", after: 0 },
    { kind: "drop", name: "b" },
];

describe("any history of a site", function () {
    this.timeout(120_000);
    let sandbox: Sandbox;

    before(async () => {
        sandbox = await startSandbox({ clockStart: new Date("2026-01-01T00:00:00Z"), seed: SITE_SEED });
    });
    after(() => sandbox.close());

    const siteAfter = async (history: readonly Event[], grpc = false) => {
        sandbox.reset();
        const site = new Site(sandbox, grpc);
        for (const event of history) await site.happen(event);
        return site;
    };

    /** The requests of an `up` without trouble: whether each of them changes something. */
    const requestsOf = async (history: readonly Event[]): Promise<boolean[]> => {
        const site = await siteAfter(history);
        const { journal } = sandbox;
        journal.clear();
        await site.up();
        const writing = new Set(journal.writes());
        return journal.entries().map((entry) => writing.has(entry));
    };

    it("ends, two ups later, with exactly the declared runners, all working, and nobody else's touched", async () => {
        await fc.assert(
            fc.asyncProperty(fc.array(anyEvent, { minLength: 1, maxLength: 10 }), async (history) =>
                (await siteAfter(history)).expectTwoUpsToHeal(),
            ),
            { numRuns: RUNS, examples: [[KILLED_BEFORE_ITS_NAME_WAS_LISTED]] },
        );
    }).timeout(60_000 + RUNS * 2000);

    for (const [situation, history] of Object.entries(SITUATIONS)) {
        it(`ends so whatever happens to whichever request of ${situation}`, async () => {
            // Nothing has happened at a request that only reads: whatever strikes it, the same is left behind.
            const strikes = (await requestsOf(history)).flatMap((writes, request) =>
                (writes ? TROUBLES : (["drop"] as const)).map((trouble) => ({ trouble, request })),
            );
            for (const { trouble, request } of strikes) {
                const site = await siteAfter(history);
                await site.upWith(trouble, request);
                await site.expectTwoUpsToHeal().catch((cause: Error) => {
                    throw new Error(`${trouble}, request ${request}: ${cause.message}`, { cause });
                });
            }
        });
    }

    it("ends so with the provider behind its gRPC interface", async () => {
        const history: Event[] = [
            ...SITUATIONS["a first up among strangers"]!,
            { kind: "fault", fault: "crash after", after: 4 },
            { kind: "fault", fault: "lose-answer", after: 6 },
            { kind: "time", hours: 25 * 24 },
            { kind: "fault", fault: "lose-answer", after: 3 },
            { kind: "lost state" },
        ];
        await (await siteAfter(history, true)).expectTwoUpsToHeal();
    });
});
