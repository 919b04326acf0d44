import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { SharedReads } from "../../gitlab/shared-reads";
import { rejection } from "../helpers/rejection";

describe("SharedReads", () => {
    let loads = 0;
    let now = 0;
    const load = async () => ++loads;
    let shared: SharedReads;
    beforeEach(() => {
        loads = 0;
        now = 0;
        shared = new SharedReads(1000, () => now);
    });

    it("asks once for what several want, at the same moment and later", async () => {
        expect(await Promise.all([shared.get("a", load), shared.get("a", load)])).to.deep.equal([1, 1]);
        expect(await shared.get("a", load)).to.equal(1);
        expect(await shared.get("b", load)).to.equal(2);
    });

    it("asks again after a while", async () => {
        await shared.get("a", load);
        now = 1001;
        expect(await shared.get("a", load)).to.equal(2);
    });

    it("does not keep failures", async () => {
        await rejection(shared.get("a", () => Promise.reject(new Error("no"))));
        expect(await shared.get("a", load)).to.equal(1);
    });

    it("keeps what was asked for since, where an earlier question fails", async () => {
        const early = shared.get("a", () => delay(5).then(() => Promise.reject(new Error("no"))));
        shared.forget("a");
        expect(await shared.get("a", load)).to.equal(1);
        await rejection(early);
        expect(await shared.get("a", load)).to.equal(1);
    });

    it("forgets what begins so, and nothing else", async () => {
        await shared.get("runners/1", load);
        await shared.get("project/1", load);
        shared.forget("runners/");
        expect([await shared.get("runners/1", load), await shared.get("project/1", load)]).to.deep.equal([3, 2]);
    });

    it("knows what was forgotten since a moment, and what was not", () => {
        const reads = new SharedReads();
        reads.forget("allowlist/7/");
        const since = reads.moment();
        expect(reads.wasForgotten("allowlist/7/", since)).to.equal(false);
        reads.forget("allowlist/8/");
        expect(reads.wasForgotten("allowlist/8/", since)).to.equal(true);
        expect(reads.wasForgotten("allowlist/7/", since)).to.equal(false);
    });
});
