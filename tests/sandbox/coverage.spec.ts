import { expect } from "chai";
import { COVERAGE, type Sandbox, startSandbox } from "../../sandbox";
import { misfitOf } from "../../sandbox/answers/check";
import { ANSWERS, ENTITIES } from "../../sandbox/answers/table";
import { MISSING } from "../../sandbox/coverage";

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
        expect(COVERAGE.filter(({ state }) => state === "partial").map(name)).to.have.members(Object.keys(MISSING));
    });

    it("has a line for the fields of every route's answer, and for no other route", () => {
        expect(Object.keys(ANSWERS).sort()).to.deep.equal(sandbox.routes.map(name).sort());
    });

    it("names no type of field that is not there", () => {
        const known = [...Object.keys(ENTITIES), ..."none text int num bool time day any".split(" ")];
        const used = [ANSWERS, ...Object.values(ENTITIES)].flatMap((one) => Object.values(one));
        const names = used.flatMap((type) => type.split(" or ")).map((type) => type.replace(/\|null$|\[\]$/g, ""));
        expect(names.filter((one) => !known.includes(one))).to.deep.equal([]);
    });
});

describe("answers of the sandbox", () => {
    const manager = {
        id: 1,
        system_id: "s_1",
        version: null,
        revision: null,
        platform: null,
        architecture: null,
        created_at: "2026-01-01T00:00:00.000Z",
        contacted_at: null,
        ip_address: null,
        status: "online",
    };
    const { system_id: _, ...nameless } = manager;
    const CASES: [string, unknown, string | undefined][] = [
        ["as GitLab's are", [manager, { ...manager, job_execution_status: "idle" }], undefined],
        ["with a field made up", [{ ...manager, token: "x" }], "[0].token is no field of RunnerManager"],
        ["without a field that is always there", [nameless], "[0].system_id is missing in RunnerManager"],
        ["with a field of another type", [{ ...manager, id: "1" }], '[0].id is no int: "1"'],
        [
            "with a day in place of a time",
            [{ ...manager, created_at: "2026-01-01" }],
            '[0].created_at is no time: "2026-01-01"',
        ],
        ["with null where there is always something", [{ ...manager, status: null }], "[0].status is no text: null"],
        ["that are no list", manager, " is no list"],
    ];
    for (const [title, body, problem] of CASES)
        it(`are ${problem === undefined ? "" : "not "}sent ${title}`, () => {
            expect(misfitOf("GET /runners/:id/managers", body)).to.equal(problem);
        });
});
