import { expect } from "chai";
import { fillInputs } from "../../../sandbox/ci/inputs";
import { holds } from "../../../sandbox/ci/rules";
import { ConfigProblem, parseConfig } from "../../../sandbox/ci/yaml";

describe("an expression of rules:if", () => {
    const variables = { CI_COMMIT_BRANCH: "main", CI_DEFAULT_BRANCH: "main", EMPTY: "", SOURCE: "push" };
    for (const [expression, expected] of [
        ["$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH", true],
        ['$SOURCE == "schedule" || $SOURCE == "push" && $NONE', false],
        ['($SOURCE == "schedule" || $SOURCE == "push") && $CI_COMMIT_BRANCH', true],
        ["$NONE == null && $EMPTY != null", true],
        ["$EMPTY", false],
        ["$SOURCE =~ /^PU/i && $SOURCE !~ /pull/", true],
        ["'a' != \"b\"", true],
    ] as const)
        it(`${expression} is ${expected}`, () => expect(holds(expression, variables)).to.equal(expected));

    it("that nobody can read is a mistake", () => {
        expect(() => holds("$A = 1", {})).to.throw(ConfigProblem, "invalid expression syntax");
    });
});

const filled = (text: string, given: Record<string, unknown> = {}) => {
    const { header, content } = parseConfig(text);
    return fillInputs(header, content, given);
};

describe("a file with spec:inputs", () => {
    const file = `spec:
  inputs:
    stacks: { type: array, default: [prod] }
    when: { default: on_success, options: [on_success, manual] }
    name: {}
---
$[[ inputs.name ]] up:
  when: $[[ inputs.when ]]
  script: echo $[[inputs.name]] $[[ inputs.when ]]
  parallel: { matrix: [{ STACK: "$[[ inputs.stacks ]]" }] }
`;

    it("has its inputs filled in: lists as lists, and text within text", () => {
        expect(filled(file, { name: "fleet", stacks: ["a", "b"] })).to.deep.equal({
            "fleet up": {
                when: "on_success",
                script: "echo fleet on_success",
                parallel: { matrix: [{ STACK: ["a", "b"] }] },
            },
        });
        expect(filled("job: { script: [x] }")).to.deep.equal({ job: { script: ["x"] } });
    });

    for (const [what, given, message] of [
        ["one that is missing", {}, "required value has not been provided"],
        ["an unknown one", { name: "a", nmae: "b" }, "unknown input"],
        ["one of another type", { name: "a", stacks: "prod" }, "provided value is not a array"],
        ["one that is no option", { name: "a", when: "never" }, "not in the list of allowed options"],
    ] as const)
        it(`refuses ${what}`, () => expect(() => filled(file, given)).to.throw(ConfigProblem, message));
});
