import { expect } from "chai";
import { needPackage } from "../../../components/common/shared-providers";

describe("a package that only some users need", () => {
    const load = (load: () => unknown) => () => needPackage("@pulumi/kubernetes", "4", "placement.kubernetes", load);

    it("is loaded, or it is said what to install", () => {
        expect(load(() => 1)()).to.equal(1);
        const missing = () => require("@pulumi/kubernetes/no/such/file");
        expect(load(missing)).to.throw(
            "placement.kubernetes needs the package @pulumi/kubernetes, which is not installed. Run: npm install @pulumi/kubernetes@4",
        );
    });

    it("keeps the words of anything else that goes wrong in it", () => {
        const ours = ["./no", "such", "file"].join("-");
        expect(load(() => require(ours))).to.throw("Cannot find module './no-such-file'");
        const broken = () => {
            throw new Error("broken");
        };
        expect(load(broken)).to.throw("broken");
    });
});
