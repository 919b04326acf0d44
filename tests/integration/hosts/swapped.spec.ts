import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Operation } from "../../../hosts/host";
import { closeHosts, hostOf } from "../../../hosts/hosts";
import { isRoot } from "../../helpers/as-user";
import { hasShell, type ShellHosts, shellHosts } from "../../helpers/shell-hosts";

const OTHER = 1234;

/** A user whose folder root writes into swaps files for links, in the worst moment: whenever a program is started. */
for (const shell of ["dash", "bash"] as const) {
    describe(`a file that its owner swaps while root writes it, through ${shell}`, () => {
        let shells: ShellHosts;
        let folder: string;
        const at = (name: string) => join(folder, name);
        const precious = () => join(shells.folder, "precious");
        const others = () => join(shells.folder, "others");

        /** Does something right before a program runs on the host. */
        const rightBefore = (program: string, what: string) => {
            const script = `#!/bin/sh\n(cd ${folder}; ${what})\nexec /bin/${program} "$@"\n`;
            fs.writeFileSync(join(shells.folder, program), script, { mode: 0o755 });
        };
        const change = async (operation: Operation) => {
            shells.use(shell);
            const [outcome] = await hostOf({ host: "ci@vm-01" })
                .change([operation])
                .catch((error: Error) => [error]);
            return outcome;
        };
        const copies = () => fs.readdirSync(folder).filter((name) => name.startsWith("it.before"));

        beforeEach(function () {
            if (!isRoot || !hasShell(shell)) this.skip();
            shells = shellHosts();
            folder = join(shells.folder, "theirs");
            fs.mkdirSync(folder);
            fs.mkdirSync(others());
            fs.writeFileSync(precious(), "of root", { mode: 0o600 });
            fs.writeFileSync(at("it"), "theirs", { mode: 0o600 });
            fs.chmodSync(at("it"), 0o777);
            for (const path of [folder, at("it")]) fs.chownSync(path, OTHER, OTHER);
        });
        afterEach(() => {
            closeHosts();
            shells?.remove();
        });

        const swapped = (name: string, target: string) =>
            `for f in ${name}; do [ -h "$f" ] || { mv "$f" swapped.$$; ln -s ${target} "$f"; /bin/chown -h ${OTHER} "$f"; }; done`;

        for (const program of ["chown", "chmod", "dd"]) {
            it(`gives nothing of root's another mode or owner (${program})`, async () => {
                rightBefore(program, swapped("it.*.tmp", precious()));
                await change({ do: "write", path: at("it"), text: "new" });
                const { uid, mode } = fs.statSync(precious());
                expect([uid, mode & 0o777]).to.deep.equal([0, 0o600]);
                expect(fs.readFileSync(precious(), "utf8")).to.equal("of root");
            });
        }

        for (const program of ["ls", "cat"]) {
            it(`is copied aside, and not what it leads to by then (${program})`, async () => {
                rightBefore(program, swapped("it", precious()));
                await change({ do: "copy aside", path: at("it"), name: "it.before", unless: [] });
                for (const name of copies()) {
                    const text = fs.readFileSync(at(name), "utf8");
                    expect(fs.statSync(at(name)).uid === OTHER && text === "of root", text).to.equal(false);
                }
            });
        }

        it("is replaced where a link leads to a folder by then, and nothing comes into that", async () => {
            rightBefore("mv", `if [ $# -gt 2 ]; then rm -f it; ln -s ${others()} it; fi`);
            await change({ do: "write", path: at("it"), text: "new" });
            expect(fs.readdirSync(others())).to.deep.equal([]);
            expect(fs.readFileSync(at("it"), "utf8")).to.equal("new");
        });

        it("is in no folder that its owner's link leads to, which is a folder of theirs only while it is judged", async () => {
            const link = `cd ..; [ -h theirs ] || { mv theirs moved; ln -s others theirs; /bin/chown -h ${OTHER} theirs; }`;
            rightBefore("readlink", link);
            rightBefore("ls", `case "$1" in *L*) cd ..; if [ -h theirs ]; then rm theirs; mv moved theirs; fi ;; esac`);
            execFileSync("sh", ["-c", link], { cwd: folder });
            const outcome = await change({ do: "write", path: at("it"), text: "new" });
            expect(outcome).to.have.property("code", "EPERM");
            expect(fs.readdirSync(others())).to.deep.equal([]);
        });

        it("is written where it was looked at, and not where its folder leads by then", async () => {
            rightBefore("ls", `cd ..; [ -h theirs ] || { mv theirs moved; ln -s others theirs; }`);
            await change({ do: "write", path: at("it"), text: "new" });
            expect(fs.readdirSync(others())).to.deep.equal([]);
        });
    });
}
