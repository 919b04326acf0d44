import { createHash } from "node:crypto";
import type { Machine } from "./machine";
import type { FileProblem } from "./regular-file";

/**
 * A machine with a manager's files. It is either this machine, or another one over SSH, where each call is a round
 * trip. So the calls are coarse: one look returns everything there is to know, and one change makes all changes.
 */
export interface Host {
    /** Whether it is another machine, so that remedies must be applied there. */
    readonly remote: boolean;
    /** A path on this host, as messages name it: `/etc/x` on this machine, `ci@vm-01:/etc/x` on another. */
    at(path: string): string;
    /** What is in a directory. A missing directory counts as empty. Changes nothing. */
    look(directory: string, files: readonly FileToSee[]): Promise<Sight>;
    /**
     * Carries out operations in order. Throws at the first failure, with the system's `code`; the remaining operations
     * are not done then.
     */
    change(operations: readonly Operation[]): Promise<Outcome[]>;
    /** Runs programs one after another, without input, and returns the output of each. None of it is secret. */
    run(commands: readonly Command[]): Promise<Answer[]>;
}

/** A program and its arguments. No shell interprets them. */
export interface Command {
    words: readonly string[];
    /** Maximum number of bytes read from its output. @default 64 KiB */
    bytes?: number;
    /** How long it may take, in milliseconds. @default 30 seconds */
    ms?: number;
}

/** The result of a program. */
export interface Answer {
    /** Its exit code; 127 if the program does not exist. */
    code: number;
    /** Its output, including errors. Other people's text. */
    text: string;
}

/** Default maximum of bytes read from a program's output. */
export const MOST_PRINTED = 64 * 1024;
/** How long a host may take to run programs, in milliseconds. */
export const RUN_MS = 30_000;

export interface FileToSee {
    name: string;
    /** The largest size that is read. @default 8 MiB */
    bytes?: number;
}

/** The result of a look. */
export interface Sight {
    machine: Machine;
    /** The user who looks and writes; absent on Windows. */
    user?: User;
    directory: DirectorySeen;
    /** By name. */
    files: Record<string, FileSeen>;
}

export interface User {
    uid: number;
    groups: readonly number[];
}

/** A directory, or the place where it would be created. */
export interface DirectorySeen {
    /** The directory, or its nearest existing ancestor. */
    existing: string;
    isDirectory: boolean;
    /** Why nothing can be written there. */
    trouble?: Trouble;
}

/** An error of the operating system. */
export interface Trouble {
    /** `EACCES`, `EROFS`. */
    code: string;
    message: string;
}

export interface FileSeen {
    /** Absent if there is no file, or it cannot be read. */
    found?: FileFound;
    /** Why it cannot be read. */
    problem?: FileProblem;
    /** The path to which links finally lead, whether it exists or not. */
    target: string;
    /** Whether the target's folder exists. */
    inFolder: boolean;
    /** Why a link is not followed. */
    link?: Trouble;
}

/** A regular file that was read completely. */
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
    /** For its owner only; missing parents are created, too. */
    | { do: "make directory"; path: string }
    | CopyAside
    | Write
    | Remove
    /** Only if it is empty. */
    | { do: "remove directory"; path: string };

/**
 * Copies a file to a free name beside it: `<name>`, then `<name>.2`, and so on. An existing copy with the same content
 * is reused. Does nothing if the file is missing, or if its content has one of the hashes in `unless`.
 */
export interface CopyAside {
    do: "copy aside";
    path: string;
    name: string;
    unless: readonly string[];
}

/** Writes a file completely or not at all. */
export interface Write extends WriteOptions {
    do: "write";
    path: string;
    text: string;
    /**
     * Writes only if the content still has this hash; `null`: only if there was no file. A file that has disappeared is
     * written. Also detects what another process writes into the file during the replacement. @default written whatever
     * is there
     */
    over?: string | null;
    /** Fails (`EOVERTAKEN`) if the content does not match `over`, so that no later step is done. @default false */
    must?: boolean;
}

/** How a file is written. An existing file keeps its owner, group, mode and SELinux context. */
export interface WriteOptions {
    /** Mode of a new file. @default 0o600 */
    mode?: number;
    /** Only its owner, and the group that it is open to, may read it: it contains tokens. */
    secret?: boolean;
    /** A new file gets the owner of this file, if it exists, otherwise that of the directory. Only root can do that. */
    beside?: string;
}

/** Removes the file that links lead to, if it exists, and not the links. */
export interface Remove {
    do: "remove";
    path: string;
    /** Removes only if the content still has this hash. */
    only?: string;
}

/** The result of an operation. */
export interface Outcome {
    /** Whether it was done: false if nothing had to be done, or if the file has changed. */
    done: boolean;
    /** Path of the copy, for a copy aside that was needed. */
    copy?: string;
    /** For a write `over` a hash: the actual content of the replaced file, if it differs. */
    overtaken?: string;
}

/**
 * A disk with less space than this counts as full: the temporary files of a change, each as large as a manager's file,
 * must fit.
 */
export const ROOM_BYTES = 64 * 1024;
/** The same for the number of free files (inodes). */
export const ROOM_FILES = 8;

/** How long a write that another process has begun may take to end, in milliseconds. */
export const SETTLE_MS = 20;

/** The hash by which contents are compared. */
export function hashOf(content: string | Buffer): string {
    return createHash("sha256").update(content).digest("hex");
}
