import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host, Operation } from "../../../hosts/host";
import { closeHosts, hostOf } from "../../../hosts/hosts";
import { thisHost } from "../../../hosts/local";
import { isRoot } from "../../helpers/as-user";
import { hasShell, type ShellHosts, shellHosts } from "../../helpers/shell-hosts";

/** What `look` is asked for. */
export const FILES = [{ name: "config.toml" }, { name: "id", bytes: 64 * 1024 }];

/** A host with a folder for each test, and what the tests do there. */
export type FolderOnHost = ReturnType<typeof folderOnHost>;

/** One table for both ways to a host. */
export function onEachHost(title: string, tests: (world: FolderOnHost) => void): void {
    for (const transport of ["this machine", "ssh and dash", "ssh and bash", "ssh and busybox"] as const) {
        describe(`${title}, through ${transport}`, () => tests(folderOnHost(transport)));
    }
}

function folderOnHost(transport: string) {
    const shell = transport.split(" ").at(-1)!;
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

    return {
        /** The shell of the host, or `machine`. */
        shell,
        at,
        read,
        names,
        of,
        make,
        write,
        aside,
        get host() {
            return host;
        },
        get folder() {
            return folder;
        },
    };
}
