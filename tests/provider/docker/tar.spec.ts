import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { countEntries, readTar, writeTar } from "../../../provider/docker/tar";

describe("tar archives", () => {
    it("come back as they were written", () => {
        const entry = fc.record({
            name: fc.stringMatching(/^[a-z]{1,40}(\/[a-z]{1,90}){0,2}$/),
            content: fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
            mode: fc.constantFrom(0o600, 0o644, 0o755),
        });
        return fc.assert(
            fc.asyncProperty(fc.array(entry), async (entries) => {
                expect(await readTar(await writeTar(entries))).to.deep.equal(entries);
            }),
        );
    });

    it("are read by tar itself", async () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "tar-"));
        const name = `${"d".repeat(90)}/${"f".repeat(90)}`;
        fs.writeFileSync(
            path.join(folder, "x.tar"),
            await writeTar([{ name, content: Buffer.from("hello"), mode: 0o600 }]),
        );
        execFileSync("tar", ["-xf", "x.tar"], { cwd: folder });
        expect(fs.readFileSync(path.join(folder, name), "utf8")).to.equal("hello");
        fs.rmSync(folder, { recursive: true });
    });

    for (const format of ["pax", "gnu"]) {
        it(`of tar's own making are read, with names that are too long for the plain format (${format})`, async () => {
            const folder = fs.mkdtempSync(path.join(os.tmpdir(), "tar-"));
            const name = `${"host.".repeat(40)}crt`;
            fs.writeFileSync(path.join(folder, name), "PEM");
            fs.chmodSync(path.join(folder, name), 0o644);
            fs.symlinkSync(name, path.join(folder, "link"));
            const archive = execFileSync("tar", [`--format=${format}`, "-cf", "-", "."], { cwd: folder });
            const entries = await readTar(archive);
            expect(entries).to.deep.equal([{ name: `./${name}`, content: Buffer.from("PEM"), mode: 0o644 }]);
            // The folder, the file and the link.
            expect(await countEntries(archive)).to.equal(3);
            fs.rmSync(folder, { recursive: true });
        });
    }
});
