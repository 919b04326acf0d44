import { expect } from "chai";
import { readPreview } from "../../../cli/report/preview";
import { summarize } from "../../../cli/report/summary";
import { type MadeStep, urnOf } from "./world";

describe("what a policy and a warning both say is told once", () => {
    const manager: MadeStep = { op: "same", type: "RunnerManager", name: "ci" };
    const files: MadeStep = { op: "same", type: "ManagerFiles", name: "ci" };
    const polling = "is 1: meanwhile nothing else is asked for. Set it to 2 or more.";
    const accept = "To accept it, add long-polling to the manager's silence, or to that of the runner alone.";
    const warning = (...lines: string[]) => ({
        diagnosticEvent: { severity: "warning", urn: urnOf(manager), message: `${lines.join("\n")}\n` },
    });
    const judged = (policyName: string, message: string, level = "advisory", step = files) => ({
        policyEvent: { resourceUrn: urnOf(step), policyName, enforcementLevel: level, message },
    });
    const read = (...events: object[]) => {
        const lines = events.map((one, sequence) => JSON.stringify({ sequence, timestamp: 1, ...one }));
        const { errors, warnings, policies } = summarize(readPreview(lines.join("\n"), "it"));
        return [errors, warnings, policies].map(({ length }) => length);
    };
    const warned = warning(`gitlab-fleet:runners.a.config.request_concurrency ${polling} ${accept}`);
    const found = (worker: string, level?: string) =>
        judged(
            "long-polling",
            `workers.${worker}.request_concurrency ${polling} To exempt it for a time, name "a".`,
            level,
        );

    it("as the warning, where the policy is advice", () => {
        expect(read(warned, found("a"))).to.deep.equal([0, 1, 0]);
        const open = "gitlab-fleet:runners.a.config.x is in plain text.";
        const token = judged("plain-text-token", `${open} To exempt it for a time, name "gitlab-fleet:runners.a".`);
        expect(read(warning(open, `${open}.`), token)).to.deep.equal([0, 1, 0]);
    });

    it("as one warning, where several managers serve the runner", () => {
        expect(read(warned, warned)).to.deep.equal([0, 1, 0]);
        expect(read(warned, warning("gitlab-fleet:runners.b.config.limit is 0."))).to.deep.equal([0, 2, 0]);
    });

    it("for each resource, where the words name none", () => {
        const old = (name: string) => ({
            diagnosticEvent: { severity: "warning", urn: urnOf({ ...files, name }), message: "is an old image.\n" },
        });
        expect(read(old("a"), old("b"))).to.deep.equal([0, 2, 0]);
    });

    it("as the error, where it is mandatory", () => {
        expect(read(warned, found("a", "mandatory"))).to.deep.equal([1, 0, 0]);
    });

    it("but keeps what only one of them says: another policy, another manager, a worker whose warning is silenced", () => {
        expect(read(warned, judged("image-without-digest", "names no digest."))).to.deep.equal([0, 1, 1]);
        expect(read(warned, judged("long-polling", polling, "advisory", { ...files, name: "other" }))).to.deep.equal([
            0, 1, 1,
        ]);
        expect(read(warned, found("a"), found("b"))).to.deep.equal([0, 1, 2]);
        expect(read(warned, found("a", "mandatory"), found("b", "mandatory"))).to.deep.equal([2, 1, 0]);
    });
});
