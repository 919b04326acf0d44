import { expect } from "chai";
import { explainEnding, unfit } from "../../hosts/ssh/problems";
import { readChange, readHello, readLook, troubleOf } from "../../hosts/ssh/requests";
import { SessionEnded } from "../../hosts/ssh/session";
import { startPlugin } from "../helpers/plugin";

describe("the inputs of files on a host", () => {
    it("are checked before anything is asked, and no secret is shown", async () => {
        const plugin = await startPlugin("gitlab-fleet");
        const problems = async (ssh: object, directory = "/etc/gitlab-runner") => {
            const news = { directory, ssh: { ...ssh }, configToml: "", systemId: "r_abcdefgh1234" };
            const { failures } = await plugin.check("ManagerFiles", news as never);
            return failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n");
        };
        try {
            expect(await problems({ host: "ci@vm-01" })).to.equal("");
            expect(await problems({ host: "ci:hush@vm-01" }))
                .to.contain('ssh.host must hold no password: log in with a key (got "ci:…@vm-01").')
                .and.not.contain("hush");
            expect(await problems({ host: "ssh://vm-01:22", port: 23 })).to.contain("ssh.port must not differ");
            expect(await problems({ host: "vm-01", port: 70000 })).to.contain("between 1 and 65535");
            expect(await problems({ host: "vm-01", connectTimeout: 0 })).to.contain("ssh.connectTimeout");
            expect(await problems({ host: "vm-01", privateKey: "~/.ssh/id_hush" }))
                .to.contain("whole text")
                .and.not.contain("hush");
            expect(await problems({ host: "vm-01", knownHosts: "AAAA" })).to.contain("ssh-keyscan");
            expect(await problems({ host: "vm-01" }, "etc")).to.contain("absolute");
            for (const root of ["/", "/etc/.."])
                expect(await problems({ host: "vm-01" }, root)).to.contain("must not be the root of the file system");
            expect(await problems({ host: "vm-01" }, "/etc/a\nchange")).to.contain("line breaks");
            expect(await problems({})).to.contain("host");
        } finally {
            await plugin.close();
        }
    });
});

describe("what a host says", () => {
    it("is known by its words: each reason has what helps, and whatever else it says is one harmless line", () => {
        const options = { host: "ci@vm-01", sudo: true };
        const says = (words: string, code: number | null = 255) =>
            explainEnding("ci@vm-01", { code, words }, options).message;
        expect(says("ssh: connect to host vm-01 port 22: Connection timed out\r\n")).to.contain(
            "Start it, or correct ssh.host",
        );
        expect(says("sudo: a terminal is required to read the password", 1)).to.contain("ci ALL=(root) NOPASSWD: ALL");
        expect(says("ci is not in the sudoers file.", 1)).to.contain("does not allow its user to use sudo");
        expect(says("kex_exchange_identification: Connection closed by remote host")).to.contain("Is it starting");
        expect(says("The term 'sh' is not recognized as the name of a cmdlet", 1)).to.contain("Windows host");
        expect(says("\u001b[31mwhat\u0007\u202e\nelse", 3)).to.equal(
            "ci@vm-01 cannot be reached: ssh ended with exit code 3: [31mwhat else. Try it by hand: ssh ci@vm-01",
        );
        expect(unfit("vm", "Linux", [])).to.equal(undefined);
        expect(unfit("vm", "CYGWIN_NT-10.0", [])!.message).to.contain("Windows");
    });

    it("is hostile until it is parsed", () => {
        const hello = readHello([
            ["host", "\u001b[2Jvm 01"],
            ["user", "1000 1000 4"],
            ["id", "uninitialized"],
        ]);
        expect(hello.machine).to.deep.equal({ host: "??2Jvm?01" });
        expect(() => readHello([["user", "root"]])).to.throw("no number");
        const look = (...lines: [string, string][]) =>
            readLook(lines, hello, "/etc", [{ name: "x" }], (path) => `vm:${path}`);
        expect(() => look()).to.throw("not whole");
        expect(() => look(["existing", "/etc"])).to.throw("not whole");
        const stat = ["stat", "-rw------- 0 0"] as [string, string];
        expect(() => look(["existing", "/etc"], ["file", ""], stat, ["hex", "zz"], ["sum", ""])).to.throw("not whole");
        expect(() => look(["existing", "/etc"], ["file", ""], stat, ["hex", "41"], ["sum", "0"])).to.throw(
            "changes while",
        );
        // Fewer bytes than were sent, or others.
        expect(() => readChange([["fail", "the connection was cut"]], [])).to.throw(SessionEnded);
        expect(troubleOf("mv: cannot move 'a' to 'b': Disk quota exceeded").code).to.equal("EDQUOT");
        expect(troubleOf("?").code).to.equal("unknown error");
    });
});
