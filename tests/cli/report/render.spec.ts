import { expect } from "chai";
import { Parser } from "commonmark";
import * as fc from "fast-check";
import { escapeMarkdown } from "../../../cli/report/escape";
import { renderMarkdown } from "../../../cli/report/markdown";
import { renderPage } from "../../../cli/report/page";
import { readPreview } from "../../../cli/report/preview";
import { summarize } from "../../../cli/report/summary";
import { renderText } from "../../../cli/report/text";
import { renderCodeQuality, renderWidget } from "../../../cli/report/widget";
import { Style } from "../../../cli/style";
import { oneLine } from "../../../core/one-line";
import { type MadeStep, toJson } from "./world";

const NOW = new Date("2026-11-26T20:00:00Z");
/** Every kind of node in a piece of Markdown, and the text of all of it. */
function nodesOf(markdown: string): { kinds: Set<string>; text: string } {
    const kinds = new Set<string>();
    let text = "";
    const walker = new Parser().parse(markdown).walker();
    for (let step = walker.next(); step !== null; step = walker.next()) {
        if (!step.entering) continue;
        kinds.add(step.node.type);
        if (step.node.type === "text") text += step.node.literal;
    }
    return { kinds, text };
}

/** Pieces of which hostile names are made. */
const piece = fc.constantFrom(
    ..."`*_[](){}<>#+-.!|~^$&@%=:\\/ \n\r\t\"'0123abc".split(""),
    "<script>",
    "</code>",
    "<!--",
    "-->",
    "@all",
    "#1",
    "![x](http://e)",
    "/close",
    "\n/merge\n",
    "&lt;",
    "```",
    "\u001b[31m",
    "\u202e",
    "1. ",
    "- ",
    "| a |",
    "</details>",
);
const hostile = fc.array(piece, { minLength: 1, maxLength: 12 }).map((pieces) => pieces.join(""));
const reportOf = (name: string, message: string) => {
    const runner: MadeStep = {
        op: "update",
        type: "UserRunner",
        name,
        before: { [name]: name },
        after: { [name]: message },
        diff: { description: "update" },
    };
    return summarize(
        readPreview(
            toJson(
                [runner, { op: "delete", type: "ManagerFiles", name, before: { directory: name } }],
                [
                    ["warning", runner, message],
                    ["warning", undefined, message],
                    ["info", undefined, name],
                    ["error", undefined, message],
                ],
            ),
            "it",
        ),
    );
};

describe("what a report prints of hostile names", () => {
    it("is in Markdown the text itself and nothing else: no markup, no HTML, no list", () => {
        fc.assert(
            fc.property(hostile, (name) => {
                const { kinds, text } = nodesOf(escapeMarkdown(name));
                expect([...kinds]).to.have.members(
                    oneLine(name).trim() === "" ? ["document"] : ["document", "paragraph", "text"],
                );
                expect(text.trim()).to.equal(oneLine(name).trim());
            }),
        );
    });

    it("never begins a line of a note, mentions nobody, and closes nothing", () => {
        fc.assert(
            fc.property(hostile, hostile, (name, message) => {
                const note = renderMarkdown(reportOf(name, message));
                for (const line of note.split("\n"))
                    expect(line).to.match(
                        /^($|- | {2}- |\*\*|### |\| |<details><summary>\d+ \w+<\/summary>$|<\/details>$)/,
                    );
                expect(note.replace(/\\./g, "").replace(/`[^`]*`/g, "")).to.not.match(
                    /@|#[0-9]|<(?!\/?(details|summary)>)/,
                );
                expect(note.match(/<\/details>/g)?.length).to.equal(note.match(/<details>/g)?.length);
            }),
        );
    });

    it("is on the page no element, no attribute and no entity", () => {
        const shape = (html: string) => html.replace(/>[^<]*/g, ">").replace(/<\/?div( class="more")?>/g, "");
        fc.assert(
            fc.property(hostile, hostile, (name, message) => {
                const harmless = (text: string) => text.replace(/[^\n\r]+/g, "x");
                expect(shape(renderPage(reportOf(name, message), NOW))).to.equal(
                    shape(renderPage(reportOf(harmless(name), harmless(message)), NOW)),
                );
            }),
        );
    });

    it("moves no cursor and colours nothing in a terminal", () => {
        fc.assert(
            fc.property(hostile, hostile, (name, message) => {
                expect(renderText(reportOf(name, message), new Style(false), 80, "all")).to.not.match(
                    /[^\P{Cc}\n]|\p{Cf}/u,
                );
            }),
        );
    });

    it("holds no token, wherever one stood, in any form", () => {
        const token = "glpat-0123456789abcdefghij";
        const runner: MadeStep = {
            op: "update",
            type: "UserRunner",
            name: `a ${token}`,
            before: { note: token },
            after: { note: `${token}x` },
            diff: { note: "update", [token]: "add" },
        };
        const report = summarize(
            readPreview(
                toJson(
                    [runner],
                    [
                        ["warning", runner, token],
                        ["error", undefined, `x=${token}`],
                        ["info", undefined, token],
                    ],
                ),
                "it",
            ),
        );
        const all = [
            renderMarkdown(report),
            renderPage(report, NOW),
            renderText(report, new Style(true), 80, "all"),
            renderWidget(report),
            renderCodeQuality(report, { path: "a", text: "", folder: "." }),
        ];
        for (const text of all) expect(text).to.not.include(token.slice(6)).and.not.include("in-the-config");
    });
});

describe("the size of a report", () => {
    const many = (count: number): MadeStep[] => [
        ...Array.from({ length: count }, (_, i): MadeStep => ({ op: "create", type: "UserRunner", name: `new-${i}` })),
        { op: "delete", type: "UserRunner", name: "the-one-that-goes" },
    ];

    it("keeps to the limit, shows what is most severe first, and says how much is left out", () => {
        const report = summarize(readPreview(toJson(many(20_000)), "it"));
        for (const limit of [400, 2000, 60_000, 1_000_000]) {
            const note = renderMarkdown(report, { limit });
            expect(note.length).to.be.at.most(limit);
            if (limit > 400)
                expect(note)
                    .to.match(/the-one-that-goes|the\\-one/)
                    .and.match(/and 1\d,\d+ more/);
        }
        expect(renderPage(report, NOW)).to.include("and 15,001 more");
    });

    it("is one line where nothing changes", () => {
        expect(
            renderMarkdown(summarize(readPreview(toJson([{ op: "same", type: "UserRunner", name: "a" }]), "it"))),
        ).to.equal("### Fleet `prod`: nothing changes\n");
    });

    it("keeps to the limit with names and messages of any length", () => {
        const runner: MadeStep = { op: "create", type: "UserRunner", name: "n".repeat(50_000) };
        const report = summarize(readPreview(toJson([runner], [["error", undefined, "*".repeat(100_000)]]), "it"));
        expect(renderMarkdown(report, { limit: 10_000 }).length).to.be.at.most(10_000);
    });
});
