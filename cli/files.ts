import { accessSync, constants, readFileSync, statSync, writeFileSync } from "node:fs";
import { Failed } from "./exit";

/** Reads a file that an option names. */
export function readNamed(option: string, file: string): string {
    try {
        return readFileSync(file, "utf8");
    } catch (error) {
        throw unreadable(option, file, codeOf(error));
    }
}

/** Checks that an option's file can be read, without reading it: a shell's `<(cat ca.pem)` can only be read once. */
export function needReadable(option: string, file: string): void {
    try {
        accessSync(file, constants.R_OK);
    } catch (error) {
        throw unreadable(option, file, codeOf(error));
    }
    if (statSync(file).isDirectory()) throw unreadable(option, file, "EISDIR");
}

function unreadable(option: string, file: string, code: string | undefined): Failed {
    return new Failed(`${option} ${file} cannot be read (${code}). Correct the path.`);
}

export function writePage(file: string, page: string): void {
    try {
        writeFileSync(file, page);
    } catch (error) {
        throw new Failed(`${file} cannot be written (${codeOf(error)}). Choose another place.`);
    }
}

function codeOf(error: unknown): string | undefined {
    return (error as NodeJS.ErrnoException).code;
}
