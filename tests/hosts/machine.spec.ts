import * as fs from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { thisMachine } from "../../hosts/machine";

const ID = "0123456789abcdef0123456789abcdef";

describe("the machine", () => {
    let root: string;
    const write = (file: string, text: string) => {
        fs.mkdirSync(join(root, file, ".."), { recursive: true });
        fs.writeFileSync(join(root, file), text);
    };
    beforeEach(() => {
        root = fs.mkdtempSync(join(tmpdir(), "machine-"));
    });
    afterEach(() => fs.rmSync(root, { recursive: true }));

    it("is known by its host name and a hash of its machine id, never by the id itself", () => {
        write("etc/machine-id", `${ID}\n`);
        const machine = thisMachine(root);
        expect(machine.host).to.equal(hostname());
        expect(machine.id)
            .to.match(/^[0-9a-f]{32}$/)
            .and.not.equal(ID);
        expect(thisMachine(root)).to.deep.equal(machine);
    });

    it("is known by the other files where the first is missing, empty or not filled in", () => {
        write("var/lib/dbus/machine-id", ID);
        const { id } = thisMachine(root);
        expect(id).to.match(/^[0-9a-f]{32}$/);
        for (const text of ["", "uninitialized\n"]) {
            write("etc/machine-id", text);
            expect(thisMachine(root).id).to.equal(id);
        }
    });

    it("has no id in a container without one", function () {
        if (process.platform !== "linux") this.skip();
        expect(thisMachine(root)).to.deep.equal({ host: hostname() });
    });
});
