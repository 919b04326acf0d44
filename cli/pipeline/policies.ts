import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { attempt } from "../../core/attempt";
import { isMap } from "../../core/values";
import { isOlder } from "../../core/versions";
import { Failed } from "../exit";
import type { Io } from "../io";
import type { RunPulumi } from "./pulumi";

/** The value with which policies advise and stop nothing. */
export const ADVISORY = "advisory";

/** The first Pulumi version that starts a policy pack that is a program. */
const NEEDED = "3.256";

/**
 * Flags that make Pulumi check a run with our policy pack: `advisory`, `off`, or a file of levels and exemptions
 * (docs/policies.md). If the pack cannot be started, advice is skipped with a message, because that should not stop a
 * fleet. Levels of a file are never skipped.
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
            ? "they are not beside this command; reinstall the package"
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

/** The same, but with every policy as advice, whatever levels a file sets: nothing is stopped. */
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

/** Levels and exemptions of a file with every mandatory policy as advice; undefined if it cannot be read. */
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

/** Next to the command: in the package, in a built clone, or in the sources. */
function findPack(command: string): string | undefined {
    const places = ["../policies", "../../policies"].map((beside) => join(command, beside));
    return places.find((place) => existsSync(join(place, "bin/index.js")));
}
