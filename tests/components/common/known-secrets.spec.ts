import { expect } from "chai";
import { isNotedSecret, noteSecrets } from "../../../components/common/known-secrets";
import { inRun } from "../../../components/common/per-program";

describe("secrets of a stack's configuration", () => {
    it("are known as they are, and within other texts where they are long enough to be no accident", () => {
        inRun({}, () => {
            expect(isNotedSecret("hunter2")).to.equal(false);
            noteSecrets(["hunter2", "123456", "12345", ""]);
            for (const text of ["hunter2", "DB_PASSWORD=hunter2", "a123456b", "12345"])
                expect(isNotedSecret(text), text).to.equal(true);
            for (const text of ["", "hunter", "a12345b", "HUNTER2"]) expect(isNotedSecret(text), text).to.equal(false);
        });
    });

    it("are those of one program, and not of another in the same process", () => {
        inRun({}, () => noteSecrets(["hunter2"]));
        inRun({}, () => expect(isNotedSecret("hunter2")).to.equal(false));
    });
});
