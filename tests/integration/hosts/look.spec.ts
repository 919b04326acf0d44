import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { hostname } from "node:os";
import { expect } from "chai";
import { hashOf, type Operation } from "../../../hosts/host";
import { thisMachine } from "../../../hosts/machine";
import { isRoot } from "../../helpers/as-user";
import { rejection } from "../../helpers/rejection";
import { FILES, onEachHost } from "./each-host";

onEachHost("files on a host as they are seen", (world) => {
    const { at, read, names, of, make, write, aside } = world;

    it("are beside programs, which run with their words as they are and say all that they print", async () => {
        const script = 'printf "%s|" "$@"; echo; cat; echo err >&2; exit 3';
        const words = ["sh", "-c", script, "0", "a b", "$(id)", "'\"\\`*", "-n", "größe", ""];
        const answers = await world.host.run([
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
        expect((await world.host.look(world.folder, [])).directory.existing).to.equal(world.folder);
        // No world.folder is kept busy by what was written into it.
        await world.host.change([write("it", "text")]);
        expect((await world.host.run([{ words: ["pwd"] }]))[0]!.text).to.not.contain(world.folder);
    });

    it("are seen with text, hash, owner and mode; so are the machine, its user, and what is missing", async () => {
        make("config.toml", `größe = 1\r\n\\n$(id) '"\`\n\n`, 0o640, 1234, 4321);
        const sight = await world.host.look(world.folder, FILES);
        expect(sight.machine).to.deep.equal(thisMachine());
        expect(sight.machine.host).to.equal(hostname());
        expect(sight.user!.uid).to.equal(process.geteuid!());
        expect(sight.user!.groups).to.include(process.getegid!());
        expect(sight.directory).to.deep.equal({ existing: world.folder, isDirectory: true });
        const { found, ...rest } = sight.files["config.toml"]!;
        expect(rest).to.deep.equal({ target: at("config.toml"), inFolder: true });
        expect(found).to.include({ text: read("config.toml"), hash: hashOf(read("config.toml")) });
        expect((found!.mode & 0o777).toString(8)).to.equal("640");
        if (isRoot) expect(found).to.include({ uid: 1234, gid: 4321 });
        expect(sight.files.id).to.deep.equal({ target: at("id"), inFolder: true });
    });

    it("are seen in a directory that is missing, and below a file that stands in its place", async () => {
        const missing = await world.host.look(at("a/b"), FILES);
        expect(missing.directory).to.deep.equal({ existing: world.folder, isDirectory: true });
        expect(missing.files.id).to.deep.equal({ target: at("a/b/id"), inFolder: true });
        make("file", "");
        const below = await world.host.look(at("file/b"), FILES);
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
            const { problem, found } = (await world.host.look(world.folder, FILES)).files["config.toml"]!;
            expect(problem?.message, text).to.contain(text);
            expect(problem!.path).to.equal(world.host.at(at("config.toml")));
            expect(found).to.equal(undefined);
            const attempt = world.host.change([write("config.toml", "new")]);
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
        const { files } = await world.host.look(world.folder, FILES);
        expect(files["config.toml"]).to.deep.include({ target: at("there/real"), inFolder: true });
        expect(files["config.toml"]!.found!.text).to.equal("old");
        expect(files.id).to.deep.equal({ target: at("nowhere/id"), inFolder: false });
        await world.host.change([write("config.toml", "new", { secret: true })]);
        expect(fs.readlinkSync(at("config.toml"))).to.equal("there/real");
        expect([read("there/real"), of("there/real").mode]).to.deep.equal(["new", "640"]);
        if (!isRoot) this.skip();
        fs.lchownSync(at("config.toml"), 1234, 1234);
        const { link } = (await world.host.look(world.folder, FILES)).files["config.toml"]!;
        expect(link).to.deep.equal({
            code: "EPERM",
            message: `the link ${at("config.toml")} is of user 1234 and leads to a file of another`,
        });
        const error = await rejection<NodeJS.ErrnoException>(world.host.change([write("config.toml", "evil")]));
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
        const outcomes = await world.host.change(steps);
        expect(outcomes[2]!.copy).to.equal(at("way/a/it.before"));
        expect([read("there/a/it"), read("there/a/it.before")]).to.deep.equal(["old", "old"]);
        if (!isRoot) this.skip();
        fs.lchownSync(at("way"), 1234, 1234);
        const { link } = (await world.host.look(at("way/a"), [{ name: "it" }])).files.it!;
        expect(link?.code).to.equal("EPERM");
        expect(link!.message).to.equal(`the link ${at("way")} is of user 1234 and leads to a file of another`);
        const evil = write("way/a/it", "evil");
        for (const step of [...steps, evil, { do: "remove", path: at("way/a/it") } as Operation])
            expect((await rejection<NodeJS.ErrnoException>(world.host.change([step]))).code, step.do).to.equal("EPERM");
        expect(read("there/a/it")).to.equal("old");
        fs.chownSync(at("there"), 1234, 1234);
        await world.host.change([evil]);
        expect(read("there/a/it")).to.equal("evil");
    });
});
