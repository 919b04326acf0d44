import { expect } from "chai";
import { GitLab } from "../../gitlab/client";
import { fakeGitLab } from "../helpers/fake-gitlab";
import { rejection } from "../helpers/rejection";

describe("a redirect within GitLab's API", () => {
    let cleanUp: (() => unknown)[] = [];
    afterEach(async () => {
        for (const step of cleanUp.splice(0)) await step();
    });
    const talk = async (location: string) => {
        const fake = await fakeGitLab(() => ({ status: 302, headers: { location } }));
        const config = {
            baseUrl: fake.url,
            token: "x",
            insecure: false,
            headers: {},
            retries: 0,
            earlyAuthCheck: false,
        };
        const gitlab = new GitLab(config);
        cleanUp = [() => gitlab.close(), fake.close];
        return { gitlab, fake };
    };

    it("is followed three times by a read, and no further", async () => {
        const { gitlab, fake } = await talk("/api/v4/projects/7");
        expect((await rejection(gitlab.get("/projects/7"))).message).to.contain("redirects to");
        expect(fake.requests).to.have.lengthOf(4);
    });

    it("is followed by nothing that writes: what it would do elsewhere, nobody has asked for", async () => {
        const { gitlab, fake } = await talk("/api/v4/projects/8");
        for (const write of [
            () => gitlab.post("/projects/7/share", {}),
            () => gitlab.put("/projects/7", {}),
            () => gitlab.patch("/projects/7", {}),
            () => gitlab.delete("/projects/7"),
        ]) {
            expect((await rejection(write())).message).to.contain("redirects to");
        }
        expect(fake.requests.map(({ method }) => method)).to.deep.equal(["POST", "PUT", "PATCH", "DELETE"]);
    });
});
