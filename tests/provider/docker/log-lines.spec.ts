import { expect } from "chai";
import { readLog } from "../../../provider/docker/log-lines";

describe("a container's log", () => {
    it("is read from frames and from plain text, without colours", () => {
        const text = "2026-01-01T00:00:00.000000001Z \u001b[31;1mERROR: no\u001b[0;m\n";
        const head = Buffer.alloc(8);
        head[0] = 2;
        head.writeUInt32BE(Buffer.byteLength(text), 4);
        const expected = [{ time: "2026-01-01T00:00:00.000000001Z", text: "ERROR: no" }];
        expect(readLog(Buffer.concat([head, Buffer.from(text)]))).to.deep.equal(expected);
        expect(readLog(Buffer.from(text))).to.deep.equal(expected);
    });
});
