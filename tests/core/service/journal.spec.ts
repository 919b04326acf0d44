import { expect } from "chai";
import { journalSince, readJournal, safe } from "../../../core/service/journal";

const entry = (MESSAGE: unknown, seconds = 100) =>
    JSON.stringify({ __REALTIME_TIMESTAMP: String(seconds * 1e6), _PID: "7", MESSAGE });

describe("a unit's journal", () => {
    it("is asked for since a moment, as objects, and with an end", () => {
        expect(journalSince("x.service", 1764189600.9).join(" ")).to.equal(
            "journalctl --no-pager --output=json --lines=500 --since=@1764189600 --unit=x.service",
        );
    });

    it("gives messages since that moment, to the microsecond, and passes over whatever is none", () => {
        const printed = [
            "Hint: You are currently not seeing messages from other users and the system.",
            entry("before", 99.999999),
            entry("at"),
            entry("after", 100.5),
            entry(null),
            entry({ not: "text" }),
            '{"MESSAGE":"without a time"}',
            "{ cut off",
            "[1]",
            "-- No entries --",
        ].join("\n");
        expect(readJournal(printed, 100)).to.deep.equal([
            { time: 100, text: "at" },
            { time: 100.5, text: "after" },
        ]);
    });

    it("gives coloured messages, which come as bytes, without their colours", () => {
        const bytes = [...Buffer.from("\x1b[0;31mERROR: Größe\x1b[0;m")];
        expect(readJournal(entry(bytes), 0)[0]!.text).to.equal("ERROR: Größe");
    });

    it("gives no line break, no escape sequence, no mark of direction, no token and no end of text", () => {
        const hostile =
            "a\n::error::b\x1b]0;title\x07\u202e c glrt-verysecrettoken000000 glrt-very\u200bsecrettoken000000";
        const text = safe(hostile + "x".repeat(10_000));
        expect(text).to.match(/^a ::error::b\]0;title c \[secret\] \[secret\]/);
        expect(text).to.not.contain("secrettoken");
        expect(text.length).to.be.at.most(501);
    });

    it("masks a token before it cuts a message, so that no part of it is left", () => {
        expect(safe(`${"x".repeat(490)} glrt-verysecrettoken000000`)).to.not.contain("glrt-");
    });
});
