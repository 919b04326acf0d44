import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { parseYamlFile, readYamlFile, type YamlFile } from "../../../../components/fleet/config/yaml-file";

const parsed = (text: string, merge = true) => parseYamlFile(text, { merge }) as YamlFile;
const refused = (text: string) => {
    const { reason, line } = parseYamlFile(text, { merge: true }) as { reason: string; line?: number };
    return [reason, line];
};

describe("a YAML file", () => {
    it("tells the line of each value, through aliases, merged maps and lists, and else of what is around it", () => {
        const { lineOf } = parsed(
            [
                "base: &base", //                        1
                "  tags:", //                            2
                "    - a", //                            3
                "    - b", //                            4
                "other: &other { limit: 4,", //          5
                "  locked: true }", //                   6
                "one:", //                               7
                "  <<: *base", //                        8
                "  scope: instance", //                  9
                "two:", //                              10
                "  <<: [*base, *other]", //             11
                "  limit: 5", //                        12
                "three: *base", //                      13
                "5: x", //                              14
                "four:", //                             15
                "  scope: { tags: [c] }", //            16
                "  <<: *base", //                       17
            ].join("\n"),
        );
        const lines: [keys: (string | number)[], line: number | undefined][] = [
            [["one", "scope"], 9],
            [["one", "tags"], 2],
            [["one", "tags", 1], 4],
            [["one", "tags", 7], 2],
            [["one", "nothing", "here"], 7],
            [["two", "locked"], 6],
            [["two", "limit"], 12],
            [["two", "tags", 0], 3],
            [["three", "tags", 1], 4],
            [["three", "tags", 1, "deeper"], 4],
            [["5"], 14],
            [["four", "tags"], 2],
            [["nothing"], undefined],
            [[], undefined],
        ];
        for (const [keys, line] of lines) expect(lineOf(keys), keys.join(".")).to.equal(line);
    });

    it("has what is merged into its maps only for those who read it as Pulumi does", () => {
        const text = "base: &base { a: 1 }\none: { <<: *base }\n";
        expect(parsed(text).value.one).to.deep.equal({ a: 1 });
        expect(parsed(text, false).value.one).to.deep.equal({ "<<": { a: 1 } });
    });

    it("may have one map in many places, and not aliases of aliases that make millions of values, or one of itself", () => {
        const many = Array.from({ length: 2_000 }, (_, at) => `r${at}: { <<: *base, id: ${at} }`);
        expect(Object.keys(parsed(["base: &base { a: 1, b: [1, 2] }", ...many].join("\n")).value)).to.have.length(
            2_001,
        );
        const levels = Array.from({ length: 8 }, (_, at) => {
            const inner = at === 0 ? "x" : `*l${at - 1}`;
            return `l${at}: &l${at} [${Array(9).fill(inner).join(", ")}]`;
        });
        expect(parsed(levels.slice(0, 3).join("\n"))).to.have.property("value");
        for (const text of [levels.join("\n"), "a: &a [*a]", "a: &a { b: { <<: *a } }"])
            expect(refused(text), text.slice(0, 20)).to.deep.equal([
                "has more than 1000000 values with every *alias written out: use fewer of them",
                undefined,
            ]);
    });

    it("is a map, or nothing yet", () => {
        for (const text of ["", "# nothing\n", "---\n"]) expect(parsed(text).value, text).to.deep.equal({});
        for (const text of ["[a]", "text", "5"])
            expect(refused(text), text).to.deep.equal(["must be a map, with config: at its top", 1]);
    });

    it("is told in which line it is none, and why", () => {
        const texts: [text: string, why: string, line: number | undefined][] = [
            ["a: 1\nb: 2\na: 3", '"a" stands there twice in one map', 3],
            ['a: 1\n"b c": 2\n"b c": 3', '"b c" stands there twice in one map', 3],
            ["a: 1\n---\nb: 2", "a second document, which Pulumi does not read, begins here", 2],
            ["a: *nowhere", "nowhere", undefined],
            ["a:\n    b: 1\n  c: 2", "a key that begins left of those that it belongs to", 3],
            ["a: b: c", "a text with a colon and a space in it: put it in quotes", 1],
            ["a:\n  b\n  c: 1", "it does not fit the next line", 2],
            ["a: {\n", "a } is missing above", 2],
            ["a:\n\tb: 1", "tabs do not count as indentation", 2],
            ["a: [1, 2\nb: 3", "is missing above", 2],
        ];
        for (const [text, why, line] of texts) {
            const [reason, at] = refused(text);
            expect(reason, text).to.contain("is not YAML (").and.to.contain(why);
            expect(at, text).to.equal(line);
        }
    });
});

describe("a file that is read as YAML", () => {
    let folder: string;
    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-fleet-yaml-"));
    });
    afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));
    const read = (name: string, content: string | Buffer | undefined, largest = 100) => {
        const file = path.join(folder, name);
        if (content !== undefined) fs.writeFileSync(file, content);
        return readYamlFile(file, largest);
    };

    it("is no larger than it may be", () => {
        expect(read("a", "a: 1", 4))
            .to.have.property("value")
            .that.deep.equals({ a: 1 });
        expect(read("a", "a: 12", 4)).to.deep.equal({ reason: "is too large, 5 bytes (at most 4 are read)" });
    });

    it("is a file, in UTF-8, that is there: only of one that is not it is said that it is missing", () => {
        expect(read("a", Buffer.from([0x61, 0x3a, 0x20, 0xff])))
            .to.have.property("reason")
            .that.contains("UTF-8");
        expect(read("b", undefined)).to.deep.equal({ reason: "is not there", missing: true });
        expect(read(".", undefined)).to.deep.equal({ reason: "is not a file" });
        expect(read(`${"x".repeat(300)}`, undefined)).to.deep.equal({
            reason: "cannot be read (ENAMETOOLONG)",
            missing: false,
        });
    });
});
