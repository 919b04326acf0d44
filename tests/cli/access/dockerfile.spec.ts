import { expect } from "chai";
import { findPulledImages } from "../../../cli/access/dockerfile";

const images = (lines: string[], args = {}) => findPulledImages(lines.join("\n"), args).map(({ image }) => image);

describe("findPulledImages", () => {
    it("replaces arguments by the build's value, then the file's default, then the word after :-", () => {
        const file = ["ARG A=one", "ARG B", `FROM r.io/$A/\${B:-two}`];
        expect(images(file)).to.deep.equal(["r.io/one/two"]);
        expect(images(file, { A: "1", B: "2" })).to.deep.equal(["r.io/1/2"]);
    });

    it("knows inside a stage only what ARG brings into it", () => {
        const file = ["ARG IMG=r.io/a", "FROM x", "COPY --from=$IMG / /", "ARG IMG", "COPY --from=$IMG / /"];
        expect(images(file)).to.deep.equal(["x", `\${IMG}`, "r.io/a"]);
    });

    it("leaves out stages by name and number, and scratch", () => {
        expect(
            images(["FROM a AS One", "FROM one", "COPY --from=0 / /", "COPY --from=ONE / /", "FROM scratch"]),
        ).to.deep.equal(["a"]);
    });

    it("joins continued lines, and skips comments and heredocs", () => {
        const file = [
            "# FROM no",
            "FROM \\",
            "# comment inside",
            "  r.io/a \\",
            "  AS x",
            "RUN <<EOF",
            "FROM no",
            "EOF",
            "FROM r.io/b",
        ];
        expect(findPulledImages(file.join("\r\n"))).to.deep.equal([
            { image: "r.io/a", line: 2, unknown: [] },
            { image: "r.io/b", line: 9, unknown: [] },
        ]);
    });

    it("names the arguments without a value", () => {
        expect(findPulledImages("ARG V\nFROM r.io/a:$V")).to.deep.equal([
            { image: `r.io/a:\${V}`, line: 2, unknown: ["V"] },
        ]);
    });
});
