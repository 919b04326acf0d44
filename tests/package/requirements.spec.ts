import { expect } from "chai";
import { whyNotOurs, whyNotReady } from "../../package/requirements";

const facts = { declared: [] as string[], installed: [] as string[], version: "1.2.0", canBeDownloaded: false };

describe("what a program needs beside the package", () => {
    it("is a plugin: one that Pulumi.yaml names, one on PATH, or one installed in this very version", () => {
        expect(whyNotReady({ ...facts, declared: ["gitlab-fleet"] })).to.equal(undefined);
        expect(whyNotReady({ ...facts, installed: ["gitlab-fleet"] })).to.equal(undefined);
        expect(whyNotReady({ ...facts, installed: ["gitlab-fleet-v1.2.0"] })).to.equal(undefined);
        expect(whyNotReady({ ...facts, canBeDownloaded: true })).to.equal(undefined);
        expect(whyNotReady(facts)).to.contain(
            "gitlab-fleet 1.2.0: Pulumi.yaml names no plugin for package gitlab-fleet.",
        );
        expect(whyNotReady(facts)).to.contain("npx gitlab-fleet plugins");
        expect(whyNotReady({ ...facts, installed: ["gitlab-fleet-v1.1.0", "gitlab"] })).to.contain(
            "Installed is gitlab-fleet-v1.1.0, of another version.",
        );
    });

    it("says once which plugin serves package gitlab, where it is not ours", () => {
        expect(whyNotOurs({ ...facts, declared: ["gitlab-fleet"] })).to.contain("served by the official plugin");
        expect(whyNotOurs({ ...facts, declared: ["gitlab", "gitlab-fleet"] })).to.equal(undefined);
    });
});
