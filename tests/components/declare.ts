import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ExclusiveRunners, Fleet, JobTokenAllowlist, RegistryAccess, Runner, RunnerManager } from "../../components";
import { mockPulumi } from "../helpers/pulumi-mocks";

const COMPONENTS = { ExclusiveRunners, Fleet, JobTokenAllowlist, RegistryAccess, Runner, RunnerManager };
export type Name = keyof typeof COMPONENTS;

/** As a program in plain JavaScript declares it: nothing has checked the types. */
export function declare(component: Name, args: unknown): unknown {
    const Component = COMPONENTS[component] as unknown as new (name: string, args: unknown) => unknown;
    return new Component("x", args);
}

/** Arguments, and each line of what is said of them. */
export type Mistake = [component: Name, args: unknown, ...answers: (string | RegExp)[]];

/** Declares a component with wrong arguments, which are all told at once. */
export function expectMistakes([component, args, ...answers]: Mistake): void {
    mockPulumi();
    const label = `${component} "x": `;
    let failure: unknown;
    try {
        declare(component, args);
    } catch (error) {
        failure = error;
    }
    expect(failure).to.be.instanceOf(pulumi.ResourceError);
    const { message, stack } = failure as Error;
    const lines = message.split("\n");
    expect(lines.every((line) => line.startsWith(label))).to.equal(true);
    const found = lines.map((line) => line.slice(label.length));
    expect(found.length, message).to.equal(answers.length);
    for (const answer of answers) {
        const fits = (line: string) => (typeof answer === "string" ? line === answer : answer.test(line));
        expect(found.some(fits), `${answer} in\n${message}`).to.equal(true);
    }
    // A user's mistake has no stack of ours.
    expect(stack).to.equal(message);
}
