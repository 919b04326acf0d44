import { expect } from "chai";
import { renderWidget } from "../../../cli/report/widget";
import { headline } from "../../../cli/report/words";
import { type MadeStep, of, toWords } from "./world";

describe("the summary of a preview that takes something over", () => {
    const token: MadeStep = { op: "create", type: "RunnerToken", name: "small" };
    const list: MadeStep = {
        op: "update",
        type: "ProjectJobTokenScopes",
        name: "libs/poetry",
        before: { project: "3", targetProjectIds: [1, 2] },
    };

    it("says of a runner that is adopted under another name that it is taken over, and not that it goes", () => {
        const adopted: MadeStep = { op: "import", type: "UserRunner", name: "new" };
        const marked: MadeStep = { ...adopted, op: "update", id: "4", diff: { maintenanceNote: "update" } };
        const gone: MadeStep = { op: "delete", type: "UserRunner", name: "old", id: "4" };
        const left = of([adopted, marked, gone, { ...gone, type: "RunnerToken" }]);
        expect(headline(left)).to.equal("1 runner taken over");
        expect(JSON.stringify(toWords(left))).to.not.contain("runner old");
        expect(headline(of([adopted, marked, { ...gone, id: "5" }]))).to.equal("1 runner deleted, 1 taken over");
    });

    it("says that a thing goes where that of another GitLab, or of another engine, has the same id", () => {
        const gone: MadeStep = { op: "delete", type: "UserRunner", name: "old", id: "4", provider: "one" };
        const other: MadeStep = { ...gone, name: "other", provider: "two" };
        const adopted = [
            { ...other, op: "import", id: undefined },
            { ...other, op: "update" },
        ];
        expect(headline(of([...adopted, gone]))).to.equal("1 runner deleted, 1 taken over");
        const volume: MadeStep = { op: "delete", type: "ManagerVolume", name: "ci-01", id: "gitlab-runner-config" };
        expect(of([volume, { ...volume, op: "same", name: "ci-02" }]).counts.delete).to.equal(1);
    });

    it("says of a runner that is adopted that it is taken over, and that its token is another one", () => {
        const adopted: MadeStep = { op: "import", type: "UserRunner", name: "small" };
        // Pulumi tells what becomes other by a second step.
        const values = { before: { paused: true }, after: { paused: false }, diff: { paused: "update" } };
        const report = of([adopted, { ...adopted, ...values, op: "update" }, token]);
        expect(headline(report)).to.equal("1 runner taken over; 1 token recovered or reset");
        expect(toWords(report)).to.deep.include({
            Runners: [
                "import: runner small is taken over, with its id",
                "update: runner small changes: paused: true → false",
            ],
            Tokens: ["create: token of runner small is recovered or reset"],
        });
        expect(report.counts).to.include({ create: 1, import: 1, update: 1 });
        expect(JSON.parse(renderWidget(report))).to.deep.equal({ create: 1, update: 1, delete: 0 });
        expect(toWords(of([{ ...adopted, ...values }])).Runners).to.deep.equal([
            "import: runner small is taken over, with its id; changes: paused: true → false",
        ]);
        // A list that this stack declares from now on, with nobody more on it.
        const taken = of([{ ...list, op: "import" }]);
        expect(headline(taken)).to.equal("1 to import");
        expect(toWords(taken)["Who gets in"]).to.deep.equal(["import: allowlist libs/poetry is taken over"]);
    });

    it("says once why the tokens of many runners are reset that are taken over, and nothing of their markers", () => {
        const marker = "managed-by: gitlab-fleet fleet/prod#abc/";
        const names = ["a", "b", "c"];
        const adopted = names.map((name): MadeStep => ({ op: "import", type: "UserRunner", name }));
        const marked = adopted.map(
            (step): MadeStep => ({
                ...step,
                op: "update",
                before: step.name === "c" ? { maintenanceNote: "ours" } : {},
                after: { maintenanceNote: `${marker}${step.name}` },
                diff: { maintenanceNote: "add" },
            }),
        );
        const tokens = names.map((name): MadeStep => ({ op: "create", type: "RunnerToken", name }));
        const words = (id: number) =>
            `The token of runner ${id} is not known here: up resets it. Whatever has it gets no jobs.`;
        const said = tokens.map((step, at): ["info", MadeStep, string] => [
            "info",
            step,
            `token of runner ${step.name}: ${words(at + 1)}`,
        ]);
        const told = ["info", adopted[0]!, "runner a: Runner 1 is declared by fleet/dev now."] as [
            "info",
            MadeStep,
            string,
        ];
        expect(toWords(of([...adopted, ...marked, ...tokens], [...said, told]))).to.deep.include({
            Runners: [
                "import: runner a is taken over, with its id. Runner 1 is declared by fleet/dev now.",
                "import: runner b is taken over, with its id",
                "import: runner c is taken over, with its id",
                'update: runner c changes: note: "ours" → ""',
            ],
            Tokens: [
                `create: token of runner a is recovered or reset. ${words(1)}`,
                "create: token of runner b is recovered or reset, like the token of runner a.",
                "create: token of runner c is recovered or reset, like the token of runner a.",
            ],
        });
    });
});
