import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { type Browser, chromium, type Page } from "playwright-core";
import type { Producer } from "../../../cli/access/access";
import { type CheckedNeed, checkAccess } from "../../../cli/access/check";
import { type CellState, toMatrix } from "../../../cli/access/matrix/matrix";
import { renderMatrixPage } from "../../../cli/access/matrix/page";
import type { Need } from "../../../cli/access/needs";
import { browserPath, skipWithout } from "../../helpers/needs";

const producer = (id: number, name: string, list: Partial<Producer["list"]>): Producer => ({
    id,
    path: name,
    visibility: "private",
    registry: "enabled",
    list: { enabled: true, projects: [], groups: [], policies: {}, ...list },
});
const need = (consumer: string, of: string): Need => ({
    consumer,
    producer: of,
    references: [{ kind: "image", where: "job build", text: "x", candidates: [] }],
});
const about = { title: "Access <b>of</b> apps", source: "https://gitlab.example.org", time: new Date(0) };

function manyProducers(count: number): { producers: Producer[]; consumers: string[]; needs: CheckedNeed[] } {
    const consumers = Array.from({ length: 60 }, (_, i) => `${i % 2 ? "apps" : "data/science"}/service-${i}`);
    const producers = Array.from({ length: count }, (_, i) =>
        producer(i + 1, `containers/image-${i}`, { projects: consumers.filter((_, j) => (i + j) % 7 === 0) }),
    );
    const needs = producers.flatMap(({ path: of }, i) =>
        consumers.filter((_, j) => j % 4 === 0 && (i + j) % 14 < 2).map((one) => need(one, of)),
    );
    return { producers, consumers, needs: checkAccess({ needs, producers, scanned: [] }).needs };
}

// Text, as it runs in the page: what the compiler adds to functions is not there.
const MEASURE = `(() => {
    const head = document.querySelector("thead th:nth-child(2)");
    const main = document.querySelector("main");
    const luminance = (colour) => colour.match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 765;
    const style = getComputedStyle(document.body);
    main.scrollTo(main.scrollWidth, main.scrollHeight);
    return {
        contrast: Math.abs(luminance(style.color) - luminance(style.backgroundColor)),
        dark: luminance(style.backgroundColor) < 0.5,
        pageScrolls: document.documentElement.scrollWidth > innerWidth || document.documentElement.scrollHeight > innerHeight,
        headStays: head.getBoundingClientRect().top === main.getBoundingClientRect().top,
        cornerStays: document.querySelector(".corner").getBoundingClientRect().left === 0,
        cell: document.querySelector("tr[data-r] td").getBoundingClientRect().width,
        headFits: [...document.querySelectorAll("thead th span")].every((span) => span.scrollHeight <= span.clientHeight + 1),
    };
})()`;

describe("renderMatrixPage, in a real browser", () => {
    let browser: Browser;
    let folder: string;
    before(async function () {
        skipWithout("chromium", this);
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "matrix-"));
        browser = await chromium.launch({ executablePath: browserPath(), args: ["--no-sandbox"] });
    });
    after(async () => {
        await browser?.close();
        if (folder) fs.rmSync(folder, { recursive: true });
    });

    const open = async (
        html: string,
        colorScheme: "light" | "dark" = "light",
        width = 1280,
    ): Promise<{ page: Page; problems: string[] }> => {
        const file = path.join(folder, "matrix.html");
        fs.writeFileSync(file, html);
        const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
        const problems: string[] = [];
        page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
        page.on("pageerror", (error) => problems.push(error.message));
        page.on("request", (request) => request.url().startsWith("file:") || problems.push(request.url()));
        await page.goto(`file://${file}`);
        return { page, problems };
    };

    it("shows each meeting of a consumer and a producer by a sign, and tells its story", async () => {
        const producers = [
            producer(1, "containers/poetry", { projects: ["apps/etl", "apps/old"], groups: ["apps/web"] }),
            producer(2, "containers/open", { enabled: false }),
        ];
        const needs = [
            need("apps/etl", "containers/poetry"),
            need("apps/web/site", "containers/poetry"),
            need("apps/new", "containers/poetry"),
            need("apps/new", "containers/open"),
        ];
        const checked = checkAccess({ needs, producers, scanned: [] });
        const html = renderMatrixPage(toMatrix({ producers, consumers: ["apps/old"], needs: checked.needs }), about);
        const { page, problems } = await open(html);
        const cell = (row: string, column: number) =>
            page
                .locator("tr", { has: page.getByRole("rowheader", { name: row, exact: true }) })
                .locator("td")
                .nth(column);
        // Columns by name: open, poetry.
        expect(await page.locator("thead th:not(.corner)").allInnerTexts()).to.deep.equal([
            "containers/open",
            "containers/poetry",
        ]);
        expect(await cell("apps/etl", 1).innerText()).to.equal("●");
        expect(await cell("apps/old", 1).innerText()).to.equal("◦");
        expect(await cell("apps/web/site", 1).innerText()).to.equal("◆");
        expect(await cell("apps/new", 1).innerText()).to.equal("✕");
        expect(await cell("apps/new", 0).innerText()).to.equal("○");
        expect(await cell("apps/etl", 0).innerText()).to.equal("");
        await cell("apps/new", 1).hover();
        expect(await page.getByRole("status").innerText()).to.equal(
            "apps/new to containers/poetry: missing: jobs fail. Needed by image in job build.",
        );
        expect(await page.locator(".counts").innerText()).to.match(
            /2 producers\s+4 consumers\s+3 allowed\s+1 gap\s+1 allowed, not needed/,
        );
        expect(await page.title()).to.equal("Access <b>of</b> apps");
        expect(problems).to.deep.equal([]);
        await page.close();
    });

    it("marks who was not understood, and finds nobody by the words of the mark", async () => {
        const { page, problems } = await open(
            renderMatrixPage(
                toMatrix({
                    producers: [producer(1, "p/q", { projects: ["apps/etl", "apps/web"] })],
                    consumers: ["apps/etl", "apps/web"],
                    needs: [],
                    notUnderstood: ["apps/web"],
                }),
                about,
            ),
        );
        expect(await page.locator("tr[data-r] th").allInnerTexts()).to.deep.equal(["apps/etl", "apps/web ?"]);
        expect(await page.locator("tr[data-r] td").allInnerTexts()).to.deep.equal(["◦", "●"]);
        expect(await page.locator(".counts").innerText()).to.match(/1 not understood/);
        await page.getByLabel("Show").fill("understood");
        expect(await page.getByText("Nothing matches.").isVisible()).to.equal(true);
        expect(problems).to.deep.equal([]);
        await page.close();
    });

    it("narrows to gaps and to a part of a path, and moves from sign to sign by keyboard", async () => {
        const input = manyProducers(20);
        const { page, problems } = await open(renderMatrixPage(toMatrix(input), about));
        const gaps = input.needs.filter(({ state }) => state === "missing").length;
        expect(await page.locator("td.missing:visible").count())
            .to.equal(gaps)
            .and.be.greaterThan(0);
        await page.getByLabel("only gaps").check();
        const rowsWithGaps = new Set(
            input.needs.filter(({ state }) => state === "missing").map(({ consumer }) => consumer),
        ).size;
        expect(await page.locator("tr[data-r]:visible").count())
            .to.equal(rowsWithGaps)
            .and.be.lessThan(60);
        await page.getByLabel("only gaps").uncheck();
        await page.getByLabel("Show").fill("science/service-4");
        expect(await page.locator("tr[data-r]:visible th").allInnerTexts()).to.deep.equal(
            ["4", "40", "42", "44", "46", "48"].map((n) => `data/science/service-${n}`),
        );
        await page.getByLabel("Show").fill("image-19");
        expect(await page.locator("thead th:visible").allInnerTexts()).to.deep.equal([
            "consumer",
            "containers/image-19",
        ]);
        await page.getByLabel("Show").fill("no such path");
        expect(await page.getByText("Nothing matches.").isVisible()).to.equal(true);
        await page.getByLabel("Show").fill("");
        await page.locator("main").focus();
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("ArrowRight");
        expect(await page.getByRole("status").innerText()).to.match(
            /^(apps|data\/science)\/service-\d+ to containers\/image-\d+: /,
        );
        expect(problems).to.deep.equal([]);
        await page.close();
    });

    it("says on paper by which words and which switch it is narrowed, and shows neither where it is not", async () => {
        const { page } = await open(renderMatrixPage(toMatrix(manyProducers(5)), about));
        const onPaper = async () => {
            await page.emulateMedia({ media: "print" });
            const texts = await page.locator(".tools label:visible").allInnerTexts();
            await page.emulateMedia({ media: "screen" });
            return texts.map((text) => text.trim());
        };
        expect(await onPaper()).to.deep.equal([]);
        await page.locator("#filter").fill("data");
        expect(await onPaper()).to.deep.equal(["Show"]);
        await page.locator("#gaps").check();
        expect(await onPaper()).to.deep.equal(["Show", "only gaps"]);
        await page.close();
    });

    it("counts as a gap what it shows when only gaps are asked for, in a colour of its own", async () => {
        const states: CellState[] = [
            "own",
            "group",
            "open",
            "visible",
            "missing",
            "pending",
            "revoked",
            "unseen",
            "off",
        ];
        const cells = states.map((state, row) => ({ row, column: 0, state, needed: true, text: state }));
        const matrix = {
            consumers: states.map((state) => `a/${state}`),
            producers: [{ path: "p/q", note: "" }],
            notUnderstood: [],
            cells,
        };
        const { page } = await open(renderMatrixPage(matrix, about));
        await page.getByLabel("only gaps").check();
        const shown = await page.locator("tr[data-r]:visible th").allInnerTexts();
        expect(shown).to.deep.equal(["a/missing", "a/pending", "a/revoked", "a/off"]);
        expect(await page.locator(".counts").innerText()).to.include(`${shown.length} gaps`);
        const plain =
            "[...document.querySelectorAll('tr.gap td')].filter((td) => getComputedStyle(td).backgroundColor === 'rgba(0, 0, 0, 0)').length";
        expect(await page.evaluate(plain)).to.equal(0);
        await page.close();
    });

    it("keeps the projects of a group together, below the group's name", async () => {
        const consumers = ["acme/web", "acme/etl/b", "acme/cli", "acme/etl/a"];
        const { page } = await open(
            renderMatrixPage(toMatrix({ producers: [producer(1, "p/q", {})], consumers }), about),
        );
        const rows = await page.locator("tbody th").allInnerTexts();
        expect(rows).to.deep.equal(["acme", "acme/cli", "acme/web", "acme/etl", "acme/etl/a", "acme/etl/b"]);
        await page.close();
    });

    it("lays the producers' names down where there is room for them", async () => {
        const html = renderMatrixPage(toMatrix(manyProducers(5)), about);
        for (const [width, mode] of [
            [1280, "horizontal-tb"],
            [400, "vertical-rl"],
        ] as const) {
            const { page } = await open(html, "light", width);
            const style = "getComputedStyle(document.querySelector('thead th:nth-child(2) span')).writingMode";
            expect(await page.evaluate(style), `${width} pixels`).to.equal(mode);
            await page.close();
        }
    });

    for (const [count, scheme] of [
        [1, "light"],
        [200, "dark"],
    ] as const) {
        it(`is readable with ${count} ${count === 1 ? "producer" : "producers"} in a ${scheme} browser`, async () => {
            const { page, problems } = await open(renderMatrixPage(toMatrix(manyProducers(count)), about), scheme);
            const state = (await page.evaluate(MEASURE)) as Record<string, boolean | number>;
            expect(state).to.include({
                dark: scheme === "dark",
                pageScrolls: false,
                headStays: true,
                cornerStays: true,
                headFits: true,
            });
            expect(state.contrast).to.be.greaterThan(0.7);
            expect(state.cell).to.be.at.least(24);
            expect(problems).to.deep.equal([]);
            await page.close();
        });
    }
});
