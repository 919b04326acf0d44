import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { failuresAfter } from "../helpers/outputs";
import { mockPulumi } from "../helpers/pulumi-mocks";
import { declare, type Name } from "./declare";

const promise = () => Promise.reject(new Error("boom"));
const output = () =>
    pulumi.output("a").apply((): string => {
        throw new Error("boom");
    });
const manager = { placement: { directory: "/x" }, config: { concurrent: 1 }, workers: [], gitlabUrl: "https://a.org" };

/** Arguments with a failure of the user's own in one of them, each made when it is declared. */
const CASES: [argument: string, component: Name, args: () => unknown][] = [
    ["scope", "Runner", () => ({ scope: { group: promise() } })],
    ["tags", "Runner", () => ({ scope: "instance", tags: ["a", output()] })],
    ["config", "RunnerManager", () => ({ ...manager, config: { concurrent: 1, log_level: promise() } })],
    ["placement", "RunnerManager", () => ({ ...manager, placement: { directory: output() } })],
    ["project", "JobTokenAllowlist", () => ({ project: output(), allow: {} })],
    ["consumers", "RegistryAccess", () => ({ producer: "a/b", consumers: { projects: [promise()] } })],
    ["claim", "ExclusiveRunners", () => ({ scope: "instance", runners: [], claim: { tags: [promise()] } })],
];

describe("an argument that a program fails to make", () => {
    for (const [argument, component, args] of CASES) {
        it(`is named, with the program's own stack: ${argument} of a ${component}`, async () => {
            mockPulumi({ ids: { projects: { "a/b": 1 } } });
            const failures = await failuresAfter(
                () => declare(component, args()),
                ({ message, stack = "" }) => {
                    expect(stack).to.match(new RegExp(`^${message}\n {4}at .*failing-arguments`));
                },
            );
            expect(new Set(failures)).to.deep.equal(new Set([`${component} "x": ${argument} could not be had: boom`]));
        });
    }

    it("is named once, where the same one is given twice", async () => {
        mockPulumi();
        const text = promise();
        const failures = await failuresAfter(() =>
            declare("Runner", { scope: "instance", description: text, note: text }),
        );
        expect(new Set(failures)).to.deep.equal(new Set(['Runner "x": description could not be had: boom']));
    });
});
