import type { PulumiStack } from "../scripts/pulumi";
import type { Measurement } from "./main";

/** How often a command that changes nothing is measured; the fastest run counts. */
export const ROUNDS = 3;

/** Compares a fleet with the same resources declared with a bare package: it may take at most `most` times as long. */
export function besideBare(packageName: string, most: number) {
    return (what: string, bare: number, fleet: number, isLimited = true): Measurement[] => [
        { name: `${what}, bare ${packageName}`, value: bare, unit: "ms" },
        { name: `${what}, the fleet`, value: fleet, unit: "ms" },
        {
            name: `${what}, the fleet's over the bare one's`,
            value: fleet / bare,
            unit: "ratio",
            limit: isLimited ? most : undefined,
        },
    ];
}

/** The times of a command in both stacks, in milliseconds. */
export async function inTurns(bare: PulumiStack, fleet: PulumiStack, args: string[]): Promise<[number, number]> {
    const times: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
        times[0].push(await timed(bare, args));
        times[1].push(await timed(fleet, args));
    }
    return [Math.min(...times[0]), Math.min(...times[1])];
}

/** The time of a command, in milliseconds. */
export async function timed(stack: PulumiStack, args: string[]): Promise<number> {
    const result = await stack.run(args);
    if (result.code !== 0) throw new Error(result.output);
    return result.ms;
}
