import { Journal, type JournalEntry } from "../../sandbox/journal";

/** Requests to sandboxes in this process, since the last test, that nothing there handles. */
const asked: Omit<JournalEntry, "number">[] = [];
const { record, unrouted } = Journal.prototype;
Journal.prototype.record = function (entry) {
    if (entry.unrouted) asked.push(entry);
    record.call(this, entry);
};
// A test that calls this makes such requests on purpose, and checks them itself.
Journal.prototype.unrouted = function () {
    asked.length = 0;
    return unrouted.call(this);
};

function expectNone(): void {
    const list = asked.splice(0).map(({ method, path, operation }) => `${method} ${path} ${operation}`.trim());
    if (list.length > 0) throw new Error(`the sandbox has nothing for ${[...new Set(list)].join(", ")}`);
}

/**
 * After every test: nothing may have requested a route, or a part of GitLab's GraphQL schema, that the sandbox does not
 * have. Many callers fall back to something else if a request is refused, so a misspelt path or field would otherwise
 * pass all tests. A test that makes such requests on purpose calls `journal.unrouted()`.
 */
export const mochaHooks = { afterEach: expectNone, afterAll: expectNone };
