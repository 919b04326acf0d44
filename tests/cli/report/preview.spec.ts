import { expect } from "chai";
import { renderMarkdown } from "../../../cli/report/markdown";
import { renderPage } from "../../../cli/report/page";
import { readPreview } from "../../../cli/report/preview";
import { summarize } from "../../../cli/report/summary";
import { renderText } from "../../../cli/report/text";
import { renderCodeQuality } from "../../../cli/report/widget";
import { Style } from "../../../cli/style";
import { rejection } from "../../helpers/rejection";
import { type MadeStep, toJson, urnOf } from "./world";

const of = (...given: Parameters<typeof toJson>) => summarize(readPreview(toJson(...given), "it"));

describe("what the engine prints of a preview", () => {
    const runner: MadeStep = { op: "create", type: "UserRunner", name: "small" };

    it("has an error for its outcome where one was told, whatever the steps say", () => {
        const report = of(
            [runner],
            [["error", undefined, "The configuration has one mistake:\n  it must be a number."]],
        );
        expect(report.outcome).to.equal("failed");
        expect(report.errors).to.deep.equal([
            { name: "", lines: ["The configuration has one mistake:", "  it must be a number."] },
        ]);
    });

    it("leaves out that the whole failed where something says why, whoever said it", () => {
        const stack: MadeStep = { op: "same", type: "Stack", name: "it" };
        const why = ["error", undefined, "The disk is full."] as ["error", undefined, string];
        const whole = ["error", stack, "preview failed"] as ["error", MadeStep, string];
        expect(readPreview(toJson([stack], [why, whole]), "it").said.map(({ lines }) => lines[0])).to.deep.equal([
            "The disk is full.",
        ]);
        expect(readPreview(toJson([stack], [whole]), "it").said).to.have.lengthOf(1);
    });

    it("tells that a runner which another stack has taken over is not recreated while it says adopt, as the error that up ends with", () => {
        const runner: MadeStep = { op: "replace", type: "UserRunner", name: "hand" };
        const engine =
            "previously-imported resources that still specify an ID may not be replaced; please remove the `import` declaration from your program;";
        const report = summarize(readPreview(toJson([runner], [["warning", runner, engine]]), "it"));
        expect(report.outcome).to.equal("failed");
        expect(report.errors).to.deep.equal([
            {
                name: "hand",
                lines: [
                    "hand: up stops here: a runner that still says adopt is not recreated. Remove adopt to have a new runner; how to take the old one back: docs/ownership.md.",
                ],
            },
        ]);
    });

    it("leaves what the engine says of a program's own imported resources as it is: nothing of them says adopt", () => {
        const project: MadeStep = { op: "replace", type: "Project", name: "mine" };
        const engine = "previously-imported resources that still specify an ID may not be replaced; please remove it";
        const { errors, warnings } = summarize(readPreview(toJson([project], [["warning", project, engine]]), "it"));
        expect(errors).to.deep.equal([]);
        expect(warnings).to.deep.equal([{ name: "mine", lines: [engine] }]);
    });

    it("reads the engine's events alike, with a replacement in its three parts and a last line that was cut", () => {
        const event = (fields: object, at: number) => JSON.stringify({ sequence: at, timestamp: 1, ...fields });
        const metadata = (op: string) => ({
            op,
            urn: urnOf(runner),
            old: { custom: true, inputs: {} },
            detailedDiff: { groupId: { diffKind: "update-replace" } },
        });
        const events = [
            { preludeEvent: { config: {} } },
            ...["create-replacement", "replace", "delete-replaced"].map((op) => ({
                resourcePreEvent: { metadata: metadata(op) },
            })),
            { diagnosticEvent: { severity: "debug", message: "nobody's business" } },
            { diagnosticEvent: { severity: "warning", prefix: "warning: ", message: "old\n" } },
            { resOpFailedEvent: { metadata: { urn: urnOf(runner) } } },
        ];
        const report = summarize(readPreview(`${events.map(event).join("\n")}\n{"sequence":`, "it"));
        expect(report.counts.replace).to.equal(1);
        expect(report.warnings.map(({ lines }) => lines)).to.deep.equal([["old"]]);
        expect(report.errors).to.deep.equal([{ name: "small", lines: ["failed"] }]);
    });

    it("tells what policies advise apart from warnings, and takes what is mandatory for an error, without its echo", () => {
        const judged = (enforcementLevel: string, policyName: string) => ({
            policyEvent: { resourceUrn: urnOf(runner), policyName, enforcementLevel, message: "a is b.\n" },
        });
        const failed = { diagnosticEvent: { severity: "error", message: "preview failed\n" } };
        const read = (...events: object[]) =>
            summarize(
                readPreview(
                    events.map((one, sequence) => JSON.stringify({ sequence, timestamp: 1, ...one })).join("\n"),
                    "it",
                ),
            );
        const advised = { name: "small", lines: ["image-without-digest, UserRunner small: a is b."] };
        const calm = read(judged("advisory", "image-without-digest"));
        expect([calm.policies, calm.warnings, calm.outcome]).to.deep.equal([[advised], [], "unchanged"]);
        const strict = read(judged("mandatory", "allowlist-off"), judged("advisory", "image-without-digest"), failed);
        expect(strict.errors).to.deep.equal([{ name: "small", lines: ["allowlist-off, UserRunner small: a is b."] }]);
        expect([strict.policies, strict.outcome]).to.deep.equal([[advised], "failed"]);
        expect(read(failed).errors).to.deep.equal([{ name: "", lines: ["preview failed"] }]);
        const found = JSON.parse(renderCodeQuality(strict, { path: "x", text: "", folder: "." }));
        expect(found.map(({ severity }: { severity: string }) => severity)).to.deep.equal(["critical", "info"]);
        for (const text of [
            renderMarkdown(calm),
            renderPage(calm, new Date(0)),
            renderText(calm, new Style(false), 200, { rest: "--all" }),
        ])
            expect(text).to.contain("image").and.match(/polic/i);
    });

    it("shows values that may be shown, and of secrets, tokens and what is not known yet only that they change", () => {
        const files: MadeStep = {
            op: "update",
            type: "ManagerFiles",
            name: "ci",
            before: {
                a: { limit: 4, password: "hunter2", env: ["X=glpat-0123456789abcdef"] },
                s: { "4dabf18193072939515e22adb298388d": "x", plaintext: "hunter2" },
                t: "[secret]",
            },
            after: {
                a: { limit: 6, password: "hunter3", env: ["X=glpat-0123456789abcdee"] },
                s: { "4dabf18193072939515e22adb298388d": "x", plaintext: "hunter3" },
                t: "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
            },
            diff: {
                "a.limit": "update",
                "a.password": "update",
                "a.env[0]": "update",
                "s.plaintext": "update",
                t: "update",
                '["b.c"].glpat-0123456789abcdef': "add",
            },
        };
        const [{ changes } = { changes: [] }] = of([files]).changes;
        expect(changes).to.deep.equal([
            "a.limit: 4 → 6",
            "a.password",
            "a.env[0]",
            "s.plaintext",
            "t",
            '["b.c"].[secret] is added',
        ]);
    });

    for (const [what, text] of [
        ["nothing", ""],
        ["words", "error: could not lock the stack"],
        ["JSON of something else", '{"version":3,"deployment":{}}'],
        ["a list", "[]"],
        ["steps that are no list", '{"steps":5}'],
        ["steps that are none", '{"steps":[5],"changeSummary":{}}'],
        ["a preview that was cut", toJson([]).slice(0, -3)],
    ] as const) {
        it(`refuses ${what} with a sentence`, async () => {
            const error = await rejection(Promise.resolve().then(() => readPreview(text, "preview.json")));
            expect(error.message).to.match(/^preview\.json is not what `pulumi preview --json` prints/);
        });
    }

    it("points at the line of the stack's file where the resource stands, once for each warning", () => {
        const manager: MadeStep = { op: "same", type: "RunnerManager", name: "ci-01" };
        const report = of(
            [manager],
            [
                ["warning", manager, 'RunnerManager "ci-01": privileged.'],
                ["warning", manager, 'RunnerManager "ci-01": privileged.'],
                ["error", undefined, "all is lost"],
            ],
        );
        const file = {
            path: "stacks/Pulumi.prod.yaml",
            text: 'config:\n  gitlab-fleet:managers:\n    "ci-01":\n      x: 1\n',
            folder: ".",
        };
        const issues = JSON.parse(renderCodeQuality(report, file)) as {
            severity: string;
            location: unknown;
            fingerprint: string;
        }[];
        expect(issues.map(({ severity, location }) => [severity, location])).to.deep.equal([
            ["critical", { path: file.path, lines: { begin: 1 } }],
            ["minor", { path: file.path, lines: { begin: 3 } }],
        ]);
    });
});
