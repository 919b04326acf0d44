import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { Runner } from "../../components";
import { mockPulumi } from "../helpers/pulumi-mocks";
import { declare, type Name } from "./declare";

const OUTPUT = pulumi.output({ a: 1 });

const LOOP: unknown[] = [];
LOOP.push(LOOP);

/** What no argument is, and no stack's file can hold. */
const ODD: Record<string, unknown> = {
    "a symbol": Symbol("x"),
    "a function": () => "x",
    "a date": new Date(0),
    "a Map": new Map([["a", "b"]]),
    "a bigint": 10n,
    "no number": Number.NaN,
    "a list with a hole": new Array(1),
    "a list in itself": LOOP,
    "a list without an end": Array.from({ length: 200 }).reduce<unknown>((inside) => [inside], "x"),
    "what fails when it is read": {
        get a() {
            throw new Error("x");
        },
    },
    "a proxy of nothing": revoked(),
};

function revoked(): object {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
}

/** Each place in a value, with that value once another one stands there. */
function* withOneReplaced(value: unknown, other: unknown, path = "args"): Generator<[path: string, value: unknown]> {
    yield [path, other];
    if (typeof value !== "object" || value === null || value instanceof pulumi.Resource) return;
    for (const [key, item] of Object.entries(value)) {
        for (const [place, replaced] of withOneReplaced(item, other, `${path}.${key}`)) {
            const copy = Array.isArray(value) ? [...value] : { ...value };
            yield [place, Object.assign(copy, { [key]: replaced })];
        }
    }
}

describe("a value of the wrong kind in any place", () => {
    const WHOLE: Record<Name, (runner: Runner) => Record<string, unknown>> = {
        Runner: () => ({
            scope: { group: "apps" },
            tags: ["docker"],
            note: "x",
            maximumTimeout: 600,
            adopt: { description: "x", tags: ["a"] },
            rotateBefore: "1d",
            rotationTrigger: "1",
        }),
        RunnerManager: (runner) => ({
            placement: { ssh: { host: "ci@vm-01", directory: "/x", port: 22 }, service: "gitlab-runner" },
            config: { concurrent: 1, session_server: { session_timeout: 5 } },
            workers: [{ runner, name: "w", config: { executor: "shell", environment: ["A=1"] }, silence: ["x"] }],
            online: { timeout: "5m" },
            drainTimeout: "1h",
            silence: ["x"],
        }),
        JobTokenAllowlist: () => ({ project: "a/b", allow: { projects: ["a/c"], groups: ["a"] }, mode: "exclusive" }),
        RegistryAccess: () => ({
            producer: "a/b",
            consumers: { projects: ["a/c"] },
            grantMembership: [{ group: "a", role: "reporter" }],
            policies: { "a/c": ["READ_PACKAGES"] },
        }),
        ExclusiveRunners: (runner) => ({
            scope: { group: "apps" },
            runners: [runner],
            claim: { descriptions: ["x"], statuses: ["stale"], offlineFor: "1d" },
            keep: { ids: [1], tags: ["a"] },
        }),
        Fleet: () => ({
            runners: {
                a: { scope: { group: "apps" }, config: { executor: "shell" }, silence: ["x"], renamedFrom: "b" },
            },
            managers: {
                m: { placement: { directory: "/x" }, runners: ["a"], config: { concurrent: 1 }, silence: ["x"] },
            },
            exclusive: { e: { scope: { group: "apps" }, claim: { tags: ["a"] }, keep: { ids: [1] } } },
            registries: { "a/b": { consumers: { projects: ["a/c"] } } },
        }),
    };

    for (const component of Object.keys(WHOLE) as Name[]) {
        it(`is taken or told by its place, and never ends in a failure of ours: ${component}`, () => {
            for (const other of [OUTPUT, pulumi.output(1), null, 7, "x", [], {}, true]) {
                mockPulumi();
                const whole = WHOLE[component](new Runner("ci", { scope: { group: "apps" } }));
                for (const [place, args] of withOneReplaced(whole, other)) {
                    mockPulumi();
                    try {
                        declare(component, args);
                    } catch (failure) {
                        expect(failure, `${place}: ${(failure as Error).stack}`).to.be.instanceOf(pulumi.ResourceError);
                    }
                }
            }
        });
    }

    for (const component of Object.keys(WHOLE) as Name[]) {
        it(`is told by its place before anything is declared, where only JavaScript has such a value: ${component}`, () => {
            for (const [what, other] of Object.entries(ODD)) {
                mockPulumi();
                const whole = WHOLE[component](new Runner("ci", { scope: { group: "apps" } }));
                for (const [place, args] of withOneReplaced(whole, other)) {
                    mockPulumi();
                    const where = place === "args" ? place : place.slice("args.".length).replace(/\.(\d+)/g, "[$1]");
                    expect(() => declare(component, args), `${what} at ${place}`).to.throw(
                        pulumi.ResourceError,
                        `${component} "x": ${where}`,
                    );
                }
            }
        });
    }

    // What decides what is declared. The compiler refuses an output there, but only in TypeScript.
    const DECISIVE: Record<Name, string[]> = {
        Runner: ["scope", "adopt", "rotation"],
        RunnerManager: [
            "placement",
            "placement.ssh",
            "workers",
            "workers.0.name",
            "online",
            "drainTimeout",
            "systemId",
        ],
        JobTokenAllowlist: ["allow", "compact", "policies"],
        RegistryAccess: ["consumers", "grantMembership", "checkMembership", "policies"],
        ExclusiveRunners: ["scope", "runners", "keep"],
        Fleet: ["stateLost", "runners", "runners.a.scope", "runners.a.rotation", "runners.a.renamedFrom", "managers.m"],
    };

    for (const component of Object.keys(WHOLE) as Name[]) {
        it(`is told of a secret where the value decides what is declared: ${component}`, async () => {
            for (const place of DECISIVE[component]) {
                const world = mockPulumi({ ids: { groups: { apps: 1 } } });
                const whole = WHOLE[component](new Runner("ci", { scope: { group: "apps" } }));
                const given = withSecretAt(whole, place.split("."));
                const path = place.replace(/\.(\d+)/g, "[$1]");
                const failure = `${component} "x": ${path} must be known when the program runs (got an output).`;
                expect(() => declare(component, given), place).to.throw(failure);
                await world.settled();
            }
        });
    }
});

/** The same value with a secret at a place, of what stands there or of a word. */
function withSecretAt(value: unknown, [key, ...rest]: readonly string[]): unknown {
    if (key === undefined) return pulumi.secret(value ?? "x");
    const copy = Array.isArray(value) ? [...value] : { ...(value as object) };
    return Object.assign(copy, { [key]: withSecretAt((copy as Record<string, unknown>)[key], rest) });
}
