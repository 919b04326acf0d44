import { expect } from "chai";
import * as fc from "fast-check";
import { type ManagerConfig, renderConfigToml } from "../../../core/config-toml";
import { isTimezone, whyNotPeriod } from "../../../core/config-toml/periods";
import { Loader } from "./loader";

const WORDS = [
    "*",
    "?",
    "0",
    "5",
    "7",
    "12",
    "23",
    "31",
    "59",
    "60",
    "00",
    "007",
    "jan",
    "DEC",
    "sunday",
    "fri",
    "l",
    "LW",
    "15w",
    "5L",
    "2#3",
    "2#6",
    "1970",
    "2100",
    "x",
    "@daily",
    "-1",
    "",
];
const word = fc.constantFrom(...WORDS);
const part = fc.oneof(
    word,
    fc.tuple(word, word).map(([from, to]) => `${from}-${to}`),
    fc.tuple(word, fc.constantFrom("0", "2", "6", "7", "59", "60", "100")).map(([base, step]) => `${base}/${step}`),
);
const field = fc.oneof(
    fc.constant("*"),
    fc.constant("*"),
    part,
    fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(",")),
);
const period = fc.array(field, { minLength: 3, maxLength: 8 }).map((fields) => fields.join(" "));

describe("periods and time zones, compared with gitlab-runner's own reading", () => {
    let loader: Loader;

    before(() => {
        loader = new Loader();
    });
    after(() => loader.stop());

    async function loads(duration: object): Promise<boolean> {
        const monitoring = { job_queuing_durations: [{ periods: [], ...duration }] };
        const worker = {
            name: "a",
            url: "https://gitlab.example.org",
            token: "glrt-a",
            config: { executor: "shell", monitoring },
        };
        const { loadError } = await loader.load(
            renderConfigToml({ global: { concurrent: 1 }, workers: [worker] } as ManagerConfig),
        );
        return loadError === undefined;
    }

    it("refuse every period gitlab-runner refuses, and beyond that only what can never come", async () => {
        let refused = 0;
        await fc.assert(
            fc.asyncProperty(period, async (text) => {
                const theirs = await loads({ periods: [text] });
                if (!theirs) refused++;
                if (whyNotPeriod(text) === undefined) expect(theirs).to.equal(true);
                // All that they take and we do not: ranges that run backwards, empty items, a nickname among fields, and
                // what follows a `*` in a list, which they do not read.
                else if (theirs) expect(text).to.match(/-|,(,|$|\s)|(^|\s),|@daily|[*?],/);
            }),
            { numRuns: 2000 },
        );
        expect(refused).to.be.greaterThan(200);
    });

    it("agree on time zones", async () => {
        for (const timezone of [
            "",
            "Local",
            "UTC",
            "Europe/Berlin",
            "Asia/Kolkata",
            "Mars/Olympus",
            "+02:00",
            "Berlin",
        ]) {
            expect(await loads({ timezone }), timezone).to.equal(isTimezone(timezone));
        }
    });
});
