import { expect } from "chai";
import { findUnset, UNSET } from "../../../../components/fleet/config/unset";

describe("a secret that is yet to be set", () => {
    const told = (entry: string) => findUnset({ runners: { ci: { config: { environment: [entry] } } } })[0]?.message;

    it("is named by its variable, as import has left it", () => {
        expect(told(`API_TOKEN=${UNSET}`)).to.match(/asks for the whole of API_TOKEN=…\.$/);
        expect(told(UNSET)).to.match(/asks for the value\.$/);
    });

    it("has no command where its path cannot be pasted", () => {
        const [problem] = findUnset({ runners: { "a\u009b": { config: { environment: [UNSET] } } } });
        expect(problem?.message)
            .to.match(/Its path holds invisible characters\./)
            .and.not.contain("\u009b");
    });

    it("is not shown where a part of it was put before the word by hand", () => {
        for (const part of ["hunter2", "DB=postgres://app:hunter2@db/", "DB=hunter2="]) {
            expect(told(part + UNSET))
                .to.match(/asks for the value\.$/)
                .and.not.contain("hunter2");
        }
    });
});
