import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { type Seed, seedSchema } from "./schema";

/** Reads a seed from a YAML file. Throws with everything that is wrong with it. */
export function readSeed(file: string): Seed {
    let text: string;
    try {
        text = readFileSync(file, "utf8");
    } catch {
        throw new Error(`Seed "${file}": cannot be read. Give the path of a YAML file.`);
    }
    return parseSeed(text, file);
}

/** Like `readSeed`, from text. `name` appears in errors. */
export function parseSeed(text: string, name: string): Seed {
    let raw: unknown;
    try {
        raw = parse(text);
    } catch (error) {
        throw new Error(`Seed "${name}": is no YAML: ${(error as Error).message}`);
    }
    const result = seedSchema.safeParse(raw ?? {});
    if (result.success) return result.data;
    const problems = result.error.issues.map((issue) => `  ${pathText(issue.path)}: ${issue.message}`);
    throw new Error(`Seed "${name}": ${problems.length} problem(s)\n${problems.join("\n")}`);
}

function pathText(path: PropertyKey[]): string {
    if (path.length === 0) return "(top)";
    return path
        .map((part, at) => (typeof part === "number" ? `[${part}]` : `${at > 0 ? "." : ""}${String(part)}`))
        .join("");
}
