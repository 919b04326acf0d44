import * as path from "node:path";

let noted: string | undefined;

/** Notes the folder of Pulumi.yaml, as Pulumi or a command knows it. Older language hosts tell a placeholder, which is none. */
export function noteProjectFolder(folder: string): void {
    noted = path.isAbsolute(folder) ? folder : undefined;
}

/** Folder of the project's Pulumi.yaml. A program that nobody told is started there. */
export function projectFolder(): string {
    return noted ?? process.cwd();
}

/** A path as an absolute one, whatever of the project's it was relative to. */
export function inProject(given: string): string {
    return path.resolve(projectFolder(), given);
}
