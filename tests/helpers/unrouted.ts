import { Journal, type JournalEntry } from "../../sandbox/journal";

/** What was asked of a sandbox in this process, and nobody wrote there, since the last test. */
const asked: Omit<JournalEntry, "number">[] = [];
const { record, unrouted } = Journal.prototype;
Journal.prototype.record = function (entry) {
    if (entry.unrouted) asked.push(entry);
    record.call(this, entry);
};
// Whoever looks at them means to ask for such things, and judges by itself.
Journal.prototype.unrouted = function () {
    asked.length = 0;
    return unrouted.call(this);
};

function expectNone(): void {
    const list = asked.splice(0).map(({ method, path, operation }) => `${method} ${path} ${operation}`.trim());
    if (list.length > 0) throw new Error(`the sandbox has nothing for ${[...new Set(list)].join(", ")}`);
}

/**
 * After every test: nothing may ask for a route, or for a part of GitLab's GraphQL schema, that nobody wrote. Much of what asks
 * falls back on something else when it is refused, so that a misspelt path or field would pass all its tests. A test that asks for
 * them on purpose says so by looking at `journal.unrouted()`.
 */
export const mochaHooks = { afterEach: expectNone, afterAll: expectNone };
