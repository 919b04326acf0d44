import fc from "fast-check";

/**
 * What may happen to one request of an `up`. A crash ends the whole `up` there: before the request reaches GitLab, or
 * when GitLab has done it and nobody has heard.
 */
export const TROUBLES = ["drop", "lose-answer", "error", "crash before", "crash after"] as const;
export type Trouble = (typeof TROUBLES)[number];

/** What may happen between two `up`s, and to them. */
export type Event =
    | { kind: "up" }
    | { kind: "fault"; fault: Trouble; after: number }
    | { kind: "killed"; after: number }
    | { kind: "lost checkpoints"; after: number }
    | { kind: "lost state" }
    | { kind: "register"; description: "my-runner" | "theirs"; contact: boolean }
    | { kind: "other stack" }
    | { kind: "reset elsewhere"; index: number }
    | { kind: "time"; hours: number }
    | { kind: "declare"; name: "a" | "b" | "c" }
    | { kind: "drop"; name: "a" | "b" | "c" }
    | { kind: "retag"; tag: "x" | "y" }
    | { kind: "rotate"; trigger: string };

const name = fc.constantFrom<"a" | "b" | "c">("a", "b", "c");
/** Any of them. */
export const anyEvent: fc.Arbitrary<Event> = fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("up" as const) }) },
    {
        weight: 6,
        arbitrary: fc.record({
            kind: fc.constant("fault" as const),
            fault: fc.constantFrom(...TROUBLES),
            after: fc.nat(25),
        }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("killed" as const), after: fc.nat(7) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("lost state" as const) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("lost checkpoints" as const), after: fc.nat(9) }) },
    {
        weight: 3,
        arbitrary: fc.record({
            kind: fc.constant("register" as const),
            description: fc.constantFrom<"my-runner" | "theirs">("my-runner", "theirs"),
            contact: fc.boolean(),
        }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("other stack" as const) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("reset elsewhere" as const), index: fc.nat(5) }) },
    {
        weight: 3,
        arbitrary: fc.record({ kind: fc.constant("time" as const), hours: fc.integer({ min: 1, max: 40 * 24 }) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("declare" as const), name }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("drop" as const), name }) },
    {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant("retag" as const), tag: fc.constantFrom<"x" | "y">("x", "y") }),
    },
    {
        weight: 2,
        arbitrary: fc.record({
            kind: fc.constant("rotate" as const),
            trigger: fc.string({ minLength: 1, maxLength: 2 }),
        }),
    },
);
