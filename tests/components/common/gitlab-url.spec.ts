import { expect } from "chai";
import { toGitlabUrl } from "../../../components/common/fleet-provider";

describe("toGitlabUrl", () => {
    it("is the API's base without /api/v4/", () => {
        expect(toGitlabUrl("https://gitlab.example.org/api/v4/")).to.equal("https://gitlab.example.org");
        expect(toGitlabUrl("https://gitlab.example.org/api/v4")).to.equal("https://gitlab.example.org");
        expect(toGitlabUrl("https://example.org/gitlab/api/v4/")).to.equal("https://example.org/gitlab");
        expect(toGitlabUrl("http://127.0.0.1:8929/")).to.equal("http://127.0.0.1:8929");
    });

    it("is gitlab.com where nothing is said", () => {
        expect(toGitlabUrl(undefined)).to.equal("https://gitlab.com");
        expect(toGitlabUrl("")).to.equal("https://gitlab.com");
    });
});
