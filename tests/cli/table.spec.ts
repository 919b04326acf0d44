import { expect } from "chai";
import { Progress } from "../../cli/progress";
import { tableLines } from "../../cli/table";
import { fitted, widthOf } from "../../cli/width";
import { wrap } from "../../cli/wrap";

describe("text in columns", () => {
    it("counts the columns that a terminal gives to wide letters, emoji and marks", () => {
        for (const [text, columns] of [
            ["runner", 6],
            ["Läufer", 6],
            ["La\u0308ufer", 6],
            ["执行器", 6],
            ["러너", 4],
            ["ｱ１", 3],
            ["🚀", 2],
            ["❤\ufe0f", 2],
            ["👨‍👩‍👧", 2],
            ["🇩🇪", 2],
            ["…", 1],
        ] as const)
            expect(widthOf(text), text).to.equal(columns);
    });

    it("has columns begin below each other whatever is in them, and cuts between signs", () => {
        const rows = ["plain", "执行器执行器执行器", "🚀🚀", "La\u0308ufer"].map((name) => ({ name }));
        const columns = [
            { title: "NAME", value: ({ name }: { name: string }) => name, flexible: true },
            { title: "STATE", value: () => "ok" },
        ];
        for (const width of [80, 20]) {
            const lines = tableLines(rows, columns, width);
            const places = lines.slice(1).map((line) => widthOf(line.slice(0, line.lastIndexOf("ok"))));
            expect(new Set(places).size, lines.join("\n")).to.equal(1);
            for (const line of lines) expect(widthOf(line)).to.be.at.most(Math.max(width, 25));
        }
        expect(tableLines(rows, columns, 19)[2]).to.equal("执行器执行…   ok");
        expect(fitted("执行器", 4)).to.equal("执…");
        expect(fitted("La\u0308ufer", 3)).to.equal("La\u0308…");
    });

    it("wraps lines, and cuts progress, where the terminal would", () => {
        expect(wrap("执行器 执行器 ab", 9)).to.deep.equal(["执行器", "执行器 ab"]);
        const written: string[] = [];
        new Progress({ isTTY: true, columns: 10, write: (text) => written.push(text) }, {}).say("reading 执行器");
        expect(written[0]).to.match(/reading …$/);
    });
});
