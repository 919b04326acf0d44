import * as fs from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { formatOwner } from "../../../../core/owner-file";
import type { Props } from "../../../../core/props";
import { thisMachine } from "../../../../hosts/machine";
import { type Plugin, startPlugin } from "../../../helpers/plugin";
import { rejection } from "../../../helpers/rejection";

const FILES = "ManagerFiles";
const PLACE = "ManagerPlace";
const ID = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const HERE = { id: ID, host: hostname(), machine: thisMachine().id };

describe("ManagerFiles and another directory", () => {
    let root: string;
    let plugin: Plugin;
    const old = () => join(root, "old");
    const next = () => join(root, "next");
    const inputs = (directory: string, more: Props = {}): Props => ({
        directory,
        configToml: "concurrent = 4\n",
        systemId: "r_abcdefgh1234",
        ...more,
    });
    const known = (directory: string, more: Props = {}): Props => ({
        ...inputs(directory),
        host: hostname(),
        machine: thisMachine().id,
        directoryCreated: true,
        ...more,
    });
    const said = () => plugin.logs.map(({ severity, message }) => `${severity}: ${message}`);

    beforeEach(async () => {
        root = fs.mkdtempSync(join(tmpdir(), "manager-move-"));
        plugin = await startPlugin("gitlab-fleet");
    });
    afterEach(async () => {
        await plugin.close();
        fs.rmSync(root, { recursive: true, force: true });
    });

    it("warns in a preview that the process has to be started with the new file, and whether the old ones stay", async () => {
        await plugin.diff(FILES, old(), known(old()), inputs(next()));
        await plugin.diff(FILES, old(), known(old(), { onDestroy: "keep" }), inputs(next(), { onDestroy: "keep" }));
        const [gone, kept] = said();
        expect(gone)
            .to.match(/^warn: /)
            .and.contain(`The directory changes from ${old()} to ${next()}: the old files go`)
            .and.contain(`has to be started with ${next()}/config.toml after this up.`)
            .and.not.contain("relative");
        expect(kept).to.contain("the old files stay (onDestroy: keep)");
    });

    it("says of a directory in the project's folder that another clone has another one", async () => {
        const inClone = join(process.cwd(), "out/gitlab-runner");
        await plugin.diff(FILES, "x", known("/other/clone/out/gitlab-runner"), inputs(inClone));
        expect(said()[0]).to.contain("A relative directory starts at the folder of Pulumi.yaml");
        plugin.logs.length = 0;
        await plugin.diff(FILES, "x", known(join(process.cwd(), "was")), inputs(inClone));
        expect(said()[0]).to.not.contain("relative");
    });

    it("takes a relative directory for the same one where its files are on another machine, and no other for that", async () => {
        const elsewhere = { host: "ci-01", machine: "0".repeat(32) };
        const inClone = join(process.cwd(), "out/gitlab-runner");
        const there = "/home/anna/fleet/out/gitlab-runner";
        const changes = async (was: string, is: string, more: Props = {}) => {
            const place = { id: ID, ...elsewhere, ...more };
            const state = { directory: was, systemId: "r_abcdefgh1234", place };
            const wanted = { directory: is, systemId: "r_abcdefgh1234" };
            const files = await plugin.diff(FILES, was, known(was, { ...elsewhere, ...more }), inputs(is));
            return [files, await plugin.diff(PLACE, "x", state, wanted)].map(({ detailed }) => Object.keys(detailed));
        };
        expect(await changes(there, inClone)).to.deep.equal([[], []]);
        expect(said()).to.deep.equal([
            `info: ${there} is on ci-01, and this is ${hostname()}: not looked at from here.`,
        ]);
        const moved = [["directory"], ["directory"]];
        expect(await changes("/home/anna/fleet/out/other", inClone)).to.deep.equal(moved);
        expect(await changes("/etc/gitlab-runner", "/srv/gitlab-runner")).to.deep.equal(moved);
        const here = { host: hostname(), machine: thisMachine().id };
        expect(await changes(there, inClone, here), "another clone on this machine").to.deep.equal(moved);
    });

    it("says on another machine where the files are, and that up would stop there, which it does in the same words", async () => {
        const elsewhere = { host: "ci-01", machine: "0".repeat(32) };
        const { detailed } = await plugin.diff(FILES, "x", known(old(), elsewhere), inputs(next()));
        expect(detailed).to.deep.equal({ directory: "update-replace" });
        const where = `${old()} is on ci-01, and this is ${hostname()}`;
        expect(said()[0]).to.equal(`info: ${where}: not looked at from here.`);
        expect(said()[1]).to.match(
            /^warn: An up from here would stop before anything is changed\. Run pulumi up there\./,
        );
        const place = { directory: old(), systemId: "r_abcdefgh1234", place: { id: ID, ...elsewhere } };
        const wanted = { directory: next(), systemId: "r_abcdefgh1234" };
        plugin.logs.length = 0;
        await plugin.update(PLACE, "x", place, wanted, { preview: true });
        expect(said(), "nothing of what up would make sure of first").to.deep.equal([]);
        expect((await rejection(plugin.update(PLACE, "x", place, wanted))).message).to.contain(where);
    });

    it("does not ask whether a manager was renamed that gets the directory of another one, as when two swap theirs", async () => {
        fs.mkdirSync(next());
        fs.writeFileSync(
            join(next(), ".gitlab-fleet-owner"),
            formatOwner({ owner: "demo/test/other", place: "b".repeat(32), identity: "x" }),
        );
        const wanted = inputs(next(), { identity: "x" });
        await plugin.diff(FILES, old(), known(old()), wanted);
        await plugin.create(FILES, wanted, { preview: true });
        expect(said().join("\n")).to.not.contain("renamedFrom");
    });

    it("asks so of a manager that is new", async () => {
        fs.mkdirSync(next());
        fs.writeFileSync(join(next(), ".gitlab-fleet-owner"), formatOwner({ owner: "demo/test/other", identity: "x" }));
        await plugin.create(FILES, inputs(next(), { identity: "x" }), { preview: true });
        expect(said().join("\n")).to.contain("renamedFrom: other at manager it");
    });

    it("says in a preview that a directory is going to be taken over, and from whom", async () => {
        fs.mkdirSync(next());
        fs.writeFileSync(join(next(), ".gitlab-fleet-owner"), formatOwner({ owner: "demo/prod/ci-01" }));
        const wanted = inputs(next(), { takeOverFrom: "demo/prod/ci-01", place: HERE });
        await plugin.create(FILES, wanted, { preview: true });
        expect(said().join("\n")).to.contain(`warn: up takes ${next()} over from demo/prod/ci-01`);
        await plugin.create(FILES, inputs(old(), { place: HERE }), { preview: true });
        expect(said().filter((line) => line.includes("takes"))).to.have.length(1);
    });

    it("says in a preview that the directory cannot be written, as up would", async () => {
        const wanted = (directory: string) => ({ directory, systemId: "r_abcdefgh1234" });
        const change = (directory: string) => {
            const state = { ...wanted(directory), place: HERE };
            return plugin.update(PLACE, "x", state, { ...wanted(directory), declared: "2" }, { preview: true });
        };
        fs.writeFileSync(next(), "");
        fs.writeFileSync(old(), "");
        await plugin.create(PLACE, wanted(next()), { preview: true });
        await change(old());
        const warnings = said();
        for (const [index, directory] of [next(), old()].entries()) {
            const refused = (await rejection(plugin.create(PLACE, wanted(directory)))).message;
            const [, why] = /^ManagerPlace "it": (.* is not a directory.*) Nothing was changed\.$/s.exec(refused)!;
            expect(warnings[index]).to.equal(`warn: An up from here would stop before anything is changed: ${why}`);
        }
        fs.rmSync(old());
        await change(old());
        expect(said().at(-1)).to.contain(`info: up makes sure that ${old()} can be written`);
    });
});
