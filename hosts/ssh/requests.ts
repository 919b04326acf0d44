import { randomBytes } from "node:crypto";
import { join } from "node:path/posix";
import {
    type Answer,
    type Command,
    type FileSeen,
    type FileToSee,
    hashOf,
    MOST_PRINTED,
    type Operation,
    type Outcome,
    type Sight,
    type Trouble,
    type Write,
} from "../host";
import { machineOf } from "../machine";
import { FileProblem, irregular, MOST_BYTES, tooLarge } from "../regular-file";
import { type Line, SessionEnded } from "./session";

/** What follows each word of an answer, or of a part of it. */
type Words = ReadonlyMap<string, string>;

/** An answer in parts, each of which begins with one of these words; the first holds what stands before them. */
function grouped(lines: readonly Line[], starts: readonly string[]): [Words, ...Words[]] {
    const groups: [Map<string, string>, ...Map<string, string>[]] = [new Map()];
    for (const [word, rest] of lines) {
        if (starts.includes(word)) groups.push(new Map());
        groups.at(-1)!.set(word, rest);
    }
    return groups;
}

/** What a host reports when a session begins. */
export interface Hello {
    system: string;
    missing: string[];
    machine: Sight["machine"];
    user: { uid: number; groups: number[] };
}

/** An answer that our script never gives. */
export class Nonsense extends Error {}

export function readHello(lines: readonly Line[]): Hello {
    const all = (word: string) => lines.filter(([key]) => key === word).map(([, rest]) => rest);
    const [uid, ...groups] = (all("user")[0] ?? "").split(" ").map(Number);
    if (uid === undefined || ![uid, ...groups].every(Number.isInteger)) throw new Nonsense("its user has no number");
    return {
        system: all("system")[0] ?? "",
        missing: all("missing"),
        machine: machineOf(all("host")[0] ?? "", all("id"), all("uuid")[0]),
        user: { uid, groups },
    };
}

export function lookRequest(directory: string, files: readonly FileToSee[]): string {
    const names = files.map(({ name, bytes = MOST_BYTES }) => `${bytes}\n${name}\n`);
    return `look\n${directory}\n${files.length}\n${names.join("")}`;
}

/** Parses the answer to a look. `at` names a path in messages. */
export function readLook(
    lines: readonly Line[],
    { machine, user }: Hello,
    directory: string,
    files: readonly FileToSee[],
    at: (path: string) => string,
): Sight {
    const [first, ...perFile] = grouped(lines, ["file"]);
    const existing = first.get("existing");
    if (existing === undefined || perFile.length !== files.length) throw new Nonsense("its answer is not whole");
    const trouble = first.get("trouble");
    const seen = files.map(({ name, bytes = MOST_BYTES }, index) => {
        const path = join(directory, name);
        return [name, readFile(perFile[index]!, path, at(path), bytes)] as const;
    });
    return {
        machine,
        user,
        directory: {
            existing,
            isDirectory: !first.has("nodirectory"),
            ...(trouble === undefined ? {} : { trouble: troubleOf(trouble) }),
        },
        files: Object.fromEntries(seen),
    };
}

function readFile(words: Words, path: string, name: string, limit: number): FileSeen {
    const link = words.get("link");
    const seen: FileSeen = { target: words.get("target") ?? path, inFolder: !words.has("nofolder") };
    if (link !== undefined) seen.link = linkTrouble(link);
    const error = words.get("error");
    if (error !== undefined) {
        const { code } = troubleOf(error);
        const remedy = code === "ELOOP" ? "Its symbolic links lead in a circle: put a file there." : PERMISSION;
        return { ...seen, problem: new FileProblem(name, code, "cannot be read", remedy) };
    }
    const stat = words.get("stat");
    if (stat === undefined) return seen;
    const [type = "", uid, gid] = stat.split(" ");
    if (type[0] !== "-") return { ...seen, problem: irregular(name, KINDS[type[0] ?? ""] ?? "a device") };
    if (words.has("large")) return { ...seen, problem: tooLarge(name, limit) };
    const bytes = fromHex(words.get("hex"));
    const hash = hashOf(bytes);
    // The file was written during the read, or not read to its end.
    if (hash !== words.get("sum")) throw new Nonsense(`${path} changes while it is read`);
    if (bytes.length > limit) return { ...seen, problem: tooLarge(name, limit) };
    const found = { text: bytes.toString("utf8"), hash, uid: Number(uid), gid: Number(gid), mode: modeOf(type) };
    return { ...seen, found };
}

const KINDS: Record<string, string> = { d: "a directory", p: "a FIFO", s: "a socket" };
const PERMISSION = "Log in as root or as gitlab-runner's user, or set sudo: true.";

export function changeRequest(operations: readonly Operation[]): (string | Buffer)[] {
    return [`change\n${operations.length}\n`, ...operations.flatMap(requestFor)];
}

function requestFor(operation: Operation): (string | Buffer)[] {
    const { path } = operation;
    switch (operation.do) {
        case "make directory":
            return [`mkdir\n${path}\n`];
        case "copy aside":
            return [`aside ${operation.unless.join(",") || "none"}\n${path}\n${operation.name}\n`];
        case "remove":
            return [`remove ${operation.only ?? "any"}\n${path}\n`];
        case "remove directory":
            return [`rmdir\n${path}\n`];
        case "write": {
            const { text, mode = 0o600, secret = false, over, must = false, beside = "" } = operation;
            const bytes = Buffer.from(text);
            const may = over === undefined ? "any" : (over ?? "missing");
            const middle = randomBytes(6).toString("hex");
            const words = [bytes.length, hashOf(bytes), mode.toString(8), Number(secret), may, middle, Number(must)];
            return [`write ${words.join(" ")}\n${path}\n${beside}\n`, bytes];
        }
    }
}

/** The script's message if it got fewer bytes than were sent, or different ones. */
const CUT = "the connection was cut";

/** Parses the answer to a change. Throws, with the system's code, if a step failed. */
export function readChange(lines: readonly Line[], operations: readonly Operation[]): Outcome[] {
    const failed = lines.find(([word]) => word === "fail")?.[1];
    if (failed === CUT) throw new SessionEnded({ code: null, words: CUT });
    if (failed !== undefined) {
        const { code, message } = troubleOf(failed);
        throw Object.assign(new Error(message), { code });
    }
    const [, ...perOperation] = grouped(lines, ["yes", "no"]);
    if (perOperation.length !== operations.length) throw new Nonsense("its answer is not whole");
    return operations.map((operation, index) => outcomeOf(operation, perOperation[index]!));
}

function outcomeOf(operation: Operation, words: Words): Outcome {
    const copy = words.get("copy");
    // Said of a file that was replaced, once it was read to its end.
    const replaced = words.has("sum") ? fromHex(words.get("hex")) : undefined;
    const isOvertaken = replaced !== undefined && hashOf(replaced) !== (operation as Write).over;
    return {
        done: words.has("yes"),
        ...(copy !== undefined && { copy }),
        ...(isOvertaken && { overtaken: replaced.toString("utf8") }),
    };
}

/** The request to run programs. Each word is a line, so a word must not contain a line break. */
export function runRequest(commands: readonly Command[]): string {
    const each = commands.map(({ words, bytes = MOST_PRINTED }) => {
        const broken = words.find((word) => /\p{Cc}/u.test(word));
        if (broken !== undefined) throw new Error(`no word of a command (got ${JSON.stringify(broken)})`);
        return `${bytes} ${words.length}\n${words.map((word) => `${word}\n`).join("")}`;
    });
    return `run\n${commands.length}\n${each.join("")}`;
}

/** Parses the output of the programs. */
export function readAnswers(lines: readonly Line[], commands: readonly Command[]): Answer[] {
    const texts = lines.filter(([word]) => word === "hex").map(([, rest]) => fromHex(rest).toString("utf8"));
    const codes = lines.filter(([word]) => word === "status").map(([, rest]) => Number(rest));
    if (texts.length !== commands.length || codes.length !== commands.length || !codes.every(Number.isInteger))
        throw new Nonsense("its answer is not whole");
    return texts.map((text, index) => ({ code: codes[index]!, text }));
}

/** Translates a tool's message into a system error code. */
export function troubleOf(words: string): Trouble {
    const code = CODES.find(([pattern]) => pattern.test(words))?.[1] ?? "unknown error";
    return { code, message: words };
}

const CODES: [RegExp, string][] = [
    [/Permission denied/, "EACCES"],
    [/Operation not permitted/, "EPERM"],
    [/No space left on device/, "ENOSPC"],
    [/quota exceeded/, "EDQUOT"],
    [/Read-only file system/, "EROFS"],
    [/Not a directory/, "ENOTDIR"],
    [/Is a directory/, "EISDIR"],
    [/is no regular file/, "EFTYPE"],
    [/Too many levels of symbolic links/, "ELOOP"],
    [/Input\/output error/, "EIO"],
    [/Stale/, "ESTALE"],
    [/^Overtaken/, "EOVERTAKEN"],
    [/File name too long/, "ENAMETOOLONG"],
    [/No such file or directory/, "ENOENT"],
    [/File exists/, "EEXIST"],
];

function linkTrouble(link: string): Trouble {
    const [, user, path] = /^foreign (\d+) (.*)$/s.exec(link) ?? [];
    if (user === undefined) return { code: "ELOOP", message: "too many symbolic links" };
    return { code: "EPERM", message: `the link ${path} is of user ${user} and leads to a file of another` };
}

function fromHex(text = ""): Buffer {
    if (!/^(?:[0-9a-f]{2})*$/.test(text)) throw new Nonsense("a file in its answer is not whole");
    return Buffer.from(text, "hex");
}

/** `-rw-r-----` as a number. */
function modeOf(letters: string): number {
    return [...letters.slice(1, 10)].reduce((mode, letter) => mode * 2 + (/[rwxst]/.test(letter) ? 1 : 0), 0);
}
