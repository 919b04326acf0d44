import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { copyAside, thisUser, whyNotLeftTo, writeWhole } from "../../hosts/kept-file";
import { asUser, isRoot } from "../helpers/as-user";

describe("a file that is replaced", () => {
    let folder: string;
    const at = (name: string) => join(folder, name);
    const of = (name: string) => {
        const { uid, gid, mode } = fs.statSync(at(name));
        return { uid, gid, mode: (mode & 0o7777).toString(8) };
    };
    const make = (name: string, mode: number, uid = 0, gid = 0) => {
        fs.writeFileSync(at(name), "old");
        if (isRoot) fs.chownSync(at(name), uid, gid);
        fs.chmodSync(at(name), mode);
    };

    beforeEach(() => {
        folder = fs.mkdtempSync(join(tmpdir(), "kept-file-"));
    });
    afterEach(() => fs.rmSync(folder, { recursive: true }));

    it("keeps its owner, its group and its mode", function () {
        if (!isRoot) this.skip();
        for (const mode of [0o600, 0o640, 0o660, 0o400]) {
            make("it", mode, 1234, 4321);
            writeWhole(at("it"), "new", { secret: true });
            expect(of("it")).to.deep.equal({ uid: 1234, gid: 4321, mode: mode.toString(8) });
            expect(fs.readFileSync(at("it"), "utf8")).to.equal("new");
        }
        expect(fs.readdirSync(folder)).to.deep.equal(["it"]);
    });

    it("becomes its owner's alone where everybody could read tokens in it", () => {
        make("it", 0o644);
        writeWhole(at("it"), "new", { secret: true });
        expect(of("it").mode).to.equal("600");
        make("id", 0o644);
        writeWhole(at("id"), "new");
        expect(of("id").mode).to.equal("644");
    });

    it("belongs, when it is new, to whom the file beside it does, or the directory", function () {
        if (!isRoot) this.skip();
        fs.chownSync(folder, 1234, 4321);
        writeWhole(at("first"), "new", { beside: at("missing") });
        expect(of("first")).to.deep.equal({ uid: 1234, gid: 4321, mode: "600" });
        make("config", 0o600, 77, 78);
        writeWhole(at("second"), "new", { beside: at("config") });
        expect(of("second")).to.deep.equal({ uid: 77, gid: 78, mode: "600" });
    });

    it("is known not to keep its owner or group before anything is written", async function () {
        if (!isRoot) this.skip();
        fs.chmodSync(folder, 0o777);
        make("root", 0o666);
        make("mine", 0o600, 1234, 1234);
        make("group", 0o600, 1234, 4321);
        const [root, mine, group] = await asUser(1234, () =>
            ["root", "mine", "group"].map((name) => whyNotLeftTo(fs.statSync(at(name)), thisUser())),
        );
        expect(root).to.equal("belongs to user 0, and only root can leave it to them (this is 1234)");
        expect(group).to.equal("belongs to group 4321, of which user 1234 is no member");
        expect(mine).to.equal(undefined);
    });

    it("is what a link leads to; the link stays", () => {
        fs.mkdirSync(at("there"));
        make("there/real", 0o640);
        fs.symlinkSync("there/real", at("link"));
        fs.symlinkSync("there/later", at("dangling"));
        writeWhole(at("link"), "new", { secret: true });
        writeWhole(at("dangling"), "new");
        expect(fs.readlinkSync(at("link"))).to.equal("there/real");
        expect(fs.readFileSync(at("there/real"), "utf8")).to.equal("new");
        expect(of("there/real").mode).to.equal("640");
        expect(fs.readFileSync(at("there/later"), "utf8")).to.equal("new");
    });

    it("is not what somebody else's link leads to", function () {
        if (!isRoot) this.skip();
        make("precious", 0o600);
        fs.symlinkSync("precious", at("link"));
        fs.lchownSync(at("link"), 1234, 1234);
        expect(() => writeWhole(at("link"), "new")).to.throw("is of user 1234 and leads to a file of another");
        expect(fs.readFileSync(at("precious"), "utf8")).to.equal("old");
        fs.chownSync(at("precious"), 1234, 1234);
        writeWhole(at("link"), "new");
        expect(fs.readFileSync(at("precious"), "utf8")).to.equal("new");
    });

    it("is copied aside under a name that nobody has, and once for each content", () => {
        const copies = ["a", "b", "a", "c"].map((text) => {
            fs.writeFileSync(at("it"), text);
            return copyAside(at("it"), "it.before");
        });
        expect(copies).to.deep.equal(["it.before", "it.before.2", "it.before", "it.before.3"].map(at));
        expect(
            ["it.before", "it.before.2", "it.before.3"].map((name) => fs.readFileSync(at(name), "utf8")),
        ).to.deep.equal(["a", "b", "c"]);
    });

    it("is never copied over anything: not over a folder, nor through a link", () => {
        make("it", 0o600);
        make("precious", 0o600);
        fs.writeFileSync(at("precious"), "precious");
        fs.mkdirSync(at("it.before"));
        fs.symlinkSync("precious", at("it.before.2"));
        fs.symlinkSync("nowhere", at("it.before.3"));
        expect(copyAside(at("it"), "it.before")).to.equal(at("it.before.4"));
        expect(fs.readFileSync(at("precious"), "utf8")).to.equal("precious");
        expect(fs.existsSync(at("nowhere"))).to.equal(false);
    });
});
