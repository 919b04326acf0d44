import * as path from "node:path";
import { type Address, findAddresses, findSubmodules } from "./addresses";
import { readBuild } from "./builds";
import { type CiJob, includedProjects } from "./ci-config";
import { MARK_ALONE, namesOf, type ReadCommand, readCommand } from "./command-reader";
import type { Names } from "./commands";
import { readDockerfile } from "./dockerfile";
import { Found } from "./found";
import { parseImageName, projectCandidates } from "./image-name";
import { hiddenImages, hidesItsHost, isComment, isNoShell, mayReach, settingIn, withUsualVariables } from "./marks";
import { inRepository, lineOf, type Places } from "./places";
import { ShellRun, type Watcher } from "./programs";
import {
    type AccessReference,
    BY_RIGHTS,
    BY_SWITCH,
    ELSEWHERE,
    NOT_RUN,
    NOT_SENT,
    OF_MANY,
    OTHERWISE,
    type ReferenceContext,
    SENDS_ALWAYS,
    toProject,
    whyHidden,
} from "./references";
import type { ShellCommand } from "./shell";
import { COMPUTED, expand, over, substitute, type Variables, variablesIn } from "./variables";

/** Who asks for an address: git, a command that is given all that it sends, one that may send the token that the job gave it before; a text names it. */
type Asker = "git" | "command" | "packages" | "text";

const ASKS_GIT = /\bgit(\+|::|_repository\b|\s*=)|\.git(?![\w-])/i;
/** Rows that say of each word whether it names an image. */
const KNOWS_ITS_IMAGES: Names[] = [
    "images",
    "build",
    "login",
    "nothing",
    "output",
    "repository",
    "push",
    "remote",
    "settings",
];

/** Reads what one job does with one set of variables. */
export class JobReader implements Watcher {
    private readonly found: Found;
    /** Those of them that count only when the job hands its token to some program. */
    private readonly pending: AccessReference[] = [];
    private usesToken: boolean;
    /** Whether git sends the token to every repository of this GitLab: by `insteadOf`, `.netrc` and the like. */
    private logsIn = false;
    private readonly remotes = new Map<string, Address[]>();
    private readonly written = new Map<string, string>();

    constructor(
        private readonly job: CiJob,
        private readonly variables: Variables,
        private readonly context: ReferenceContext,
        places: Places,
    ) {
        this.usesToken = job.usesToken;
        this.found = new Found(job.name, context.registries, places);
    }

    read(): AccessReference[] {
        const { job, variables, found } = this;
        for (const image of job.images) found.image("image", expand(image, variables));
        for (const image of job.services) found.image("service", expand(image, variables));
        for (const each of job.byRights) found.project("trigger", expand(each, variables), BY_RIGHTS);
        for (const each of job.needs) found.project("needs", expand(each, variables));
        for (const each of includedProjects(job.child)) found.project("include", expand(each, variables), BY_RIGHTS);
        for (const each of job.unread) found.open("file", "", `${each}. The job-token log shows what it reaches`);
        if (/^(normal|recursive)$/.test(variables.GIT_SUBMODULE_STRATEGY ?? "")) this.submodules();
        const scripts = job.scripts.filter((lines) => lines.length > 0);
        for (const lines of scripts) {
            const text = lines.join("\n");
            if (isNoShell(text)) this.plainText(text, "PowerShell is not read");
            else new ShellRun(variables, this).run(text);
        }
        for (const name of scripts.length > 0 ? job.tools : []) {
            this.addresses(expand(variables[name] ?? "", variables), "packages");
        }
        if (!this.usesToken) for (const one of this.pending) one.exempt ??= NOT_SENT;
        return found.all;
    }

    command(command: ShellCommand, rows: readonly ReadCommand[]): void {
        const { words, texts, input = "", directory, output, source, away } = command;
        this.found.source = source;
        const before = this.found.all.length;
        const all = [...words, ...texts, input].join("\n");
        const names = rows.map(({ row }) => row.names);
        this.usesToken ||= all.includes("CI_JOB_TOKEN");
        // The token may stand in what another command wrote: `$(printf … | base64)`.
        const hands = all.includes("CI_JOB_TOKEN") || (this.usesToken && all.includes(COMPUTED));
        this.logsIn ||= hands && /\.netrc|git-credentials|insteadOf|extraheader|credential\./i.test(all);
        if (names.includes("output")) {
            if (output === undefined && words[0] !== "tee") return;
            const file = path.posix.resolve(directory, output ?? "");
            const text = words[0] === "cat" ? input : words.slice(1).join(" ");
            this.written.set(file, `${this.written.get(file) ?? ""}${text}\n`);
        }
        for (const each of rows) this.judge(each, command, hands);
        if (rows.every(({ row }) => row.prefix !== undefined || !KNOWS_ITS_IMAGES.includes(row.names))) {
            this.leftOver(command, rows.length > 0);
        }
        if (!names.some((name) => /repository|push|remote|settings/.test(name))) {
            const fetches = names.some((name) => /packages|files|composed/.test(name));
            this.addresses(all, names.includes("output") ? "text" : fetches ? "packages" : "command");
        }
        if (away === "machine") for (const one of this.found.all.slice(before)) one.exempt ??= ELSEWHERE;
    }

    script(file: string, directory: string): { text?: string; source?: string } | undefined {
        const absolute = path.posix.resolve(directory, file);
        const source = inRepository(absolute);
        const text = this.fileAt(absolute);
        if (text === undefined) return undefined;
        if (!/^#!(?!.*\b(ba|da|a|z|k)?sh\b)/.test(text) && !text.includes("\0")) return { text, source };
        this.plainText(text, "only shell scripts are read", source);
        return {};
    }

    problem(written: string, why: string): void {
        this.found.open("file", written, why);
    }

    private judge(command: ReadCommand, { directory, input }: ShellCommand, hands: boolean): void {
        const { row, operands, images, given } = command;
        // Before an image of ours, a variable alone stands for switches.
        const mayBeSwitch = row.operands !== "all" && images.some((word) => this.found.isOurs(word));
        for (const image of images) if (!mayBeSwitch || !MARK_ALONE.test(image)) this.found.image("pull", image);
        if (row.names === "build") this.build(command, directory, input);
        else if (row.names === "login" && operands.some((word) => this.found.isOurs(`${word}/`))) {
            const byName = /^(u|username) /m.test(given);
            this.found.pullsByToken = !byName || /gitlab-ci-token|CI_REGISTRY_|CI_JOB_TOKEN/.test(given);
        } else if (/repository|push|remote/.test(row.names)) this.git(command, hands);
        // Once a job has logged in, what its programs fetch goes by that, too.
        if (this.logsIn && /settings|packages/.test(row.names)) {
            const text = row.names === "settings" ? "git config" : row.programs.split(" ")[0]!;
            this.found.open("clone", text, SENDS_ALWAYS);
        }
        if (/files|composed|packages/.test(row.names)) this.files(command, directory, input);
    }

    /** A command of git: the addresses that it is given, or those of the remote that it names. */
    private git(
        { row: { names }, operands: [first = "", name = ""], given, values }: ReadCommand,
        hands: boolean,
    ): void {
        const header = /extraheader=/i.test(given) ? (hands ? "job token" : "others") : undefined;
        const all = findAddresses(given, this.variables).map((one) => ({
            ...one,
            credentials: header ?? one.credentials,
        }));
        if (names === "remote") this.remotes.set(name, all);
        if (names === "remote" && values("f").length === 0) return;
        const remote = names === "remote" ? name : first || "origin";
        for (const one of all.length > 0 ? all : (this.remotes.get(remote) ?? [])) {
            if (names !== "push") this.reach(one, "git");
            else this.found.project("push", one.project, this.sends(one) ? BY_SWITCH : OTHERWISE[one.credentials]);
        }
        if (names === "repository" && hidesItsHost(first)) this.found.open("clone", first, whyHidden(first));
        if (names === "repository" && first === "update") this.submodules();
    }

    private submodules(): void {
        const modules = this.context.file(".gitmodules") ?? "";
        for (const one of findSubmodules(modules, this.variables)) {
            this.reach(one, "git", "", `.gitmodules:${lineOf(modules, one.url)} (job ${this.job.name})`);
        }
    }

    /** Whether git reads a repository by the job's token: by its address, or after a login. */
    private sends({ credentials }: Address): boolean {
        return credentials === "job token" || (this.logsIn && credentials !== "others");
    }

    /** What no row of the table says of a command: what it does with an image or with the token nobody knows. */
    private leftOver({ words, texts, written }: ShellCommand, isKnown: boolean): void {
        const [program = "", ...args] = words;
        const mayRead = args.length === 0 || ["docker", "git"].some((one) => readCommand([one, ...args]).length > 0);
        if (variablesIn(program).length > 0 && mayRead) {
            this.found.open("file", written, whyHidden(program));
            return;
        }
        for (const word of args.map((each) => each.replace(isKnown ? /^[\w.-]+=/ : /^[\w-]+=|^\w+:\/\//, ""))) {
            if (!this.found.isOurs(word)) continue;
            const open = `whether ${program} pulls it is not known. The job-token log shows it`;
            const candidates = projectCandidates(parseImageName(word).repository);
            this.found.add({ kind: "pull", where: this.found.where(word), text: word, candidates, open });
        }
        const given = [...args, ...texts].join("\n");
        if (isKnown || !args.join("\n").includes("CI_JOB_TOKEN") || findAddresses(given, this.variables).length > 0)
            return;
        this.found.open(
            "file",
            written,
            `what ${program} does with the job's token is not known. The job-token log shows it`,
        );
    }

    /** Files that a program reads, and what it is given to run in a word or on its standard input. */
    private files({ row, operands, values }: ReadCommand, from: string, input: string | undefined): void {
        const directory = path.posix.resolve(from, values("C", "directory")[0] ?? ".");
        const isProgram = row.operands === "first";
        const inline = isProgram ? values("c", "e", "Command") : [];
        for (const text of operands[0] === "-" ? [input ?? ""] : inline) this.plainText(text, NOT_RUN);
        const words = inline.length + values("m").length > 0 ? [] : operands.filter((word) => word !== "-");
        const switched = values(...namesOf(row.fileSwitches));
        const named = isProgram && switched.length === 0 ? words : switched;
        // A chart is named by its folder.
        const folder = row.programs === "helm" ? (operands.at(-1) ?? ".") : ".";
        const usual = (row.files?.split(" ") ?? []).map((file) => path.posix.join(folder, file));
        // Settings of packages are read beside what a project says of itself.
        for (const each of named.length === 0 || row.names === "packages" ? [...named, ...usual] : named) {
            const file = path.posix.resolve(directory, each);
            const name = inRepository(file) ?? path.posix.basename(file);
            const text = this.fileAt(file);
            if (text !== undefined) this.plainText(text, NOT_RUN, name, row.names);
            else if (named.includes(each))
                this.found.open("file", name, whyNotThere(name, "it is not in the repository"));
        }
    }

    private addresses(text: string, by: Asker, where?: string): number {
        const all = findAddresses(text, this.variables);
        for (const one of all) if (one.project !== this.variables.CI_PROJECT_ID) this.reach(one, by, text, where);
        return all.length;
    }

    /** An address, by whom it is asked, and what stands beside it. */
    private reach(one: Address, by: Asker, text = "", where = this.found.where(one.project)): void {
        const { kind, project, credentials } = one;
        const others = credentials === "others" || /PRIVATE-TOKEN|DEPLOY-TOKEN|Authorization:\s*Bearer/i.test(text);
        const token = credentials === "job token" || (kind !== "git" && !others && text.includes("CI_JOB_TOKEN"));
        // Only what git itself asks for goes by a login: other addresses are pages.
        const byLogin = kind === "git" && this.sends(one) && (by === "git" || ASKS_GIT.test(text));
        const found = toProject(kind === "git" ? "clone" : "api", where, project);
        if (kind === "index") {
            if (token || (!others && by !== "command")) this.found.open("api", project, OF_MANY, where);
        } else if (token || byLogin) this.found.add(found);
        else if (kind === "api" && !others && by !== "command") this.pending.push(this.found.add(found));
        else if (kind === "api" || by !== "text") {
            this.found.add({ ...found, exempt: OTHERWISE[others ? "others" : credentials] });
        }
    }

    /** A text that is not parsed: what names a project of this GitLab is taken, what may do so is listed. */
    private plainText(text: string, why: string, file?: string, of: Names = "files"): void {
        this.usesToken ||= text.includes("CI_JOB_TOKEN");
        const known = over(this.variables);
        for (const [at, written] of text.split("\n").entries()) {
            if (isComment(written)) continue;
            const line = expand(substitute(withUsualVariables(written, file?.endsWith("go.mod")), known), known);
            const setting = settingIn(line);
            if (setting !== undefined) known[setting.name] ??= setting.value;
            const where = file === undefined ? this.found.where(written) : `${file}:${at + 1} (job ${this.job.name})`;
            const words = line.match(/[\w.-]+(?::\d+)?\/[\w./${}:-]+/g) ?? [];
            const images = words.filter((word) => this.found.isOurs(word));
            for (const image of [...images, ...hiddenImages(line)]) this.found.image("pull", image, where);
            const found = images.length + this.addresses(line, of === "packages" ? of : "text", where);
            if (mayReach(written, found > 0, of)) {
                this.found.open("file", written.trim(), `${why}. The job's log shows what it does`, where);
            }
        }
    }

    private build(command: ReadCommand, directory: string, input: string | undefined): void {
        const { elsewhere, dockerfiles, args } = readBuild(command, directory, this.variables);
        if (elsewhere !== undefined && findAddresses(elsewhere, this.variables).length > 0) {
            this.found.open("from", elsewhere, "a context elsewhere is not read");
        }
        const texts = dockerfiles.map((file) => [file, file === "-" ? input : this.fileAt(file)] as const);
        const [file, text] = texts.find(([, content]) => content !== undefined) ?? texts.at(-1) ?? [];
        if (file === undefined) return;
        const name = file === "-" ? "Dockerfile on standard input" : (inRepository(file) ?? file);
        if (text === undefined) {
            this.found.open("from", name, whyNotThere(name, "this Dockerfile is not in the repository"));
        }
        const { images, runs } = readDockerfile(text ?? "", args);
        const where = (line: number) => `${name}:${line} (job ${this.job.name})`;
        // The arguments were replaced by the build's; what is left has no value anywhere.
        for (const { text, line } of images) this.found.image("from", text, where(line));
        // What a build fetches goes by the token that it is given.
        for (const { text, line } of command.given.includes("CI_JOB_TOKEN") ? runs : []) {
            this.addresses(text, "packages", where(line));
        }
    }

    /** What is at a path of the job: written by the job itself, or in the repository. */
    private fileAt(absolute: string): string | undefined {
        const where = inRepository(absolute);
        const known = where === undefined || variablesIn(where).length > 0 ? undefined : where;
        return this.written.get(absolute) ?? (known && this.context.file(known));
    }
}

function whyNotThere(file: string, why: string): string {
    return variablesIn(file).length > 0 ? whyHidden(file) : why;
}
