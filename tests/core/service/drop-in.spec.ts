import { expect } from "chai";
import { dropInOf, dropInOwner, dropInText } from "../../../core/service/drop-in";

describe("the drop-in with which a unit drains", () => {
    it("has the signal on which gitlab-runner lets jobs end, for the process alone, and the time that they may take", () => {
        expect(dropInText("shop/prod/vm-01", 7200).split("\n").slice(2)).to.deep.equal([
            "[Service]",
            "KillMode=mixed",
            "KillSignal=SIGQUIT",
            "TimeoutStopSec=7200",
            "",
        ]);
        expect(dropInOf("gitlab-runner.service").path).to.equal(
            "/etc/systemd/system/gitlab-runner.service.d/10-gitlab-fleet.conf",
        );
    });

    it("says for whom it was written, and nobody's is nobody's", () => {
        expect(dropInOwner(dropInText("shop/prod/vm 01, and more", 1))).to.equal("shop/prod/vm 01, and more");
        expect(dropInOwner("[Service]\nTimeoutStopSec=1\n")).to.equal(undefined);
    });

    it("holds no other line than these, whatever the manager is called", () => {
        expect(dropInText("a/b/c\n[Service]\nExecStart=/x", 1).split("\n")).to.have.lengthOf(7);
    });
});
