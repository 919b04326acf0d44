import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { attempt } from "../../core/attempt";
import { isMap } from "../../core/values";
import { isOlder } from "../../core/versions";
import { Failed } from "../exit";
import type { Io } from "../io";
import type { RunPulumi } from "./pulumi";

/** The choice by which policies advise, and stop nothing. */
export const ADVISORY = "advisory";

/** The first Pulumi that starts a policy pack which is a program. */
const NEEDED = "3.256";

/**
 * Flags by which Pulumi has our policy pack judge a run: `advisory`, `off`, or a file of levels and exemptions (docs/policies.md).
 * Where the pack cannot be started, advice is left out with a sentence, because a fleet should not stand still for it. What a file
 * asks for is not left out.
 */
export async function policyFlags(io: Io, pulumi: RunPulumi, choice: string, folder: string): Promise<string[]> {
    if (choice === "off") return [];
    const isAdvice = choice === ADVISORY;
    if (!isAdvice && !existsSync(resolve(folder, choice)))
        throw new Failed(
            `--policies must be advisory, off, or a file of levels (got "${choice}", which is not there).`,
        );
    const pack = findPack(__dirname);
    const why =
        pack === undefined
            ? "they are not beside this command; install the package anew"
            : process.platform === "win32"
              ? "Windows does not start them"
              : whyTooOld((await pulumi(["version"])).stdout);
    if (pack !== undefined && why === undefined) {
        const levels = isAdvice ? join(pack, "advisory.json") : resolve(folder, choice);
        return ["--policy-pack", join(pack, "gitlab-fleet-policies"), "--policy-pack-config", levels];
    }
    const sentence = `Policies were not looked at: ${why}. To leave them out for good: --policies off`;
    if (!isAdvice) throw new Failed(sentence);
    io.err(`${sentence}\n`);
    return [];
}

/** The same, with every policy as advice, whatever levels a file has: nothing is stopped. */
export async function adviceFlags(
    io: Io,
    pulumi: RunPulumi,
    { policies: choice, folder, output }: { policies: string; folder: string; output: string },
): Promise<string[]> {
    if (choice === "off" || choice === ADVISORY) return policyFlags(io, pulumi, choice, folder);
    const softened = softenedLevels(resolve(folder, choice));
    if (softened === undefined) return policyFlags(io, pulumi, ADVISORY, folder);
    mkdirSync(output, { recursive: true });
    const file = join(output, "policies.json");
    writeFileSync(file, JSON.stringify(softened));
    return policyFlags(io, pulumi, file, folder);
}

/** Levels and exemptions of a file, none of them mandatory; undefined where it cannot be read. */
function softenedLevels(file: string): Record<string, unknown> | undefined {
    const levels: unknown = attempt(() => JSON.parse(readFileSync(file, "utf8")));
    if (!isMap(levels)) return undefined;
    const all = levels.all === "disabled" ? "disabled" : ADVISORY;
    const soften = (level: unknown) => (level === "mandatory" ? ADVISORY : level);
    const each = Object.entries(levels).map(([name, level]) => [
        name,
        isMap(level) ? { ...level, enforcementLevel: soften(level.enforcementLevel ?? all) } : soften(level),
    ]);
    return { all, ...Object.fromEntries(each) };
}

function whyTooOld(printed: string): string | undefined {
    const [, version] = /^v?(\d+\.\d+\.\d+)/.exec(printed.trim()) ?? [];
    if (version === undefined) return "pulumi version did not tell which it is";
    if (!isOlder(version, `${NEEDED}.0`)) return undefined;
    return `they need Pulumi ${NEEDED} or newer (found ${printed.trim().slice(0, 40)})`;
}

/** Beside the command: in the package or a clone, as it is built, and as it is written. */
function findPack(command: string): string | undefined {
    const places = ["../policies", "../../policies"].map((beside) => join(command, beside));
    return places.find((place) => existsSync(join(place, "bin/index.js")));
}
