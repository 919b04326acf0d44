import { expect } from "chai";
import type { Fault } from "../../../sandbox/faults";
import { type Engine, startEngine } from "../../helpers/engine";
import { demoFleet } from "./fleets";

/** What GitLab or something before it answers, and what the user must be told. */
const cases: { title: string; fault: Fault; says: RegExp[] }[] = [
    {
        title: "401",
        fault: { kind: "status", status: 401, body: { message: "401 Unauthorized" } },
        says: [/401 Unauthorized/, /token/i],
    },
    {
        title: "403 for a token without the scope",
        fault: {
            kind: "status",
            status: 403,
            body: {
                error: "insufficient_scope",
                error_description: "The request requires higher privileges than provided by the access token.",
                scope: "api manage_runner",
            },
        },
        says: [/403/, /higher privileges/, /manage_runner/],
    },
    {
        title: "500",
        fault: { kind: "status", status: 500, body: { message: "500 Internal Server Error" } },
        says: [/500/],
    },
    { title: "HTML instead of JSON", fault: { kind: "html" }, says: [/HTML/] },
    {
        title: "a redirect to a login page",
        fault: { kind: "login-redirect" },
        says: [/redirect/i, /baseUrl|login|sign/i],
    },
    { title: "a dropped connection", fault: { kind: "drop" }, says: [/connection|socket/i] },
];

describe("a GitLab that does not answer as it should", () => {
    let engine: Engine;

    before(async () => {
        engine = await startEngine({ config: demoFleet });
        await engine.up();
    });
    after(() => engine.close());
    afterEach(() => engine.sandbox.faults.clear());

    for (const { title, fault, says } of cases) {
        it(`keeps the state and explains itself on ${title}`, async () => {
            const before = await resources();
            engine.sandbox.faults.plan({ path: "**", times: 0, fault });
            engine.sandbox.faults.plan({ path: "/api/graphql", times: 0, fault });
            const result = await engine.stack.run(["refresh", "--yes"]);
            expect(result.code, result.output).to.not.equal(0);
            for (const words of says) expect(result.output).to.match(words);
            expect(result.output).to.match(/(GET|POST) \/[\w/]+/);
            expect(result.output, "no stack trace").to.not.match(/^\s+at .+\(.+:\d+:\d+\)/m);
            expect(result.output.includes(engine.sandbox.tokens.owner!)).to.equal(false);
            expect(await resources()).to.deep.equal(before);
        });
    }

    it("waits as long as 429 with Retry-After asks, and goes on", async () => {
        engine.sandbox.faults.plan({ path: "/graphql", fault: { kind: "rate-limit", retryAfter: 1, style: "text" } });
        engine.sandbox.faults.plan({ path: "/**", fault: { kind: "rate-limit", retryAfter: 1, style: "json" } });
        const result = await engine.stack.run(["refresh", "--yes"]);
        expect(result.code, result.output).to.equal(0);
        expect(engine.sandbox.journal.entries().some((entry) => entry.status === 429)).to.equal(true);
    });

    async function resources(): Promise<string[]> {
        const { deployment } = await engine.stack.state();
        return (deployment.resources ?? []).map((resource) => `${resource.urn} ${resource.id ?? ""}`).sort();
    }
});
