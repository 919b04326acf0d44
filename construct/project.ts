import { dirname } from "node:path";
import { projectFileIn } from "../components/fleet/config/stack-files";

/** Folder of the project's `Pulumi.yaml`. The engine starts plugins in the program's folder, which may be below it. */
export function findProjectFolder(from: string): string {
    if (projectFileIn(from) !== undefined) return from;
    const above = dirname(from);
    return above === from ? process.cwd() : findProjectFolder(above);
}
