import { expect } from "chai";
import { hashOfChanges } from "../../../cli/pipeline/marker";
import { renderWidget } from "../../../cli/report/widget";
import { headline } from "../../../cli/report/words";
import { orphansOf } from "../../../core/orphans-name";
import { subjectOf } from "../../../provider/rpc/subject";
import { type MadeStep, of, type toJson, toWords, urnOf } from "./world";

describe("the summary of a preview", () => {
    const runner: MadeStep = { op: "create", type: "UserRunner", name: "small" };
    const token: MadeStep = { op: "create", type: "RunnerToken", name: "small" };
    const list: MadeStep = {
        op: "update",
        type: "ProjectJobTokenScopes",
        name: "libs/poetry",
        before: { project: "3", targetProjectIds: [1, 2] },
    };

    it("counts what stands for something outside, and neither components nor providers nor the stack", () => {
        const report = of([
            { op: "create", type: "Stack", name: "it" },
            { op: "create", type: "Provider", name: "it" },
            { op: "create", type: "Runner", name: "small" },
            runner,
            token,
            { op: "replace", type: "UserRunner", name: "big" },
            { op: "same", type: "UserRunner", name: "tiny" },
        ]);
        expect(report.counts).to.deep.equal({ create: 2, import: 0, update: 0, replace: 1, delete: 0, same: 1 });
        expect(JSON.parse(renderWidget(report))).to.deep.equal({ create: 3, update: 0, delete: 1 });
        expect(headline(report)).to.equal("1 runner recreated, 1 created");
    });

    it("says which settings of a provider change, switches and numbers with their value, and nothing of another version", () => {
        const provider: MadeStep = { op: "update", type: "Provider", name: "gitlab-fleet" };
        const before = { version: "0.1.0", baseUrl: "https://one/" };
        const after = { version: "0.2.0", baseUrl: "secret-that-moved", insecure: "true", retries: "2", token: "x" };
        const reasons = ["version", "baseUrl", "insecure", "retries", "token"];
        const report = of([{ ...provider, before, after, reasons }]);
        expect(toWords(report)).to.deep.equal({
            Providers: ["update: provider gitlab-fleet changes: baseUrl, insecure: true, retries: 2, token"],
        });
        expect([report.outcome, headline(report)]).to.deep.equal(["changes", "settings of a provider change"]);
        expect(of([{ ...provider, before, after, reasons: ["version"] }]).outcome).to.equal("unchanged");
        const anew = ["create-replacement", "replace", "delete-replaced"].map((op) => {
            return { ...provider, op, before, after, reasons: ["baseUrl"] };
        });
        expect(toWords(of(anew))).to.deep.equal({ Providers: ["replace: provider gitlab-fleet changes: baseUrl"] });
    });

    it("begins with what happens to runners, to who gets in, to tokens and to managers, and counts resources where it is none of that", () => {
        const foreign: MadeStep = { op: "update", type: "ExclusiveRunners", name: "apps" };
        const steps: MadeStep[] = [
            ...["a", "b"].map((name): MadeStep => ({ op: "delete", type: "UserRunner", name })),
            { op: "update", type: "UserRunner", name: "c", diff: { paused: "update" } },
            { op: "update", type: "RunnerToken", name: "d", diff: { token: "update" } },
            list,
            foreign,
            { op: "update", type: "ManagerFiles", name: "ci-01" },
            { op: "replace", type: "HostService", name: "ci-01" },
            { op: "create", type: "ManagerFiles", name: "ci-02" },
            { op: "create", type: "ManagerPlace", name: "ci-02" },
        ];
        const said: Parameters<typeof toJson>[1] = [["warning", foreign, "runners of apps: Will delete 12 runners"]];
        expect(headline(of(steps, said))).to.equal(
            "2 runners deleted, 1 changed; 12 undeclared deleted; who gets in changes; 1 token reset; 1 manager recreated, 1 created",
        );
        expect(headline(of([{ ...foreign, name: "b" }]))).to.equal("1 to update");
    });

    it("tells of each token what is said of it alone: not when another one ends", () => {
        const tokens = ["a", "b"].map((name): MadeStep => ({ op: "create", type: "RunnerToken", name }));
        const words = (days: number) => `The token of runner ${days} is not known. The old one ends in ${days} days.`;
        const said = tokens.map((step, at): ["info", MadeStep, string] => [
            "info",
            step,
            `token of runner ${step.name}: ${words(at + 1)}`,
        ]);
        expect(toWords(of(tokens, said)).Tokens).to.deep.equal([
            `create: token of runner a is recovered or reset. ${words(1)}`,
            `create: token of runner b is recovered or reset. ${words(2)}`,
        ]);
    });

    it("says of a runner that goes and comes under one name that it is recreated", () => {
        const moved: MadeStep = { op: "delete", type: "UserRunner", name: "small" };
        expect(headline(of([moved, runner]))).to.equal("1 runner recreated");
        // Of two of one name, made by components of different types, one stays.
        expect(headline(of([moved, { ...runner, op: "same" }]))).to.equal("1 runner deleted");
    });

    it("says of a runner's tags which come and which go, and of its note what people wrote", () => {
        const marker = "managed-by: gitlab-fleet fleet/prod#abc/small";
        const step = (before: Record<string, unknown>, after: Record<string, unknown>, diff: Record<string, string>) =>
            toWords(of([{ op: "update", type: "UserRunner", name: "small", before, after, diff }])).Runners;
        expect(
            step(
                { tagLists: ["a", "b", "c"], maintenanceNote: marker, untagged: false },
                { tagLists: ["a", "c", "d"], maintenanceNote: `${marker}\nours`, untagged: true },
                { "tagLists[1]": "update", "tagLists[2]": "update", maintenanceNote: "update", untagged: "update" },
            ),
        ).to.deep.equal([
            'update: runner small changes: tags: adds "d", takes off "b", runUntagged: false → true, note: "" → "ours"',
        ]);
        expect(step({}, { tagLists: ["a"] }, { "tagLists[0]": "add" })).to.deep.equal([
            'update: runner small changes: tags: adds "a"',
        ]);
        // What may not be shown is not shown by this way either.
        for (const secret of [
            "glpat-0123456789abcdef",
            { "4dabf18193072939515e22adb298388d": "x", plaintext: "hunter2" },
        ])
            expect(step({}, { tagLists: [secret] }, { "tagLists[0]": "add" })).to.deep.equal([
                "update: runner small changes: tagLists[0] is added",
            ]);
    });

    it("names runners, what goes first, and says of a new one's token nothing", () => {
        const gone: MadeStep = { op: "delete", type: "UserRunner", name: "old" };
        const changed: MadeStep = {
            ...runner,
            op: "update",
            name: "big",
            before: { paused: false },
            after: { paused: true },
            diff: { paused: "update" },
        };
        expect(toWords(of([runner, token, changed, gone]))).to.deep.equal({
            Runners: [
                "delete: runner old goes, with its id, its token and its history",
                "create: runner small is created",
                "update: runner big changes: paused: false → true",
            ],
            Jobs: ["delete: runner old gets no new jobs"],
        });
    });

    it("takes the plugin's words where it has some, without the name that begins them", () => {
        const reset: MadeStep = { op: "update", type: "RunnerToken", name: "small", diff: { token: "update" } };
        const report = of(
            [reset, list],
            [
                ["warning", reset, "token of runner small: The token of runner 7 will be renewed: it dies in 2 days."],
                [
                    "info",
                    list,
                    "allowlist libs/poetry: Adds apps/etl. Takes off apps/web: their jobs no longer get in.",
                ],
            ],
        );
        expect(toWords(report)).to.deep.equal({
            "Who gets in": [
                "update: allowlist libs/poetry: Adds apps/etl. Takes off apps/web: their jobs no longer get in.",
            ],
            Tokens: ["update: token of runner small: The token of runner 7 will be renewed: it dies in 2 days."],
            Jobs: ["same: No running job is interrupted."],
        });
        expect(report.warnings).to.deep.equal([]);
    });

    it("says of runners that nobody declared which ones go, and leaves what only is told among the notes", () => {
        const foreign: MadeStep = { op: "update", type: "ExclusiveRunners", name: "apps" };
        const report = of(
            [foreign],
            [
                ["warning", foreign, 'runners of apps: Will delete 2 runners\n  foreign #1 "a"\n  foreign #2 "b"'],
                ["info", foreign, "runners of apps: Not declared here, and left as they are: 1 runner"],
            ],
        );
        expect(toWords(report)).to.deep.equal({
            Runners: ['delete: runners of apps: Will delete 2 runners |   foreign #1 "a" |   foreign #2 "b"'],
        });
        expect(report.notes.map(({ lines }) => lines[0])).to.deep.equal([
            "runners of apps: Not declared here, and left as they are: 1 runner",
        ]);
    });

    it("says which of its own runners go that a killed up has left, by the scope in which nobody declared an exclusive one", () => {
        const look: MadeStep = { op: "update", type: "ExclusiveRunners", name: orphansOf("group apps") };
        const subject = subjectOf(urnOf(look));
        const report = of([look], [["warning", look, `${subject}Will delete 2 runners\n  #1 "a"\n  #2 "b"`]]);
        expect(toWords(report)).to.deep.equal({
            Runners: ['delete: runners of group apps: Will delete 2 runners |   #1 "a" |   #2 "b"'],
        });
        expect(headline(report)).to.equal("2 undeclared deleted");
        expect(report.warnings).to.deep.equal([]);
    });

    it("is the same whatever order the engine went in, and so is the hash of its changes", () => {
        const steps: MadeStep[] = ["b", "a", "c"].flatMap((name) => [
            { ...runner, op: "update", name, diff: { paused: "update" } },
            { op: "delete", type: "ManagerFiles", name },
        ]);
        const said: Parameters<typeof toJson>[1] = steps.map((step) => [
            "warning",
            { ...step, type: "Fleet" },
            `of ${step.name}`,
        ]);
        const [one, other] = [of(steps, said), of([...steps].reverse(), [...said!].reverse())];
        expect(one).to.deep.equal(other);
        expect(hashOfChanges(one)).to.equal(hashOfChanges(other));
        expect(hashOfChanges(one)).to.not.equal(hashOfChanges(of(steps.slice(1))));
    });

    it("has another hash where what is made would be another thing, in whatever order its properties are told", () => {
        const list = (inputs: object) =>
            hashOfChanges(
                of([
                    {
                        type: "ProjectJobTokenScopes",
                        name: "a",
                        op: "create",
                        after: inputs as Record<string, unknown>,
                    },
                ]),
            );
        expect(list({ enabled: true, targetProjectIds: [2] })).to.not.equal(
            list({ enabled: true, targetProjectIds: [666] }),
        );
        expect(list({ enabled: true, project: 1 })).to.equal(list({ project: 1, enabled: true }));
    });
});
