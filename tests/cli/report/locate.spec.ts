import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { readPreview } from "../../../cli/report/preview";
import { summarize } from "../../../cli/report/summary";
import { renderCodeQuality } from "../../../cli/report/widget";
import { type MadeStep, toJson } from "./world";

describe("the lines of a Code Quality report", () => {
    it("are those of the values that a mistake, a warning or a policy names, each by itself", () => {
        const manager: MadeStep = { op: "same", type: "RunnerManager", name: "ci-01" };
        const text = `config:
  gitlab-fleet:runners:
    small:
      config:
        executor: shell
        limit: x
    "a.b":
      config: { executor: shell }
  gitlab-fleet:managers:
    ci-01:
      runners: ["a.b", small]
`;
        const report = summarize(
            readPreview(
                toJson(
                    [manager],
                    [
                        [
                            "error",
                            undefined,
                            'The configuration of stack "prod" has 2 mistakes:\n  gitlab-fleet:runners.small.config.limit must be a number (got "x").\n  gitlab-fleet:runners["a.b"].config.nosuch is no key.',
                        ],
                        ["error", undefined, "GitLab refused it."],
                        ["warning", manager, "gitlab-fleet:runners.small.config.limit is much."],
                    ],
                ),
                "it",
            ),
        );
        report.policies.push({ name: "ci-01", lines: ['a-policy, ManagerFiles ci-01: workers["a.b"].docker is bad.'] });
        const found = JSON.parse(renderCodeQuality(report, { path: "p", text, folder: "." })) as {
            description: string;
            location: { lines: { begin: number } };
        }[];
        expect(
            found.map(({ description, location }) => [location.lines.begin, description.split(" ")[0]]),
        ).to.deep.equal([
            [6, "gitlab-fleet:runners.small.config.limit"],
            [8, 'gitlab-fleet:runners["a.b"].config.nosuch'],
            [1, "GitLab"],
            [6, "gitlab-fleet:runners.small.config.limit"],
            [8, "a-policy,"],
        ]);
        expect(renderCodeQuality(report, { path: "p", text: "- no: [map", folder: "." })).to.be.a("string");
    });

    it("are those of the file that several stacks share, where the value stands there", () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "locate-"));
        try {
            fs.writeFileSync(
                path.join(folder, "common.yaml"),
                `config:
  gitlab-fleet:runners:
    small:
      config:
        executor: shell
        limit: 100
  gitlab-fleet:managers:
    ci-01:
      runners: [small]
`,
            );
            const text = `config:
  gitlab-fleet:extends: [common.yaml]
  gitlab-fleet:runners:
    small:
      tags: [x]
`;
            const manager: MadeStep = { op: "same", type: "RunnerManager", name: "ci-01" };
            const list =
                'The configuration of stack "prod" has one mistake:\n  gitlab-fleet:runners.small.config.limit is much.';
            const said: Parameters<typeof toJson>[1] = [
                ["error", undefined, list],
                ["warning", manager, "gitlab-fleet:runners.small.config.limit is much."],
                ["warning", manager, 'RunnerManager "ci-01": it is slow.'],
                ["warning", undefined, "gitlab-fleet:runners.small.tags[0] is odd."],
            ];
            const report = summarize(readPreview(toJson([manager], said), "it"));
            const found = JSON.parse(renderCodeQuality(report, { path: "stacks/Pulumi.prod.yaml", text, folder })) as {
                location: { path: string; lines: { begin: number } };
            }[];
            expect(found.map(({ location }) => [location.path, location.lines.begin])).to.have.deep.members([
                ["stacks/common.yaml", 6],
                ["stacks/common.yaml", 6],
                ["stacks/common.yaml", 8],
                ["stacks/Pulumi.prod.yaml", 5],
            ]);
        } finally {
            fs.rmSync(folder, { recursive: true });
        }
    });
});
