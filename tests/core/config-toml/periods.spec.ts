import { expect } from "chai";
import { isTimezone, whyNotPeriod } from "../../../core/config-toml/periods";

describe("periods", () => {
    it("are cron expressions of five to seven fields, with names, steps, lists and the last of something", () => {
        for (const period of [
            "* * * * *",
            "0-30/5 13,16 * * SUN",
            "* * 8-17 * * mon-fri *",
            "0 0 1 jan,July * 2030",
            "0 0 LW * 5L",
            "0 0 15w * 2#3",
            "@daily",
            "5/15 ? * * ?",
        ]) {
            expect(whyNotPeriod(period), period).to.equal(undefined);
        }
    });

    it("say which field is wrong", () => {
        expect(whyNotPeriod("every day")).to.equal("has 2 fields instead of 5 to 7");
        expect(whyNotPeriod("")).to.equal("has 0 fields instead of 5 to 7");
        expect(whyNotPeriod("60 * * * *")).to.equal("has a minute field that cron does not know");
        expect(whyNotPeriod("* 24 * * *")).to.equal("has a hour field that cron does not know");
        expect(whyNotPeriod("* * 0 * *")).to.equal("has a day of month field that cron does not know");
        expect(whyNotPeriod("* * * foo *")).to.equal("has a month field that cron does not know");
        expect(whyNotPeriod("* * * * 8")).to.equal("has a day of week field that cron does not know");
        expect(whyNotPeriod("*/0 * * * *")).to.equal("has a minute field that cron does not know");
    });
});

describe("time zones", () => {
    it("are those Go can load", () => {
        for (const zone of ["", "Local", "UTC", "Europe/Berlin", "America/New_York"])
            expect(isTimezone(zone), zone).to.equal(true);
        for (const zone of ["Berlin", "+02:00", "Mars/Olympus"]) expect(isTimezone(zone), zone).to.equal(false);
    });
});
