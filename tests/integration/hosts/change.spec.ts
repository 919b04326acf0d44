import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { expect } from "chai";
import { hashOf, type Operation } from "../../../hosts/host";
import { isRoot } from "../../helpers/as-user";
import { rejection } from "../../helpers/rejection";
import { onEachHost } from "./each-host";

const TOKEN = "glrt-verysecrettoken000000";

const SET_LIST = "import os, sys; os.setxattr(sys.argv[1], sys.argv[2], bytes.fromhex(sys.argv[3]))";

onEachHost("files on a host that are changed", (world) => {
    const { shell, at, read, names, of, make, write, aside } = world;

    it("are written whole, whatever is in them, and nothing else is left beside them", async () => {
        const texts = ["", "\n", "no end", "a\\nb\\0 $(id) `id` %s\n", "größe ".repeat(20_000), "look\nchange\n1\n"];
        for (const text of texts) {
            expect(await world.host.change([write("it", text), write("other", "x")])).to.deep.equal([
                { done: true },
                { done: true },
            ]);
            expect(read("it")).to.equal(text);
        }
        expect(names()).to.deep.equal(["it", "other"]);
    });

    it("keep owner, group and mode, but for what lets everybody read a secret", async function () {
        make("open", "old", 0o644);
        make("plain", "old", 0o644);
        await world.host.change([write("open", "new", { secret: true }), write("plain", "new")]);
        expect([of("open").mode, of("plain").mode]).to.deep.equal(["600", "644"]);
        if (!isRoot) this.skip();
        for (const mode of [0o600, 0o640, 0o660, 0o400]) {
            make("it", "old", mode, 1234, 4321);
            await world.host.change([write("it", "new", { secret: true })]);
            expect(of("it")).to.deep.equal({ uid: 1234, gid: 4321, mode: mode.toString(8) });
        }
        fs.chownSync(world.folder, 1234, 4321);
        make("config", "x", 0o600, 77, 78);
        await world.host.change([
            write("first", "new", { beside: at("missing"), mode: 0o644 }),
            write("second", "new", { beside: at("config") }),
        ]);
        expect(of("first")).to.deep.equal({ uid: 1234, gid: 4321, mode: "644" });
        expect(of("second")).to.deep.equal({ uid: 77, gid: 78, mode: "600" });
    });

    // The `ls` of busybox shows no access lists.
    const whereListsShow = shell === "busybox" ? () => {} : it;
    whereListsShow("are open to no group that an access list alone seemed to let in", async function () {
        if (!isRoot) this.skip();
        make("it", "old", 0o600, 1234, 4321);
        // user::rw-, user:77:r--, group::---, mask::r--, other::---, as setfacl --modify user:77:r writes it.
        const list = "0200000001000600ffffffff020004004d00000004000000ffffffff10000400ffffffff20000000ffffffff";
        const give = (path: string, kind: "access" | "default") =>
            spawnSync("python3", ["-c", SET_LIST, path, `system.posix_acl_${kind}`, list]).status === 0;
        if (!give(at("it"), "access")) this.skip();
        expect(of("it").mode).to.equal("640");
        await world.host.change([aside(), write("it", "new", { secret: true })]);
        for (const name of ["it.before", "it"]) expect(of(name)).to.deep.equal({ uid: 1234, gid: 4321, mode: "600" });
        // Where the world.folder gives each new file such a list, whoever is in it goes on to read.
        give(world.folder, "default");
        give(at("it"), "access");
        await world.host.change([write("it", "newer", { secret: true })]);
        expect(of("it").mode).to.equal("640");
    });

    it("are replaced only where they are still what was read, and what they are by now is told", async () => {
        const over = (hash: string | null, text = "new") => world.host.change([write("it", text, { over: hash })]);
        expect(await over(null, "first")).to.deep.equal([{ done: true }]);
        expect(await over(hashOf("else"))).to.deep.equal([{ done: false, overtaken: "first" }]);
        expect(await over(null)).to.deep.equal([{ done: false, overtaken: "first" }]);
        expect(read("it")).to.equal("first");
        expect(await over(hashOf("first"))).to.deep.equal([{ done: true }]);
        const must = [write("it", "evil", { over: null, must: true }), write("after", "evil")];
        const error = await rejection<NodeJS.ErrnoException>(world.host.change(must));
        expect([error.code, names()]).to.deep.equal(["EOVERTAKEN", ["it"]]);
        fs.rmSync(at("it"));
        expect(await over(hashOf("gone"), "again")).to.deep.equal([{ done: true }]);
        expect(names()).to.deep.equal(["it"]);
    });

    it("are copied aside once for each content, over nothing, through no link, and open to nobody else", async () => {
        const copies: (string | undefined)[] = [];
        for (const text of ["a", "b", "a", "c"]) {
            make("it", text, 0o644);
            copies.push((await world.host.change([aside([hashOf("z")])]))[0]!.copy);
        }
        expect(copies).to.deep.equal(["it.before", "it.before.2", "it.before", "it.before.3"].map(at));
        expect(["it.before", "it.before.2", "it.before.3"].map(read)).to.deep.equal(["a", "b", "c"]);
        expect(of("it.before").mode).to.equal("600");
        fs.symlinkSync("precious", at("it.before.4"));
        fs.mkdirSync(at("it.before.5"));
        make("it", "d");
        expect((await world.host.change([aside()]))[0]!.copy).to.equal(at("it.before.6"));
        expect(fs.existsSync(at("precious"))).to.equal(false);
        expect(await world.host.change([aside(["x", hashOf("d")])])).to.deep.equal([{ done: false }]);
        fs.rmSync(at("it"));
        expect(await world.host.change([aside()])).to.deep.equal([{ done: false }]);
    });

    it("say at once of a directory that cannot be made", async () => {
        const error = await rejection(world.host.change([{ do: "make directory", path: "/proc/nope/gitlab-runner" }]));
        expect(error.message).to.match(/ENOENT|No such file|nonexistent/i);
    });

    it("are removed behind their links, and only what is still the same; a directory only when it is empty", async () => {
        make("real", "text");
        fs.symlinkSync("real", at("it"));
        const remove = (only?: string): Operation => ({ do: "remove", path: at("it"), only });
        expect(await world.host.change([remove(hashOf("else"))])).to.deep.equal([{ done: false }]);
        expect(await world.host.change([remove(hashOf("text")), remove()])).to.deep.equal([
            { done: true },
            { done: false },
        ]);
        expect(names()).to.deep.equal(["it"]);
        const path = at("a/b");
        const made = await world.host.change([
            { do: "make directory", path },
            { do: "make directory", path },
        ]);
        expect(made).to.deep.equal([{ done: true }, { done: false }]);
        expect([of("a").mode, of("a/b").mode]).to.deep.equal(["700", "700"]);
        make("a/b/x", "");
        expect(await world.host.change([{ do: "remove directory", path }])).to.deep.equal([{ done: false }]);
        fs.rmSync(at("a/b/x"));
        expect(await world.host.change([{ do: "remove directory", path }])).to.deep.equal([{ done: true }]);
        expect(names()).to.deep.equal(["a", "it"]);
    });

    it("are left as they are from the first step on that fails, whose code is told", async () => {
        make("file", "");
        const steps = [write("one", "1"), write("file/below", TOKEN), write("three", "3")];
        const error = await rejection<NodeJS.ErrnoException>(world.host.change(steps));
        expect(error.code).to.equal("ENOTDIR");
        expect(error.message).not.to.contain(TOKEN);
        expect(names()).to.deep.equal(["file", "one"]);
        // And the host goes on to answer.
        expect(await world.host.change([write("two", "2")])).to.deep.equal([{ done: true }]);
    });

    it("are written where an earlier attempt was cut off, which leaves nothing behind", async () => {
        make("it", "old");
        make("it.0123456789ab.tmp", TOKEN);
        make("it.of-somebody.tmp", "theirs");
        await world.host.change([write("it", "new")]);
        expect(names()).to.deep.equal(["it", "it.of-somebody.tmp"]);
    });
});
