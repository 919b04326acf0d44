import * as fs from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { closeHosts, hostOf } from "../../../hosts/hosts";
import { rejection } from "../../helpers/rejection";
import { shellHosts } from "../../helpers/shell-hosts";

describe("a file on a host with SELinux", () => {
    it("has its context before anything is in it, and is not replaced where it cannot be given one", async () => {
        const shells = shellHosts();
        const fake = (name: string, text: string) =>
            fs.writeFileSync(join(shells.folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
        const file = join(shells.folder, "config.toml");
        try {
            fake("selinuxenabled", "exit 0");
            fake("chcon", `wc -c <"$2" >>${shells.folder}/sizes; printf '%s\\n' "$1" >>${shells.folder}/likes`);
            shells.use("dash");
            const host = hostOf({ host: "vm-selinux" });
            // A new file has what its directory gives it.
            await host.change([{ do: "write", path: file, text: "old" }]);
            expect(fs.existsSync(join(shells.folder, "likes"))).to.equal(false);
            await host.change([{ do: "write", path: file, text: "new" }]);
            expect(fs.readFileSync(join(shells.folder, "likes"), "utf8")).to.equal(`--reference=${file}\n`);
            expect(Number(fs.readFileSync(join(shells.folder, "sizes"), "utf8"))).to.equal(0);
            fake("chcon", 'echo "chcon: Operation not permitted" >&2; exit 1');
            const error = await rejection<NodeJS.ErrnoException>(
                host.change([{ do: "write", path: file, text: "newer" }]),
            );
            expect(error.code).to.equal("EPERM");
            expect(fs.readFileSync(file, "utf8")).to.equal("new");
        } finally {
            closeHosts();
            shells.remove();
        }
    });
});
