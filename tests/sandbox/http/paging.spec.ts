import { expect } from "chai";
import fc from "fast-check";
import { pageHeaders, readPage, slice } from "../../../sandbox/http/paging";

const URL_OF_LIST = new URL("https://gitlab.example.org/api/v4/runners?private_token=x&status=online");

describe("offset pagination", () => {
    it("gives every row once when next pages are followed to the end", () => {
        fc.assert(
            fc.property(fc.nat(300), fc.integer({ min: 1, max: 120 }), (count, perPage) => {
                const rows = Array.from({ length: count }, (_, n) => n);
                const seen: number[] = [];
                for (let page = "1"; page !== ""; ) {
                    const request = readPage({ page, per_page: String(perPage) });
                    seen.push(...slice(rows, request));
                    page = pageHeaders(URL_OF_LIST, count, request)["x-next-page"]!;
                }
                expect(seen).to.deep.equal(rows);
            }),
        );
    });

    it("takes 20 by default and 100 at most, and refuses 0", () => {
        expect(readPage({})).to.deep.equal({ page: 1, perPage: 20 });
        expect(readPage({ page: "3", per_page: "1000" })).to.deep.equal({ page: 3, perPage: 100 });
        expect(() => readPage({ per_page: "0" }))
            .to.throw()
            .with.deep.property("body", { error: "per_page does not have a valid value" });
        expect(() => readPage({ page: "x" }))
            .to.throw()
            .with.deep.property("body", { error: "page is invalid" });
    });

    it("writes links that keep the filters and lose the token", () => {
        const { link } = pageHeaders(URL_OF_LIST, 30, readPage({ page: "2" }));
        const at = (page: number) =>
            `<https://gitlab.example.org/api/v4/runners?status=online&page=${page}&per_page=20>`;
        expect(link).to.equal(`${at(1)}; rel="prev", ${at(1)}; rel="first", ${at(2)}; rel="last"`);
    });

    it("stops counting above ten thousand rows", () => {
        const headers = pageHeaders(URL_OF_LIST, 10_001, readPage({}));
        expect(headers).not.to.have.any.keys("x-total", "x-total-pages");
        expect(headers["x-next-page"]).to.equal("2");
        expect(headers.link).not.to.contain('rel="last"');
    });
});
