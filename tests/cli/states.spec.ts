import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { Io } from "../../cli/io";
import {
    identitiesInState,
    knownIn,
    ownersInState,
    parseState,
    readKnownRunners,
    runnersInState,
} from "../../cli/states";

const URN = "urn:pulumi:prod::fleet";
const RESOURCES = [
    { urn: `${URN}::pulumi:pulumi:Stack::fleet-prod`, type: "pulumi:pulumi:Stack" },
    { urn: `${URN}::gitlab-fleet:index:StackIdentity::identity`, type: "gitlab-fleet:index:StackIdentity", id: "k7w2" },
    { urn: `${URN}::gitlab:index/userRunner:UserRunner::a`, type: "gitlab:index/userRunner:UserRunner", id: "12" },
    // Planned by an up that was killed.
    { urn: `${URN}::gitlab:index/userRunner:UserRunner::b`, type: "gitlab:index/userRunner:UserRunner", id: "" },
    { urn: `${URN}::gitlab-fleet:index:RunnerToken::a`, type: "gitlab-fleet:index:RunnerToken", id: "12" },
];

describe("an exported state", () => {
    it("tells its owner, its identity and its runners, as export and as checkpoint", () => {
        for (const text of [
            JSON.stringify({ version: 3, deployment: { resources: RESOURCES } }),
            JSON.stringify({ version: 3, checkpoint: { stack: "prod", latest: { resources: RESOURCES } } }),
        ]) {
            const state = parseState(text, "x.json");
            expect(ownersInState(state)).to.deep.equal(["fleet/prod"]);
            expect(identitiesInState(state)).to.deep.equal(["k7w2"]);
            expect(runnersInState(state)).to.deep.equal([12]);
        }
    });

    it("is of nobody when it is empty", () => {
        const state = parseState('{"deployment":{"manifest":{}}}', "x.json");
        expect(ownersInState(state)).to.deep.equal([]);
        expect(identitiesInState(state)).to.deep.equal([]);
    });

    it("should know what has its own marker, and nothing else", async () => {
        const known = async (texts: string[]) => {
            const [first, ...files] = texts;
            const folder = fs.mkdtempSync(path.join(os.tmpdir(), "states-"));
            const state = files.map((text, index) => {
                const file = path.join(folder, `${index}.json`);
                fs.writeFileSync(file, text);
                return file;
            });
            const io = new Io({ readInput: async () => first! });
            const { covers } = (await readKnownRunners(io, { state: ["-", ...state] }))!;
            fs.rmSync(folder, { recursive: true });
            return ["fleet/prod", "fleet/dev", "other/prod"].map(covers);
        };
        const of = (...resources: object[]) => JSON.stringify({ deployment: { resources } });
        const dev = { urn: "urn:pulumi:dev::fleet::pulumi:pulumi:Stack::fleet-dev", type: "pulumi:pulumi:Stack" };
        expect(await known([of(...RESOURCES)])).to.deep.equal([true, false, false]);
        expect(await known([of(...RESOURCES), of(dev)])).to.deep.equal([true, true, false]);
        // Whose an empty one is, nothing tells.
        expect(await known([of(...RESOURCES), of()])).to.deep.equal([true, true, true]);
    });

    it("should know, where it is empty and was asked for by name, what that project's stack of the name has declared", () => {
        const covered = (stack: string, all = false, project: string | undefined = "fleet") => {
            const { covers } = knownIn([{ source: "x", stack, resources: [] }], all, project);
            return ["fleet/prod", "fleet/dev", "shop/prod"].filter(covers);
        };
        expect(covered("prod")).to.deep.equal(["fleet/prod"]);
        expect(covered("acme/prod")).to.deep.equal(["fleet/prod"]);
        expect(covered("acme/shop/prod")).to.deep.equal(["shop/prod"]);
        expect(covered("prod", true)).to.deep.equal(["fleet/prod", "fleet/dev"]);
    });
});
