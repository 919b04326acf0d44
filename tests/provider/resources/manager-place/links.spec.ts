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

    it("cannot be used where any of its files cannot be read, which is said once, by its name and the directory's", async () => {
        const place = { host: thisHost, owner: "a/b/c", directory, on: undefined, shared: false };
        for (const name of ["config.toml", ".runner_system_id", ".gitlab-fleet-owner"]) {
            const why = async () => whyNotUsable(place, await sightOf(place));
            fs.mkdirSync(join(directory, name));
            expect(await why()).to.equal(
                `${name} in ${directory} is a directory, not a regular file (EISDIR). Only a regular file is opened: put one there.`,
            );
            fs.rmdirSync(join(directory, name));
            fs.writeFileSync(join(directory, name), "");
            fs.truncateSync(join(directory, name), 2 ** 24);
            expect(await why()).to.match(/^\S+ in \S+ is larger than (8 MiB|64 KiB) \(EFBIG\)\. No manager's file /);
            fs.rmSync(join(directory, name));
        }
    });

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
