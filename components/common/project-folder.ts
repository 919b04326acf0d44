import * as path from "node:path";

let noted: string | undefined;

/** Notes the folder of Pulumi.yaml, as Pulumi or a command knows it. Ignores older language hosts' placeholder. */
export function noteProjectFolder(folder: string): void {
    noted = path.isAbsolute(folder) ? folder : undefined;
}

/** Folder of the project's Pulumi.yaml; the working directory if none was noted. */
export function projectFolder(): string {
    return noted ?? process.cwd();
}

/** Resolves a path relative to the project's folder. */
export function inProject(given: string): string {
    return path.resolve(projectFolder(), given);
}
