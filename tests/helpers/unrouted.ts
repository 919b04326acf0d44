import path from "node:path";
import { Journal, type JournalEntry } from "../../sandbox/journal";

/** What users asked of a sandbox in this process, and nobody wrote there, since the last test. */
const asked: Omit<JournalEntry, "number">[] = [];
const record = Journal.prototype.record;
Journal.prototype.record = function (entry) {
    if (entry.unrouted && entry.actor === "user") asked.push(entry);
    record.call(this, entry);
};

/** Tests that ask for such things on purpose: the sandbox's own, and the one of what it cannot show. */
const ON_PURPOSE = ["sandbox", "e2e/clients/acceptance.spec.ts"].map((place) => path.resolve(__dirname, "..", place));

/**
 * After every test: nothing of ours may ask for a route, or for a part of GitLab's GraphQL schema, that nobody wrote. Much of
 * what asks falls back on something else when it is refused, so that a misspelt field would pass all its tests.
 */
export const mochaHooks = {
    afterEach(this: Mocha.Context) {
        const found = asked.splice(0);
        const file = this.currentTest?.file ?? "";
        if (found.length === 0 || ON_PURPOSE.some((place) => file.startsWith(place))) return;
        const list = found.map(({ method, path: where, operation }) => `${method} ${where} ${operation}`.trim());
        throw new Error(`the sandbox has nothing for ${[...new Set(list)].join(", ")}`);
    },
};
