import { expect } from "chai";
import { COVERAGE, type Sandbox, startSandbox } from "../../sandbox";

describe("the sandbox's coverage table", () => {
    let sandbox: Sandbox;
    before(async () => {
        sandbox = await startSandbox();
    });
    after(() => sandbox.close());

    const name = (route: { method: string; path: string }): string => `${route.method} ${route.path}`;

    it("names every route that is registered, and no other, once", () => {
        expect(COVERAGE.map(name).sort()).to.deep.equal(sandbox.routes.map(name).sort());
    });

    it("says of each partial route what is missing", () => {
        expect(COVERAGE.filter(({ state, note }) => (state === "partial") !== (note !== undefined))).to.deep.equal([]);
    });
});
