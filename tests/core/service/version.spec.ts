import { expect } from "chai";
import { isInRange, parseRange, versionIn } from "../../../core/service/version";

describe("a range of versions", () => {
    const table: [range: string, inside: string[], outside: string[]][] = [
        [">=19", ["19.0.0", "19.4.0", "20.1.0", "19.5.0~pre.12.gab"], ["18.11.3"]],
        [">= 18.5, <20", ["18.5.0", "19.9.9"], ["18.4.9", "20.0.0"]],
        ["=19.4", ["19.4.0", "19.4.7"], ["19.3.0", "19.5.0", "20.4.0"]],
        ["19", ["19.9.0"], ["18.0.0", "20.0.0"]],
        [">19", ["20.0.0"], ["19.4.0"]],
        ["<=19", ["19.4.0", "18.0.0"], ["20.0.0"]],
        [">19.4.1", ["19.4.2"], ["19.4.1", "19.4"]],
    ];
    for (const [range, inside, outside] of table) {
        it(`${range} has ${inside.join(" and ")}, and not ${outside.join(" or ")}`, () => {
            for (const version of inside) expect(isInRange(version, parseRange(range)!), version).to.equal(true);
            for (const version of outside) expect(isInRange(version, parseRange(range)!), version).to.equal(false);
        });
    }

    it("is none with other words in it", () => {
        for (const text of ["", "latest", ">=", "19.x", "^19", "~19", ">=19 || 18", "1.2.3.4", "=>19"])
            expect(parseRange(text), text).to.equal(undefined);
    });

    it("is compared with what gitlab-runner prints", () => {
        expect(versionIn("Version:      19.4.0\nGit revision: fc1f1862\n")).to.equal("19.4.0");
        expect(versionIn("Version:      19.5.0~pre.12.gabc-1\n")).to.equal("19.5.0~pre.12.gabc-1");
        for (const text of ["", "Version: development version", "sh: gitlab-runner: not found", "Version: 1.\x1b[31m2"])
            expect(versionIn(text), text).to.equal(undefined);
    });
});
