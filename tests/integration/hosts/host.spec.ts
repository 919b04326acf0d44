import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type Host, hashOf, type Operation } from "../../../hosts/host";
import { closeHosts, hostOf } from "../../../hosts/hosts";
import { thisHost } from "../../../hosts/local";
import { thisMachine } from "../../../hosts/machine";
import { isRoot } from "../../helpers/as-user";
import { rejection } from "../../helpers/rejection";
import { hasShell, type ShellHosts, shellHosts } from "../../helpers/shell-hosts";

const TOKEN = "glrt-verysecrettoken000000";
const FILES = [{ name: "config.toml" }, { name: "id", bytes: 64 * 1024 }];

const SET_LIST = "import os, sys; os.setxattr(sys.argv[1], sys.argv[2], bytes.fromhex(sys.argv[3]))";

/** One table for both ways to a host. */
for (const transport of ["this machine", "ssh and dash", "ssh and bash", "ssh and busybox"] as const) {
    const shell = transport.split(" ").at(-1)!;
    describe(`files on a host, through ${transport}`, () => {
        let shells: ShellHosts;
        let host: Host;
        let folder: string;
        const isLocal = transport === "this machine";
        const at = (name: string) => join(folder, name);
        const read = (name: string) => fs.readFileSync(at(name), "utf8");
        const names = () => fs.readdirSync(folder).sort();
        const of = (name: string) => {
            const { uid, gid, mode } = fs.statSync(at(name));
            return { uid, gid, mode: (mode & 0o7777).toString(8) };
        };
        const make = (name: string, text: string, mode = 0o600, uid = 0, gid = 0) => {
            fs.writeFileSync(at(name), text);
            if (isRoot) fs.chownSync(at(name), uid, gid);
            fs.chmodSync(at(name), mode);
        };
        const write = (name: string, text: string, more: object = {}): Operation => ({
            do: "write",
            path: at(name),
            text,
            ...more,
        });
        const aside = (unless: string[] = []): Operation => ({
            do: "copy aside",
            path: at("it"),
            name: "it.before",
            unless,
        });

        before(function () {
            if (!isLocal && !hasShell(shell)) this.skip();
            shells = shellHosts();
            if (!isLocal) shells.use(shell as "dash");
        });
        beforeEach(() => {
            folder = fs.mkdtempSync(join(tmpdir(), "host files $x*-"));
            host = isLocal ? thisHost : hostOf({ host: "ci@vm-01" });
        });
        afterEach(() => fs.rmSync(folder, { recursive: true }));
        after(() => {
            closeHosts();
            shells?.remove();
        });

        it("are beside programs, which run with their words as they are and say all that they print", async () => {
            const script = 'printf "%s|" "$@"; echo; cat; echo err >&2; exit 3';
            const words = ["sh", "-c", script, "0", "a b", "$(id)", "'\"\\`*", "-n", "größe", ""];
            const answers = await host.run([
                { words },
                { words: ["gitlab-fleet-has-no-such-program", "x"] },
                { words: ["sh", "-c", "head -c 100000 /dev/zero | tr '\\0' x"], bytes: 1000 },
                { words: ["printf", "\\000\\377end"] },
            ]);
            expect(answers[0]).to.deep.equal({ code: 3, text: "a b|$(id)|'\"\\`*|-n|größe||\nerr\n" });
            expect(answers[1]!.code).to.equal(127);
            expect(answers[2]!.text).to.equal("x".repeat(1000));
            expect(answers[3]).to.deep.equal({ code: 0, text: "\0\ufffdend" });
            // The session is as good as before.
            expect((await host.look(folder, [])).directory.existing).to.equal(folder);
            // No folder is kept busy by what was written into it.
            await host.change([write("it", "text")]);
            expect((await host.run([{ words: ["pwd"] }]))[0]!.text).to.not.contain(folder);
        });

        it("are seen with text, hash, owner and mode; so are the machine, its user, and what is missing", async () => {
            make("config.toml", `größe = 1\r\n\\n$(id) '"\`\n\n`, 0o640, 1234, 4321);
            const sight = await host.look(folder, FILES);
            expect(sight.machine).to.deep.equal(thisMachine());
            expect(sight.machine.host).to.equal(hostname());
            expect(sight.user!.uid).to.equal(process.geteuid!());
            expect(sight.user!.groups).to.include(process.getegid!());
            expect(sight.directory).to.deep.equal({ existing: folder, isDirectory: true });
            const { found, ...rest } = sight.files["config.toml"]!;
            expect(rest).to.deep.equal({ target: at("config.toml"), inFolder: true });
            expect(found).to.include({ text: read("config.toml"), hash: hashOf(read("config.toml")) });
            expect((found!.mode & 0o777).toString(8)).to.equal("640");
            if (isRoot) expect(found).to.include({ uid: 1234, gid: 4321 });
            expect(sight.files.id).to.deep.equal({ target: at("id"), inFolder: true });
        });

        it("are seen in a directory that is missing, and below a file that stands in its place", async () => {
            const missing = await host.look(at("a/b"), FILES);
            expect(missing.directory).to.deep.equal({ existing: folder, isDirectory: true });
            expect(missing.files.id).to.deep.equal({ target: at("a/b/id"), inFolder: true });
            make("file", "");
            const below = await host.look(at("file/b"), FILES);
            expect(below.directory).to.deep.equal({ existing: at("file"), isDirectory: false });
            expect(below.files["config.toml"]!.found).to.equal(undefined);
        });

        it("are regular ones of a bearable size: each other kind is named, and none is waited for", async () => {
            const put: Record<string, () => void> = {
                "is a FIFO": () => execFileSync("mkfifo", [at("config.toml")]),
                "is a device": () => fs.symlinkSync("/dev/zero", at("config.toml")),
                "is a directory": () => fs.mkdirSync(at("config.toml")),
                "is larger than 8 MiB": () => fs.truncateSync(at("config.toml"), 2 ** 30),
                "lead in a circle": () => fs.symlinkSync("config.toml", at("config.toml")),
            };
            for (const [text, kind] of Object.entries(put)) {
                if (text === "is larger than 8 MiB") make("config.toml", "");
                kind();
                const { problem, found } = (await host.look(folder, FILES)).files["config.toml"]!;
                expect(problem?.message, text).to.contain(text);
                expect(problem!.path).to.equal(host.at(at("config.toml")));
                expect(found).to.equal(undefined);
                const attempt = host.change([write("config.toml", "new")]);
                if (text !== "is larger than 8 MiB") await rejection(attempt);
                else await attempt;
                fs.rmSync(at("config.toml"), { recursive: true });
                expect(names()).to.deep.equal([]);
            }
        });

        it("are followed through links, but not through somebody else's to a file of a third", async function () {
            fs.mkdirSync(at("there"));
            make("there/real", "old", 0o640);
            fs.symlinkSync("there/real", at("config.toml"));
            fs.symlinkSync("nowhere/id", at("id"));
            const { files } = await host.look(folder, FILES);
            expect(files["config.toml"]).to.deep.include({ target: at("there/real"), inFolder: true });
            expect(files["config.toml"]!.found!.text).to.equal("old");
            expect(files.id).to.deep.equal({ target: at("nowhere/id"), inFolder: false });
            await host.change([write("config.toml", "new", { secret: true })]);
            expect(fs.readlinkSync(at("config.toml"))).to.equal("there/real");
            expect([read("there/real"), of("there/real").mode]).to.deep.equal(["new", "640"]);
            if (!isRoot) this.skip();
            fs.lchownSync(at("config.toml"), 1234, 1234);
            const { link } = (await host.look(folder, FILES)).files["config.toml"]!;
            expect(link).to.deep.equal({
                code: "EPERM",
                message: `the link ${at("config.toml")} is of user 1234 and leads to a file of another`,
            });
            const error = await rejection<NodeJS.ErrnoException>(host.change([write("config.toml", "evil")]));
            expect(error.code).to.equal("EPERM");
            expect(read("there/real")).to.equal("new");
        });

        it("are followed through links of folders, but not through somebody else's to a folder of a third", async function () {
            fs.mkdirSync(at("there"));
            fs.symlinkSync("there/../there", at("way"));
            const steps: Operation[] = [
                { do: "make directory", path: at("way/a") },
                write("way/a/it", "old"),
                { ...aside(), path: at("way/a/it") } as Operation,
            ];
            const outcomes = await host.change(steps);
            expect(outcomes[2]!.copy).to.equal(at("way/a/it.before"));
            expect([read("there/a/it"), read("there/a/it.before")]).to.deep.equal(["old", "old"]);
            if (!isRoot) this.skip();
            fs.lchownSync(at("way"), 1234, 1234);
            const { link } = (await host.look(at("way/a"), [{ name: "it" }])).files.it!;
            expect(link?.code).to.equal("EPERM");
            expect(link!.message).to.equal(`the link ${at("way")} is of user 1234 and leads to a file of another`);
            const evil = write("way/a/it", "evil");
            for (const step of [...steps, evil, { do: "remove", path: at("way/a/it") } as Operation])
                expect((await rejection<NodeJS.ErrnoException>(host.change([step]))).code, step.do).to.equal("EPERM");
            expect(read("there/a/it")).to.equal("old");
            fs.chownSync(at("there"), 1234, 1234);
            await host.change([evil]);
            expect(read("there/a/it")).to.equal("evil");
        });

        it("are written whole, whatever is in them, and nothing else is left beside them", async () => {
            const texts = [
                "",
                "\n",
                "no end",
                "a\\nb\\0 $(id) `id` %s\n",
                "größe ".repeat(20_000),
                "look\nchange\n1\n",
            ];
            for (const text of texts) {
                expect(await host.change([write("it", text), write("other", "x")])).to.deep.equal([
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
            await host.change([write("open", "new", { secret: true }), write("plain", "new")]);
            expect([of("open").mode, of("plain").mode]).to.deep.equal(["600", "644"]);
            if (!isRoot) this.skip();
            for (const mode of [0o600, 0o640, 0o660, 0o400]) {
                make("it", "old", mode, 1234, 4321);
                await host.change([write("it", "new", { secret: true })]);
                expect(of("it")).to.deep.equal({ uid: 1234, gid: 4321, mode: mode.toString(8) });
            }
            fs.chownSync(folder, 1234, 4321);
            make("config", "x", 0o600, 77, 78);
            await host.change([
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
            await host.change([aside(), write("it", "new", { secret: true })]);
            for (const name of ["it.before", "it"])
                expect(of(name)).to.deep.equal({ uid: 1234, gid: 4321, mode: "600" });
            // Where the folder gives each new file such a list, whoever is in it goes on to read.
            give(folder, "default");
            give(at("it"), "access");
            await host.change([write("it", "newer", { secret: true })]);
            expect(of("it").mode).to.equal("640");
        });

        it("are replaced only where they are still what was read, and what they are by now is told", async () => {
            const over = (hash: string | null, text = "new") => host.change([write("it", text, { over: hash })]);
            expect(await over(null, "first")).to.deep.equal([{ done: true }]);
            expect(await over(hashOf("else"))).to.deep.equal([{ done: false, overtaken: "first" }]);
            expect(await over(null)).to.deep.equal([{ done: false, overtaken: "first" }]);
            expect(read("it")).to.equal("first");
            expect(await over(hashOf("first"))).to.deep.equal([{ done: true }]);
            const must = [write("it", "evil", { over: null, must: true }), write("after", "evil")];
            const error = await rejection<NodeJS.ErrnoException>(host.change(must));
            expect([error.code, names()]).to.deep.equal(["EOVERTAKEN", ["it"]]);
            fs.rmSync(at("it"));
            expect(await over(hashOf("gone"), "again")).to.deep.equal([{ done: true }]);
            expect(names()).to.deep.equal(["it"]);
        });

        it("are copied aside once for each content, over nothing, through no link, and open to nobody else", async () => {
            const copies: (string | undefined)[] = [];
            for (const text of ["a", "b", "a", "c"]) {
                make("it", text, 0o644);
                copies.push((await host.change([aside([hashOf("z")])]))[0]!.copy);
            }
            expect(copies).to.deep.equal(["it.before", "it.before.2", "it.before", "it.before.3"].map(at));
            expect(["it.before", "it.before.2", "it.before.3"].map(read)).to.deep.equal(["a", "b", "c"]);
            expect(of("it.before").mode).to.equal("600");
            fs.symlinkSync("precious", at("it.before.4"));
            fs.mkdirSync(at("it.before.5"));
            make("it", "d");
            expect((await host.change([aside()]))[0]!.copy).to.equal(at("it.before.6"));
            expect(fs.existsSync(at("precious"))).to.equal(false);
            expect(await host.change([aside(["x", hashOf("d")])])).to.deep.equal([{ done: false }]);
            fs.rmSync(at("it"));
            expect(await host.change([aside()])).to.deep.equal([{ done: false }]);
        });

        it("say at once of a directory that cannot be made", async () => {
            const error = await rejection(host.change([{ do: "make directory", path: "/proc/nope/gitlab-runner" }]));
            expect(error.message).to.match(/ENOENT|No such file|nonexistent/i);
        });

        it("are removed behind their links, and only what is still the same; a directory only when it is empty", async () => {
            make("real", "text");
            fs.symlinkSync("real", at("it"));
            const remove = (only?: string): Operation => ({ do: "remove", path: at("it"), only });
            expect(await host.change([remove(hashOf("else"))])).to.deep.equal([{ done: false }]);
            expect(await host.change([remove(hashOf("text")), remove()])).to.deep.equal([
                { done: true },
                { done: false },
            ]);
            expect(names()).to.deep.equal(["it"]);
            const path = at("a/b");
            const made = await host.change([
                { do: "make directory", path },
                { do: "make directory", path },
            ]);
            expect(made).to.deep.equal([{ done: true }, { done: false }]);
            expect([of("a").mode, of("a/b").mode]).to.deep.equal(["700", "700"]);
            make("a/b/x", "");
            expect(await host.change([{ do: "remove directory", path }])).to.deep.equal([{ done: false }]);
            fs.rmSync(at("a/b/x"));
            expect(await host.change([{ do: "remove directory", path }])).to.deep.equal([{ done: true }]);
            expect(names()).to.deep.equal(["a", "it"]);
        });

        it("are left as they are from the first step on that fails, whose code is told", async () => {
            make("file", "");
            const steps = [write("one", "1"), write("file/below", TOKEN), write("three", "3")];
            const error = await rejection<NodeJS.ErrnoException>(host.change(steps));
            expect(error.code).to.equal("ENOTDIR");
            expect(error.message).not.to.contain(TOKEN);
            expect(names()).to.deep.equal(["file", "one"]);
            // And the host goes on to answer.
            expect(await host.change([write("two", "2")])).to.deep.equal([{ done: true }]);
        });

        it("are written where an earlier attempt was cut off, which leaves nothing behind", async () => {
            make("it", "old");
            make("it.0123456789ab.tmp", TOKEN);
            make("it.of-somebody.tmp", "theirs");
            await host.change([write("it", "new")]);
            expect(names()).to.deep.equal(["it", "it.of-somebody.tmp"]);
        });
    });
}
