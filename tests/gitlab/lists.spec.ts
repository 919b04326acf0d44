import { expect } from "chai";
import { GitLab } from "../../gitlab/client";
import { fakeGitLab, type Reply, type Seen } from "../helpers/fake-gitlab";
import { rejection } from "../helpers/rejection";

describe("a list of GitLab's", () => {
    const cleanUp: (() => unknown)[] = [];
    afterEach(async () => {
        for (const step of cleanUp.splice(0)) await step();
    });
    async function talkTo(answer: (request: Seen, count: number) => Reply) {
        const fake = await fakeGitLab(answer);
        const config = {
            baseUrl: fake.url,
            token: "x",
            insecure: false,
            headers: {},
            retries: 1,
            earlyAuthCheck: false,
        };
        const gitlab = new GitLab(config, { sleep: async () => {} });
        cleanUp.push(() => gitlab.close(), fake.close);
        return { gitlab, fake };
    }

    it("is read page after page by X-Next-Page", async () => {
        const { gitlab, fake } = await talkTo(({ path }) => {
            const page = Number(new URL(path, "http://x").searchParams.get("page"));
            return { json: [page], headers: { "x-next-page": page < 3 ? String(page + 1) : "" } };
        });
        expect(await gitlab.list("/runners", { type: "group_type" })).to.deep.equal([1, 2, 3]);
        expect(fake.requests[1]!.path).to.equal("/api/v4/runners?type=group_type&per_page=100&page=2");
    });

    it("is not taken for whole after a full page where a proxy has taken away what GitLab says of pages", async () => {
        const full = Array.from({ length: 100 }, (_, at) => at);
        const stripped = await talkTo(() => ({ json: full }));
        expect((await rejection(stripped.gitlab.list("/runners"))).message).to.equal(
            "GitLab refused GET /runners (200): its answer does not say which page of the list it is, so nobody knows whether there are more. " +
                "Does a proxy take away its headers (X-Page)?",
        );
        const last = await talkTo(() => ({ json: full, headers: { "x-page": "1", "x-next-page": "" } }));
        expect(await last.gitlab.list("/runners")).to.deep.equal(full);
    });

    it("has each page asked for again that was not answered: without one it would not be whole", async () => {
        const { gitlab } = await talkTo((_, count) =>
            count % 2 === 1 ? { status: 503 } : { json: [count], headers: { "x-next-page": count === 2 ? "2" : "" } },
        );
        expect(await gitlab.list("/runners")).to.deep.equal([2, 4]);
    });

    it("has as many items as GitLab says with each page, and beyond counting where it does not say", async () => {
        for (const [total, expected] of [
            ["7", 7],
            ["", Number.POSITIVE_INFINITY],
        ] as const) {
            const { gitlab } = await talkTo(() => ({ json: [1], headers: { "x-total": total, "x-page": "1" } }));
            const page = await gitlab.page("/runners", { per_page: 1 });
            expect(page).to.deep.equal({ items: [1], total: expected, next: undefined });
        }
    });
});
