import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { thisHost } from "../../../../hosts/local";
import { whyNotUsable } from "../../../../provider/resources/manager-place/place";
import { sightOf } from "../../../../provider/resources/manager-place/sight";

describe("a manager's directory", () => {
    let directory: string;
    beforeEach(() => {
        directory = fs.mkdtempSync(join(tmpdir(), "manager-links-"));
    });
    afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

    it("cannot be used where any of its files is a link that is not followed, or leads nowhere", async () => {
        const place = {
            host: thisHost,
            owner: "a/b/c",
            place: "a".repeat(32),
            directory,
            on: undefined,
            shared: false,
        };
        const sight = await sightOf(place);
        expect(whyNotUsable(place, sight)).to.equal(undefined);
        const names = ["config.toml", ".runner_system_id", ".gitlab-fleet-owner"];
        expect(Object.keys(sight.files)).to.have.members(names);
        const link = { code: "EPERM", message: "the link is of user 5" };
        for (const name of names) {
            const seen = sight.files[name]!;
            const why = (more: object) =>
                whyNotUsable(place, { ...sight, files: { ...sight.files, [name]: { ...seen, ...more } } }) ?? "usable";
            expect(why({ link })).to.contain(`${name} in ${directory} is not followed: the link is of user 5.`);
            expect(why({ inFolder: false })).to.contain(
                `${name} in ${directory} leads to ${seen.target}, where there is`,
            );
        }
    });
});
