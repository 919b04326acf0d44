import { accessSync, constants, readFileSync, statSync, writeFileSync } from "node:fs";
import { attempt } from "../core/attempt";
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

/** A page, a report or a schema. Only an earlier one is written over: a stack's file, named by mistake, would be lost with its secrets. */
export function writePage(file: string, page: string): void {
    if (attempt(() => statSync(file).isFile())) {
        const earlier = readNamed("file", file);
        if (earlier.trim() !== "" && beginningOf(earlier) !== beginningOf(page))
            throw new Failed(`${file} is another file than this command writes, so it stays. Choose another place.`);
    }
    try {
        writeFileSync(file, page);
    } catch (error) {
        throw new Failed(`${file} cannot be written (${codeOf(error)}). Choose another place.`);
    }
}

/** What files of one kind have in common: a list of JSON has nothing but its bracket. */
function beginningOf(text: string): string {
    return text.startsWith("[") ? "[" : text.slice(0, 8);
}

function codeOf(error: unknown): string | undefined {
    return (error as NodeJS.ErrnoException).code;
}
