import * as pulumi from "@pulumi/pulumi";
import { expectMistakes, type Mistake } from "./declare";

const OPTION = "is not a known key here. It is a resource option: it goes into opts, beside the arguments.";

const UNREAD: Mistake[] = [
    [
        "Runner",
        {
            scope: "instance",
            tgas: ["a"],
            protect: true,
            group: "apps",
            constructor: pulumi.output(1),
            note: undefined,
            x: undefined,
        },
        'tgas is not a known key. Did you mean "tags"?',
        `protect ${OPTION}`,
        "group is not a known key here. It belongs deeper: scope.group.",
        /^constructor is not a known key\. Remove it, or use one of scope, /,
    ],
    [
        "RunnerManager",
        { placement: { directory: "/x" }, config: { concurrent: 1 }, workers: [], drainTimout: "1h", parent: 1 },
        'drainTimout is not a known key. Did you mean "drainTimeout"?',
        `parent ${OPTION}`,
    ],
    [
        "JobTokenAllowlist",
        { project: "a/b", allow: {}, consumers: {}, dependsOn: [] },
        /^consumers is not a known key\. Remove it, or use one of project, allow, /,
        `dependsOn ${OPTION}`,
    ],
    ["RegistryAccess", { producer: "a/b", consumers: {}, aliases: [] }, `aliases ${OPTION}`],
    ["ExclusiveRunners", { scope: "instance", runners: [], provider: 1 }, `provider ${OPTION}`],
    ["Fleet", { runers: {}, retainOnDelete: true }, /^runers .* Did you mean "runners"\?$/, `retainOnDelete ${OPTION}`],
];

describe("arguments that nobody reads", () => {
    for (const [component, args, ...answers] of UNREAD) {
        it(`are told with what was meant: ${component}`, () => expectMistakes([component, args, ...answers]));
    }
});
