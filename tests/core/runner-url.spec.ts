import { expect } from "chai";
import { addressOf, toApiUrl } from "../../core/runner-url";

describe("GitLab's address", () => {
    it("is one for each way to write it", () => {
        for (const text of [
            "https://git.example.org",
            "https://git.example.org//",
            "https://GIT.example.org:443/api/v4",
            "https://git.example.org/api/v4//",
            "https://user:hunter2@git.example.org/",
        ])
            expect(toApiUrl(text), text).to.equal("https://git.example.org/api/v4/");
        expect(toApiUrl("http://git.example.org/sub/api/v4/")).to.equal("http://git.example.org/sub/api/v4/");
        expect(toApiUrl("https://git.example.org/api/v4/x")).to.equal("https://git.example.org/api/v4/x/api/v4/");
    });

    it("is none that is not asked by HTTP", () => {
        for (const text of [
            "",
            "git.example.org",
            "ftp://git.example.org",
            "ssh://git.example.org",
            "https://",
            `\${URL}`,
        ])
            expect(toApiUrl(text), text).to.equal(undefined);
    });

    it("is to a runner what its url says, without what old files end with", () => {
        for (const text of ["https://git.example.org", " https://git.example.org// ", "https://git.example.org/ci"])
            expect(addressOf(text), text).to.equal("https://git.example.org");
        for (const text of ["https://git.example.org/cia", "https://git.example.org/ci/x"])
            expect(addressOf(text)).to.equal(text);
    });
});
