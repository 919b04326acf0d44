import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { root } from "../dev/scripts/pulumi";

const read = (file: string) => fs.readFileSync(path.join(root, file), "utf8");
const architecture = read("docs/architecture.md");

const isThere = (file: string) => fs.existsSync(path.join(root, file));

/** The code of rooms. */
function sourcesIn(...rooms: string[]): string {
    return rooms
        .flatMap((room) =>
            fs
                .readdirSync(path.join(root, room), { recursive: true, encoding: "utf8" })
                .map((file) => `${room}/${file}`),
        )
        .filter((file) => file.endsWith(".ts"))
        .map(read)
        .join("\n");
}

/** What a page names in code that is not there. A name without a folder is of the folders on its line, or of one in them. */
function lostIn(page: string): { named: number; lost: string[] } {
    const lines = page.split("\n").map((line) => {
        const code = [...line.matchAll(/`([^`\n]+)`/g)].map(([, inside]) => inside!);
        const paths = code.filter((one) => /^[.\w-]+\/[\w./-]*$/.test(one));
        const files = code.filter((one) => /^[.\w-]+\.(cjs|json|md|ts)$/.test(one));
        const folders = ["", ...paths.map((one) => (one.endsWith("/") ? one : path.dirname(one)))];
        const near = folders
            .filter(Boolean)
            .filter(isThere)
            .flatMap((folder) => [folder, ...foldersIn(folder)]);
        const lost = files.filter((file) => !["", ...near].some((folder) => isThere(path.join(folder, file))));
        return { named: paths.length + files.length, lost: [...paths.filter((one) => !isThere(one)), ...lost] };
    });
    return {
        named: lines.reduce((sum, { named }) => sum + named, 0),
        lost: lines.flatMap(({ lost }) => lost),
    };
}

function foldersIn(folder: string): string[] {
    return fs
        .readdirSync(path.join(root, folder), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => path.join(folder, name));
}

describe("pages for people who work on this", () => {
    for (const page of ["docs/architecture.md", "CONTRIBUTING.md", "SECURITY.md"]) {
        it(`name only files and folders that are there: ${page}`, () => {
            const { named, lost } = lostIn(read(page));
            expect(named).to.be.greaterThan(0);
            expect(lost).to.deep.equal([]);
        });
    }
});

describe("every page", () => {
    const pages = ["", "docs/", "docs/config-toml/"].flatMap((folder) =>
        fs
            .readdirSync(path.join(root, folder))
            .filter((file) => file.endsWith(".md"))
            .map((file) => `${folder}${file}`),
    );

    for (const page of pages) {
        it(`links only to pages and headings that are there: ${page}`, () => {
            const targets = [...read(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, target]) => target!);
            expect(targets.filter((target) => !leads(page, target))).to.deep.equal([]);
        });
    }

    it("is there, and its heading, where a message or a comment names it", () => {
        const rooms = ["cli", "components", "core", "gitlab", "hosts", "policies", "provider", "sandbox"];
        const named = sourcesIn(...rooms).match(/(?<![\w/])docs\/(?:config-toml\/)?[\w-]+\.md(#[\w-]+)?/g) ?? [];
        expect(named.length).to.be.greaterThan(5);
        expect(named.filter((target) => !leads("", target))).to.deep.equal([]);
    });
});

/** Whether a link of a page leads to a file that is there, and to a heading in it. */
function leads(page: string, target: string): boolean {
    const [file, anchor] = target.split("#");
    const at = file === "" ? page : path.join(path.dirname(page), file!);
    return isThere(at) && (anchor === undefined || anchorsOf(at).includes(anchor));
}

/** The anchors that a page's headings get. */
function anchorsOf(page: string): string[] {
    const prose = read(page).replace(/^```[\s\S]*?^```/gm, "");
    return [...prose.matchAll(/^#+ (.*)$/gm)].map(([, text]) =>
        text!
            .toLowerCase()
            .replace(/[^\w\s-]/g, "")
            .replaceAll(" ", "-"),
    );
}

describe("the oldest Node.js", () => {
    const oldest = JSON.parse(read("core/oldest.json")).node.replace(/\.0$/, "");

    it("is the same in package.json, in types and compiled code, and on every page that says what is needed", () => {
        const { engines, devDependencies } = JSON.parse(read("package.json"));
        expect(engines).to.deep.equal({ node: `>=${oldest}` });
        const [major] = oldest.split(".");
        expect(devDependencies["@types/node"]).to.match(new RegExp(`^${major}\\.`));
        for (const file of [
            "program.cjs",
            "dev/scripts/build.mjs",
            "package/build.mjs",
            "tests/helpers/typescript.cjs",
        ])
            expect(read(file).match(/(?<=target: ")node\d+/g), file).to.deep.equal([`node${major}`]);
        for (const page of ["README.md", "CONTRIBUTING.md", "docs/install.md", "docs/languages.md"])
            expect(read(page).match(/(?<=Node\.js (?:must be )?)\d+\.\d+/)?.[0], page).to.equal(oldest);
    });
});

describe("docs/on-call.md", () => {
    const page = read("docs/on-call.md");

    it("quotes messages as they are", () => {
        const said = sourcesIn("components", "core", "gitlab", "hosts", "provider");
        const ours = page.slice(page.indexOf("## What preview"), page.indexOf("## What Pulumi"));
        const cells = ours.match(/^\| `[^|]+/gm) ?? [];
        const quoted = cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text!));
        expect(quoted.length).to.be.greaterThan(20);
        expect(quoted.filter((text) => !said.includes(text))).to.deep.equal([]);
    });
});

describe("docs/architecture.md", () => {
    const rooms = [
        "core",
        "components",
        "construct",
        "provider",
        "gitlab",
        "hosts",
        "cli",
        "policies",
        "package",
        "sandbox",
    ];

    it("draws the arrows that make check holds", () => {
        const { forbidden }: { forbidden: { name: string }[] } = require("../.dependency-cruiser.cjs");
        const held = forbidden.flatMap(({ name }) => {
            const [, from = "", to = ""] = /^(\w+) imports (.+)$/.exec(name) ?? [];
            return to
                .split(", ")
                .filter((other) => rooms.includes(from) && rooms.includes(other))
                .map((other) => `${from} --> ${other}`);
        });
        const drawn = [...architecture.matchAll(/^ *(\w+)(?:\[[^\]]*\])? --> (\w+)/gm)]
            .map(([, from, to]) => `${from} --> ${to}`)
            .filter((arrow) => !arrow.startsWith("index "));
        expect(drawn).to.have.members(held);
    });

    it("has the way of each value in at most eight hops, each file once", () => {
        const [, ways = ""] = /## The way of a value\n([\s\S]*?)\n## /.exec(architecture) ?? [];
        const each = ways.split("\n### ").slice(1);
        expect(each).to.have.length(3);
        for (const way of each) {
            const files = [...way.matchAll(/^\d+\. `([^`]+)`/gm)].map(([, file]) => file);
            expect(files.length - 1, way).to.be.within(5, 8);
            expect(new Set(files).size, way).to.equal(files.length);
        }
    });
});
