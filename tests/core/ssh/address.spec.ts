import { expect } from "chai";
import fc from "fast-check";
import { withoutPassword } from "../../../core/ssh/address";
import { anyText } from "../../helpers/any-text";

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
