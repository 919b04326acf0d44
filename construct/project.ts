import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** Folder of the project's `Pulumi.yaml`. The engine starts plugins in the program's folder, which may be below it. */
export function findProjectFolder(from: string): string {
    const isProject = ["Pulumi.yaml", "Pulumi.yml"].some((name) => existsSync(join(from, name)));
    if (isProject) return from;
    const above = dirname(from);
    return above === from ? process.cwd() : findProjectFolder(above);
}
