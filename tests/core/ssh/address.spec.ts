import { expect } from "chai";
import fc from "fast-check";
import { labelOf, parseAddress, withoutPassword } from "../../../core/ssh/address";
import { anyText } from "../../helpers/any-text";

describe("the address of a host", () => {
    const good: [string, object, string][] = [
        ["vm-01", { host: "vm-01" }, "vm-01"],
        ["ci@vm-01.example.org", { user: "ci", host: "vm-01.example.org" }, "ci@vm-01.example.org"],
        ["ssh://ci@vm-01:2222", { user: "ci", host: "vm-01", port: 2222 }, "ci@vm-01:2222"],
        ["ssh://vm-01/", { host: "vm-01" }, "vm-01"],
        ["10.0.0.1", { host: "10.0.0.1" }, "10.0.0.1"],
        ["ci@[2001:db8::1]:22", { user: "ci", host: "2001:db8::1", port: 22 }, "ci@[2001:db8::1]:22"],
        ["ci@2001:db8::1", { user: "ci", host: "2001:db8::1" }, "ci@[2001:db8::1]"],
        ["DOMAIN\\ci@vm_01", { user: "DOMAIN\\ci", host: "vm_01" }, "DOMAIN\\ci@vm_01"],
        ["fe80::1%eth0", { host: "fe80::1%eth0" }, "[fe80::1%eth0]"],
        ["läufer-2@übung.org:65535", { user: "läufer-2", host: "übung.org", port: 65535 }, "läufer-2@übung.org:65535"],
    ];
    for (const [text, parts, label] of good) {
        it(`${text} has its parts`, () => {
            expect(parseAddress(text)).to.deep.equal(parts);
            expect(labelOf({ host: text })).to.equal(label);
        });
    }

    const bad = [
        "",
        "-oProxyCommand=x",
        "ci@-oProxyCommand=x",
        "-l root@vm",
        "ci:hush@vm-01",
        "https://vm-01",
        "vm 01",
        "vm-01\nx",
        "$(id)",
        "ci@vm;id",
        "ssh://vm-01/etc",
        "vm-01:0",
        "vm-01:99999",
        "@vm-01 ",
        "@vm-01",
        "-l@vm",
        "ci x@vm",
        "$(id)@vm",
        "ci@vm$IFS",
        "ci@a@vm",
        "vm-01:65536",
        "vm-01:22x",
        "ci@[2001:db8::1",
        "ftp://vm",
        "ci@%eth0",
    ];
    for (const text of bad) {
        it(`${JSON.stringify(text)} is refused`, () => expect(parseAddress(text)).to.have.property("problem"));
    }

    it("is told that it holds a password where that is what is wrong", () => {
        for (const text of ["ci:hush@vm", "ssh://ci:hush@vm:22"])
            expect(parseAddress(text)).to.have.property("problem").that.contains("must hold no password");
        expect(parseAddress("ci hush@vm")).to.have.property("problem").that.does.not.contain("password");
    });

    it("is named with the port that was given beside it", () => {
        expect(labelOf({ host: "ci@vm-01", port: 7 })).to.equal("ci@vm-01:7");
        expect(labelOf({ host: "ssh://vm-01:22", port: 7 })).to.equal("vm-01:7");
        expect(labelOf({ host: "no host" })).to.equal("no host");
    });
});

describe("an address that is shown", () => {
    it("has no part of a password, whatever one is made of", () => {
        for (const password of ["hunter2", "hunter:2", "hunter/2", "hunter@2", "//hunter2", "hunter\n2", ""]) {
            expect(withoutPassword(`ssh://ci:${password}@vm:22`)).to.equal("ssh://ci:…@vm:22");
            expect(withoutPassword(`ci:${password}@vm`)).to.equal("ci:…@vm");
        }
        const isHidden = (password: string) => withoutPassword(`ssh://ci:${password}@vm`) === "ssh://ci:…@vm";
        fc.assert(fc.property(anyText(), isHidden));
    });

    it("is as it was without one", () => {
        for (const text of ["vm", "ci@vm-01:2222", "ssh://ci@vm:22/etc/x", "ssh://vm:22", "ci@[::1]", "https://vm"])
            expect(withoutPassword(text)).to.equal(text);
    });
});
