import { expect } from "chai";
import { type DiagnosedWorker, presentDiagnosis } from "../../../cli/doctor/present";
import { Io } from "../../../cli/io";

function worker(number: number, says: string): DiagnosedWorker {
    return {
        number,
        worker: { name: "my-runner", url: "https://gitlab.example.org" },
        facts: {},
        findings: [{ code: "token-unknown", severity: "error", says, advice: "Run pulumi up." }],
        broken: true,
    } as unknown as DiagnosedWorker;
}

describe("presentDiagnosis", () => {
    it("explains once what several workers have in common", () => {
        let text = "";
        const io = new Io({ stdout: { write: (part: string) => (text += part) }, env: {} });
        presentDiagnosis(io, "config.toml", [worker(1, "Refused."), worker(2, "Refused."), worker(3, "Expired.")]);
        expect(text.match(/Refused\./g)).to.have.lengthOf(1);
        expect(text).to.match(/✗ 2 my-runner .*\n {4}token-unknown: as worker 1\n/);
        expect(text).to.match(/✗ 3 my-runner .*\n {4}token-unknown\n {6}Expired\./);
    });

    it("prints no escape sequence of what stands beside the file", () => {
        let text = "";
        const io = new Io({ stdout: { write: (part: string) => (text += part) }, env: {} });
        presentDiagnosis(io, "config.toml (s_\u001b[2Jabc)", [worker(1, "Refused.")]);
        expect(text).to.contain("config.toml (s_[2Jabc)").and.not.contain("\u001b");
    });
});
