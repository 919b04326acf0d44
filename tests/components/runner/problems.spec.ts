import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { FleetArgs } from "../../../components/fleet/args";
import { checkFleet } from "../../../components/fleet/problems";
import { LONGEST_DESCRIPTION, LONGEST_NOTE, MOST_TAGS, SHORTEST_TIMEOUT } from "../../../core/limits";
import { ANY_IDENTITY, markerOf } from "../../../core/marker";
import { ENCRYPTED } from "../../../core/values";

const TOKEN = "glrt-abcdefghijklmnopqrst";

describe("what is wrong with a runner", () => {
    const check = (args: object, name = "ci") =>
        checkFleet({ runners: { [name]: { scope: "instance", ...args } } } as FleetArgs, "shop/prod").problems;
    const pathsOf = (args: object) => check(args).map(({ path }) => path.replace("runners.ci.", ""));
    const tags = (count: number) => Array.from({ length: count }, (_, at) => `t${at}`);
    const note = LONGEST_NOTE - markerOf("shop/prod", ANY_IDENTITY, "ci").length - 1;

    it("is a token where everybody reads it, whose text is not shown again", () => {
        for (const [args, path] of [
            [{ description: `a ${TOKEN}` }, "description"],
            [{ tags: ["a", TOKEN] }, "tags[1]"],
            [{ note: `a ${TOKEN}` }, "note"],
        ] as const) {
            expect(pathsOf(args)).to.deep.equal([path]);
            expect(check(args)[0]!.message).to.contain("revoke it").and.to.not.contain(TOKEN);
        }
    });

    it("is what GitLab would refuse, and nothing at its limits", () => {
        for (const args of [
            { description: "ö".repeat(LONGEST_DESCRIPTION) },
            { tags: tags(MOST_TAGS) },
            { maximumTimeout: SHORTEST_TIMEOUT },
            { note: "x".repeat(note) },
            { runUntagged: false, tags: ["a"] },
            { runUntagged: true, tags: [] },
        ])
            expect(pathsOf(args), Object.keys(args).join()).to.deep.equal([]);
        for (const [args, ...paths] of [
            [{ description: "x".repeat(LONGEST_DESCRIPTION + 1) }, "description"],
            [{ description: "  " }, "description"],
            [{ tags: tags(MOST_TAGS + 1) }, "tags"],
            [
                { tags: ["", " ", "a,b", " a", "a", "a", "b\u200bc"] },
                "tags[0]",
                "tags[1]",
                "tags[2]",
                "tags[3]",
                "tags[5]",
                "tags[6]",
            ],
            [{ maximumTimeout: SHORTEST_TIMEOUT - 1 }, "maximumTimeout"],
            [{ maximumTimeout: SHORTEST_TIMEOUT + 0.5 }, "maximumTimeout"],
            [{ note: "x".repeat(note + 1) }, "note"],
            [{ runUntagged: false }, "runUntagged"],
            [{ runUntagged: false, tags: [] }, "runUntagged"],
        ] as [object, ...string[]][])
            expect(pathsOf(args), JSON.stringify(args).slice(0, 40)).to.deep.equal(paths);
    });

    it("is a runner to adopt that is named in no way, or in two", () => {
        const adopt = (value: unknown) => pathsOf({ adopt: value });
        for (const good of [
            "lost",
            { id: 7 },
            { id: "7" },
            { description: "a" },
            { description: "a", tags: ["b"] },
            ENCRYPTED,
        ])
            expect(adopt(good), String(good)).to.deep.equal([]);
        for (const [bad, path] of [
            ["found", "adopt"],
            [7, "adopt"],
            [{ id: 7, description: "a" }, "adopt"],
            [{ id: 7, tags: ["a"] }, "adopt"],
            [{ id: 0 }, "adopt.id"],
            [{ idd: 7 }, "adopt.idd"],
            [{}, "adopt.description"],
            [{ description: " " }, "adopt.description"],
            [{ description: 5 }, "adopt.description"],
            [{ description: "a", tags: "b" }, "adopt.tags"],
            [{ description: "a", tags: [5] }, "adopt.tags[0]"],
            [{ id: pulumi.output(7) }, "adopt"],
        ] as const)
            expect(adopt(bad), JSON.stringify(bad)).to.deep.equal([path]);
    });

    it("is a time before a token's end at which nobody looks", () => {
        for (const rotation of [undefined, "pulumi"])
            expect(pathsOf({ rotation, rotateBefore: "7d" })).to.deep.equal([]);
        expect(pathsOf({ rotation: "runner" })).to.deep.equal([]);
        expect(pathsOf({ rotation: "runner", rotateBefore: "7d" })).to.deep.equal(["rotateBefore"]);
    });

    it("is a name that nobody can write, or that is a secret", () => {
        for (const name of ["", " ", " ci", "ci ", "toString", "a\u200bb", TOKEN])
            expect(check({}, name), JSON.stringify(name)).to.have.lengthOf(1);
        for (const name of ["ci", "docker small", "a/b", "läufer", "constructor"])
            expect(check({}, name), name).to.deep.equal([]);
    });
});
