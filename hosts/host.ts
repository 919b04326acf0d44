import { createHash } from "node:crypto";
import type { Machine } from "./machine";
import type { FileProblem } from "./regular-file";

/**
 * A machine with a manager's files on it. There are two ways to it: this machine's file system, and SSH, where each call is
 * one round trip. So the calls are coarse: one look tells all that there is to know, and one change does all of it.
 */
export interface Host {
    /** Whether it is another machine, so that what helps has to be done there. */
    readonly remote: boolean;
    /** A path of it as messages name it: `/etc/x` of this machine, `ci@vm-01:/etc/x` of another. */
    at(path: string): string;
    /** What is in a directory. A missing directory is an empty one. Changes nothing. */
    look(directory: string, files: readonly FileToSee[]): Promise<Sight>;
    /** Does one thing after the other. Throws at the first that fails, with the system's `code`; the rest is not done then. */
    change(operations: readonly Operation[]): Promise<Outcome[]>;
    /** Runs one program after the other, with nothing on its input, and answers what each has said. None of it is secret. */
    run(commands: readonly Command[]): Promise<Answer[]>;
}

/** A program and its arguments. No shell reads them. */
export interface Command {
    words: readonly string[];
    /** The most that is read of what it prints. @default 64 KiB */
    bytes?: number;
    /** How long it may take, in milliseconds. @default 30 seconds */
    ms?: number;
}

/** What a program has said. */
export interface Answer {
    /** Its exit code; 127 where there is no such program. */
    code: number;
    /** What it printed, errors too. Other people's text. */
    text: string;
}

/** The most that is read of what a program prints, unless it is said. */
export const MOST_PRINTED = 64 * 1024;
/** How long a host may take to run what it is told. */
export const RUN_MS = 30_000;

/** A file that is looked for. */
export interface FileToSee {
    name: string;
    /** The largest size that is read. @default 8 MiB */
    bytes?: number;
}

/** What a look tells. */
export interface Sight {
    machine: Machine;
    /** Who looks and writes; absent on Windows. */
    user?: User;
    directory: DirectorySeen;
    /** By name. */
    files: Record<string, FileSeen>;
}

/** A user of a host. */
export interface User {
    uid: number;
    groups: readonly number[];
}

/** A directory, or where it would be made. */
export interface DirectorySeen {
    /** Itself, or the nearest above it that is there. */
    existing: string;
    isDirectory: boolean;
    /** Why nothing can be written there. */
    trouble?: Trouble;
}

/** Something that the operating system refuses. */
export interface Trouble {
    /** `EACCES`, `EROFS`. */
    code: string;
    message: string;
}

/** A file in a directory. */
export interface FileSeen {
    /** Absent where there is none, or none that can be read. */
    found?: FileFound;
    /** Why it cannot be read. */
    problem?: FileProblem;
    /** Where links lead to in the end, there or not. */
    target: string;
    /** Whether the folder is there in which that is. */
    inFolder: boolean;
    /** Why a link is not followed. */
    link?: Trouble;
}

/** A regular file that was read whole. */
export interface FileFound {
    text: string;
    /** SHA-256 of its bytes. */
    hash: string;
    uid: number;
    gid: number;
    mode: number;
}

/** What can be done on a host. */
export type Operation =
    /** For its owner only, with those above it that are missing. */
    | { do: "make directory"; path: string }
    | CopyAside
    | Write
    | Remove
    /** One that is empty. */
    | { do: "remove directory"; path: string };

/**
 * Copies a file beside itself under a name that nobody has: `<name>`, then `<name>.2`, and so on. A copy that is there
 * already with the same content will do. Nothing where the file is missing, or its content has one of the hashes `unless`.
 */
export interface CopyAside {
    do: "copy aside";
    path: string;
    name: string;
    unless: readonly string[];
}

/** Writes a file, whole or not at all. */
export interface Write extends WriteOptions {
    do: "write";
    path: string;
    text: string;
    /**
     * Only where the content still has this hash; `null`: where there was no file. One that is gone by now is written. What
     * another process writes into the file while it is replaced is found, too. @default written whatever is there
     */
    over?: string | null;
    /** Where `over` is not what is there, the step fails (`EOVERTAKEN`), so that nothing after it is done. @default false */
    must?: boolean;
}

/** How a file is written. One that is there keeps its owner, group, mode and SELinux context. */
export interface WriteOptions {
    /** Mode of a file that is not there yet. @default 0o600 */
    mode?: number;
    /** Nobody but its owner, and the group that it is open to, may read it: it holds tokens. */
    secret?: boolean;
    /** A new file belongs to whom this file belongs, if it is there, else to whom the directory does. Only root can do that. */
    beside?: string;
}

/** Removes what links lead to, and not the links, if it is there. */
export interface Remove {
    do: "remove";
    path: string;
    /** Only where the content still has this hash. */
    only?: string;
}

/** What has come of an operation. */
export interface Outcome {
    /** Whether it was done: not where nothing had to be, nor where a file is not what it was. */
    done: boolean;
    /** Path of the copy, for a copy aside that was needed. */
    copy?: string;
    /** For a write `over` a hash: what is in the file that was to be replaced, if that is something else by now. */
    overtaken?: string;
}

/** A disk with less room than this is full: the temporary files of a change, each as large as a manager's, have to fit. */
export const ROOM_BYTES = 64 * 1024;
/** The same of the number of its files. */
export const ROOM_FILES = 8;

/** How long a write that another process has begun may take to end. */
export const SETTLE_MS = 20;

/** The hash by which contents are compared. */
export function hashOf(content: string | Buffer): string {
    return createHash("sha256").update(content).digest("hex");
}
