import { expect } from "chai";
import { Runner } from "../../../components/runner/runner";
import gitlab from "../../../provider/schema/gitlab.json";
import fleet from "../../../provider/schema/gitlab-fleet.json";
import { mockPulumi } from "../../helpers/pulumi-mocks";

/** Keys of the published package that stand for other places where its own plugin looks. */
const OFFICIAL_ONLY = ["configFile", "context", "enableAutoCiSupport"];
/** Keys that only our plugin knows, for both packages. */
const OURS_ONLY = ["compareWithGitlab"];

describe("the provider of package gitlab-fleet", () => {
    it("takes every key that package gitlab takes", () => {
        const published = Object.keys(gitlab.provider.inputProperties).filter((key) => !OFFICIAL_ONLY.includes(key));
        expect(Object.keys(fleet.provider.inputProperties)).to.have.members([...published, ...OURS_ONLY]);
    });

    it("gets every one of them from the stack's configuration", async () => {
        const keys = {
            baseUrl: "https://git.example.org/api/v4/",
            token: "glpat-abcdefghijkl",
            insecure: "true",
            cacertFile: "/ca.pem",
            clientCert: "/cert.pem",
            clientKey: "/key.pem",
            headers: '{"x-a":"1"}',
            retries: "7",
            earlyAuthCheck: "true",
            compareWithGitlab: "true",
        };
        expect(Object.keys(keys)).to.have.members(Object.keys(fleet.provider.inputProperties));
        const config = Object.fromEntries(Object.entries(keys).map(([key, value]) => [`gitlab:${key}`, value]));
        const world = mockPulumi({ config, ids: { groups: { apps: 7 } } });
        new Runner("ci", { scope: { group: "apps" } });
        await world.settled();
        const [provider] = world.of("pulumi:providers:gitlab-fleet");
        expect(provider!.inputs).to.deep.equal(keys);
        expect(provider!.secrets).to.have.members(["token", "headers"]);
    });

    it("is made for the first component, with the settings that are there, the token as a secret", async () => {
        const world = mockPulumi({
            config: {
                "gitlab:baseUrl": "https://git.example.org/api/v4/",
                "gitlab:token": "glpat-abcdefgh",
                "gitlab:insecure": "true",
            },
        });
        new Runner("ci", { scope: { group: 7 } });
        await world.settled();
        const [provider] = world.of("pulumi:providers:gitlab-fleet");
        expect(provider).to.deep.include({
            name: "gitlab-fleet",
            inputs: { baseUrl: "https://git.example.org/api/v4/", token: "glpat-abcdefgh", insecure: "true" },
            secrets: ["token"],
        });
    });
});
