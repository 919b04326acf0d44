import { expect } from "chai";
import { findLostIndent, findMisplacedKeys, findMisplacedTops } from "../../../../components/fleet/config/misplaced";

const RUNNERS = { ci: { scope: { group: "apps" } } };

describe("keys that nobody reads", () => {
    const found = (config: Record<string, unknown>, ...owner: [{ project: string }?]) =>
        findMisplacedKeys(config, ...owner).map(({ path }) => path);
    const owner = { project: "shop" };

    it("are told by one entry of a section's form, whatever stands beside it", () => {
        expect(found({ runners: { note: null, ...RUNNERS, other: 5 } }, owner)).to.deep.equal(["runners"]);
        for (const other of [{ managers: { ann: {} } }, { registries: { ann: { consumers: 5 } } }, { runners: {} }])
            expect(found(other, owner), JSON.stringify(other)).to.deep.equal([]);
    });

    it("may be another package's where a program may have one, and nobody's in a shared file", () => {
        expect(found({ "actions:runners": RUNNERS }, owner)).to.deep.equal([]);
        expect(found({ "actions:runners": RUNNERS })).to.deep.equal(["actions:runners"]);
        expect(found({ "gitlab:runners": RUNNERS, "gitlab-fleet:runners": RUNNERS })).to.deep.equal([]);
    });

    it("may stand beside config, where what is in it does not refer to them", () => {
        const tops = (file: Record<string, unknown>) => findMisplacedTops(file).map(({ path }) => path);
        expect(tops({ config: {}, runners: RUNNERS })).to.deep.equal(["runners"]);
        expect(tops({ config: { x: { a: [1], b: RUNNERS } }, runners: { ...RUNNERS } })).to.deep.equal(["runners"]);
        expect(tops({ config: { x: { a: [1], b: RUNNERS } }, runners: RUNNERS })).to.deep.equal([]);
        for (const key of ["gitlab", "gitlab:baseUrl", "gitlab-fleet", "gitlab-fleet:runners", "confg"])
            expect(tops({ config: { a: {} }, [key]: "x" }), key).to.deep.equal([key]);
        for (const key of ["my-gitlab", "gitlabs", "gitlab-agent:x", "enviroment", "notes"])
            expect(tops({ config: { a: {} }, [key]: "x" }), key).to.deep.equal([]);
    });
});

describe("entries that have lost what is below them", () => {
    const lost = (runners: Record<string, unknown>) => findLostIndent({ runners }, "").strays;

    it("are those with nothing, and with their own keys for neighbours", () => {
        expect(lost({ ci: null, scope: { group: "apps" }, tags: ["a"], other: { scope: "instance" } })).to.deep.equal([
            "runners.ci",
            "runners.scope",
            "runners.tags",
        ]);
    });

    it("are none where nothing is empty, or the neighbour is an entry that is called like a key", () => {
        expect(lost({ scope: { group: "apps" }, tags: ["a"] })).to.deep.equal([]);
        expect(lost({ ci: null, config: { scope: "instance" } })).to.deep.equal([]);
        expect(lost({ ci: null, tags: null })).to.deep.equal([]);
    });
});
