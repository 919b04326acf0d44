import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { FileProblem, readRegularFile } from "../../hosts/regular-file";

describe("a file that is read", () => {
    let folder: string;
    const at = (name: string) => join(folder, name);
    const problemOf = async (path: string, options = {}) => {
        const found = await readRegularFile(path, options).catch((error: unknown) => error);
        expect(found, path).to.be.instanceOf(FileProblem);
        return (found as FileProblem).message.replaceAll(folder, "");
    };

    beforeEach(() => {
        // The path of a socket has room for a hundred bytes, and TMPDIR may be longer.
        folder = fs.mkdtempSync("/tmp/regular-file-");
    });
    afterEach(() => fs.rmSync(folder, { recursive: true }));

    it("is a regular one, or a link to one, and comes with its owner and mode", async () => {
        fs.writeFileSync(at("file"), "größe\n");
        fs.chmodSync(at("file"), 0o640);
        fs.symlinkSync("file", at("link"));
        for (const name of ["file", "link"]) {
            const { text, stat } = (await readRegularFile(at(name)))!;
            expect(text).to.equal("größe\n");
            expect(stat.mode & 0o777).to.equal(0o640);
        }
    });

    it("may be missing, with its folder, or as the end of a link", async () => {
        fs.writeFileSync(at("file"), "");
        fs.symlinkSync("nowhere", at("dangling"));
        for (const name of ["missing", "no/folder", "file/below", "dangling"]) {
            expect(await readRegularFile(at(name)), name).to.equal(undefined);
        }
    });

    it("is no FIFO, socket, device or directory: each is refused by name and none is waited for", async () => {
        execFileSync("mkfifo", [at("fifo")]);
        fs.symlinkSync("fifo", at("link"));
        fs.mkdirSync(at("folder"));
        const server = createServer().listen(at("socket"));
        await new Promise((resolve) => server.once("listening", resolve));
        try {
            expect(await problemOf(at("fifo"))).to.match(/^\/fifo is a FIFO, not a regular file \(EFTYPE\)\. /);
            expect(await problemOf(at("link"))).to.match(/^\/link is a FIFO/);
            expect(await problemOf(at("folder"))).to.match(
                /^\/folder is a directory, not a regular file \(EISDIR\)\. /,
            );
            expect(await problemOf(at("socket"))).to.match(/^\/socket is a socket/);
            expect(await problemOf("/dev/zero")).to.match(/^\/dev\/zero is a device/);
        } finally {
            server.close();
        }
    });

    it("has a size that is bearable, whatever it says of itself", async () => {
        fs.writeFileSync(at("sparse"), "");
        fs.truncateSync(at("sparse"), 2 ** 30);
        expect(await problemOf(at("sparse"))).to.match(/^\/sparse is larger than 8 MiB \(EFBIG\)\. /);
        // Says that it has no size.
        expect((await readRegularFile("/proc/version"))!.text).to.contain("Linux");
        expect(await problemOf("/proc/self/maps", { bytes: 10 })).to.contain("(EFBIG)");
    });

    it("is read within some time", async () => {
        fs.writeFileSync(at("file"), "x");
        const { open } = fs.promises;
        (fs.promises as { open: unknown }).open = () => new Promise(() => {});
        try {
            expect(await problemOf(at("file"), { ms: 5 })).to.equal(
                "/file was not read within 0.005 seconds (ETIMEDOUT). Look whether its file system answers.",
            );
        } finally {
            (fs.promises as { open: unknown }).open = open;
        }
    });

    it("says when it leads in a circle", async () => {
        fs.symlinkSync("b", at("a"));
        fs.symlinkSync("a", at("b"));
        expect(await problemOf(at("a"))).to.equal(
            "/a cannot be read (ELOOP). Its symbolic links lead in a circle: put a file there.",
        );
    });
});
