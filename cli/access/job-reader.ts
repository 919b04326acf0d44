import * as path from "node:path";
import { type Address, findAddresses, findSubmodules } from "./addresses";
import { readBuild } from "./builds";
import { type CiJob, includedProjects } from "./ci-config";
import { MARK_ALONE, namesImages, type ReadCommand, readCommand } from "./commands";
import { findPulledImages } from "./dockerfile";
import { Found } from "./found";
import { parseImageName, projectCandidates } from "./image-name";
import { hidesItsHost, isComment, isPowerShell, mayReach, type TextOf, withUsualVariables } from "./marks";
import { inRepository, lineOf, type Places } from "./places";
import { PRINTER, type ShellCommand } from "./programs";
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
import { runScript, type Watcher } from "./shell";
import { COMPUTED, expand, type Variables, variablesIn } from "./variables";

const ASKS_GIT = /\bgit(\+|::|_repository\b|\s*=)|\.git(?![\w-])/i;
/** Commands that take names of images and pull none. */
const PULLS_NOTHING = /^(\[|test|grep|sed|awk|jq|yq|expr|mkdir|rm|cp|mv|touch|export|local)$/;

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
        const { job, variables } = this;
        for (const image of job.images) this.found.image("image", expand(image, variables));
        for (const image of job.services) this.found.image("service", expand(image, variables));
        for (const each of job.byRights) this.found.project("trigger", expand(each, variables), BY_RIGHTS);
        for (const each of job.needs) this.found.project("needs", expand(each, variables));
        for (const each of includedProjects(job.child))
            this.found.project("include", expand(each, variables), BY_RIGHTS);
        for (const each of job.unread) this.found.open("file", "", `${each}. The job-token log shows what it reaches`);
        if (/^(normal|recursive)$/.test(variables.GIT_SUBMODULE_STRATEGY ?? "")) this.submodules();
        const scripts = job.scripts.filter((lines) => lines.length > 0);
        for (const lines of scripts) {
            const text = lines.join("\n");
            if (isPowerShell(text)) this.plainText(text, "PowerShell is not read");
            else runScript(text, variables, this);
        }
        for (const name of scripts.length > 0 ? job.tools : []) {
            this.addresses(expand(variables[name] ?? "", variables), "packages");
        }
        if (!this.usesToken) for (const one of this.pending) one.exempt ??= NOT_SENT;
        return this.found.all;
    }

    command(command: ShellCommand, rows: readonly ReadCommand[]): void {
        const { words, texts, input = "", directory, output, source, away } = command;
        this.found.source = source;
        const before = this.found.all.length;
        const all = [...words, ...texts, input].join("\n");
        const [program = ""] = words;
        this.usesToken ||= all.includes("CI_JOB_TOKEN");
        // The token may stand in what another command wrote: `$(printf … | base64)`.
        const hands = all.includes("CI_JOB_TOKEN") || (this.usesToken && all.includes(COMPUTED));
        this.logsIn ||= hands && /\.netrc|git-credentials|insteadOf|extraheader|credential\./i.test(all);
        const prints = PRINTER.test(program);
        if (prints && output === undefined && program !== "tee") return;
        if (prints && output !== undefined) {
            const file = path.posix.resolve(directory, output);
            const text = program === "cat" ? input : words.slice(1).join(" ");
            this.written.set(file, `${this.written.get(file) ?? ""}${text}\n`);
        }
        for (const each of rows) this.judge(each, command);
        if (rows.length === 0 && !prints) this.unknown(command);
        if (!rows.some(({ row }) => ["repository", "push", "remote", "settings"].includes(row.names))) {
            this.addresses(
                all,
                prints || rows.some(({ row }) => row.files || row.names === "files") ? "packages" : "command",
            );
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

    private judge(command: ReadCommand, { directory, input }: ShellCommand): void {
        const { row, operands, switches } = command;
        const given = [...operands, ...switches.map(([flag, value]) => `${flag} ${value}`)].join("\n");
        if (row.names === "images") {
            // Before an image of ours, a variable alone stands for switches.
            const isSwitch = (word: string) => row.operands !== "all" && MARK_ALONE.test(word);
            const images = operands.some((word) => this.found.isOurs(word))
                ? operands.filter((word) => !isSwitch(word))
                : operands;
            for (const image of images) this.found.image("pull", image);
        }
        if (row.names === "build") this.build(command, directory, input);
        else if (row.names === "login" && operands.some((word) => this.found.isOurs(`${word}/`))) {
            this.found.pullsByToken =
                !/^(-u|--username) /m.test(given) || /gitlab-ci-token|CI_REGISTRY_|CI_JOB_TOKEN/.test(given);
        } else if (["repository", "push", "remote"].includes(row.names)) this.git(command, given);
        // Once a job has logged in, what its programs fetch goes by that, too.
        if (this.logsIn && (row.names === "settings" || (row.names === "packages" && row.files))) {
            this.found.open(
                "clone",
                row.names === "settings" ? "git config" : row.programs.split(" ")[0]!,
                SENDS_ALWAYS,
            );
        }
        if (row.files !== undefined || row.names === "files") this.files(command, directory, input);
    }

    /** A command of git: the addresses that it is given, or those of the remote that it names. */
    private git({ row, operands, switches }: ReadCommand, given: string): void {
        const [first = "", name = ""] = operands;
        const header = given.includes("CI_JOB_TOKEN") ? "job token" : "others";
        const addresses = findAddresses(given, this.variables).map(
            (one): Address => (/extraheader=/i.test(given) ? { ...one, credentials: header } : one),
        );
        if (row.names === "remote") this.remotes.set(name, addresses);
        if (row.names === "remote" && !switches.some(([flag]) => flag === "-f")) return;
        const remote = row.names === "remote" ? name : first || "origin";
        for (const { project, credentials } of addresses.length > 0 ? addresses : (this.remotes.get(remote) ?? [])) {
            const sent = row.names === "push" ? BY_SWITCH : undefined;
            const kind = row.names === "push" ? "push" : "clone";
            this.found.project(kind, project, this.sends(credentials) ? sent : OTHERWISE[credentials]);
        }
        if (row.names === "repository" && hidesItsHost(first)) this.found.open("clone", first, whyHidden(first));
        if (row.names === "repository" && first === "update") this.submodules();
    }

    private submodules(): void {
        const modules = this.context.file(".gitmodules") ?? "";
        for (const { url, project, credentials } of findSubmodules(modules, this.variables)) {
            const where = `.gitmodules:${lineOf(modules, url)} (job ${this.job.name})`;
            const exempt = this.sends(credentials) ? undefined : OTHERWISE[credentials];
            this.found.add(toProject("clone", where, project, exempt));
        }
    }

    /** Whether git reads a repository by the job's token: by its address, or after a login. */
    private sends(credentials: Address["credentials"]): boolean {
        return credentials === "job token" || (this.logsIn && credentials !== "others");
    }

    /** A program that the table does not have: what it does with an image or with its words nobody knows. */
    private unknown({ words, written }: ShellCommand): void {
        const [program = "", ...args] = words;
        const isHidden = variablesIn(program).length > 0;
        const mayRead = args.length === 0 || ["docker", "git"].some((one) => readCommand([one, ...args]).length > 0);
        if (isHidden && mayRead) this.found.open("file", written, whyHidden(program));
        else if (!PULLS_NOTHING.test(program) && (!namesImages(program) || MARK_ALONE.test(args[0] ?? ""))) {
            for (const word of args.map((each) => each.replace(/^[\w-]+=|^(docker|oci):\/\//, ""))) {
                if (!this.found.isOurs(word)) continue;
                const candidates = projectCandidates(parseImageName(word).repository);
                const open = `whether ${program} pulls it is not known. The job-token log shows it`;
                this.found.add({ kind: "pull", where: this.found.where(word), text: word, candidates, open });
            }
        }
    }

    /** Files that a program reads, and what it is given to run in a word or on its standard input. */
    private files({ row, operands, switches }: ReadCommand, from: string, input: string | undefined): void {
        const valuesOf = (...names: string[]) =>
            switches.filter(([flag]) => names.includes(flag)).map(([, value]) => value);
        const directory = path.posix.resolve(from, valuesOf("-C")[0] ?? ".");
        const isProgram = row.operands === "first";
        const inline = isProgram ? valuesOf("-c", "-e") : [];
        for (const text of operands[0] === "-" ? [input ?? ""] : inline) this.plainText(text, NOT_RUN);
        const words = inline.length + valuesOf("-m").length > 0 ? [] : operands.filter((word) => word !== "-");
        const named = isProgram ? words : valuesOf(...(row.fileSwitches?.split(" ") ?? []));
        // A chart is named by its folder.
        const folder = row.programs === "helm" ? (operands.at(-1) ?? ".") : ".";
        const usual = (row.files?.split(" ") ?? []).map((file) => path.posix.join(folder, file));
        const of = row.names === "packages" ? "packages" : /docker|podman/.test(row.programs) ? "images" : "program";
        for (const each of named.length > 0 ? named : usual) {
            const file = path.posix.resolve(directory, each);
            const name = inRepository(file) ?? path.posix.basename(file);
            const text = this.fileAt(file);
            if (text !== undefined) this.plainText(text, NOT_RUN, name, of);
            else if (named.length > 0) this.found.open("file", name, whyNotThere(name, "it is not in the repository"));
        }
    }

    /** Addresses in the words of any command. `packages`: the program may send the token that the job gave it before. */
    private addresses(text: string, from: "packages" | "command", place?: string, of?: TextOf): number {
        const other = /PRIVATE-TOKEN|DEPLOY-TOKEN|Authorization:\s*Bearer/i.test(text);
        const found = findAddresses(text, this.variables);
        for (const { kind, project, credentials } of found) {
            if (project === this.variables.CI_PROJECT_ID) continue;
            const token = credentials === "job token" || (text.includes("CI_JOB_TOKEN") && !other);
            const address = toProject(kind === "git" ? "clone" : "api", place ?? this.found.where(project), project);
            // Only what git itself asks for goes by a login: other addresses are pages.
            const cloned = this.sends(credentials) && (credentials === "job token" || ASKS_GIT.test(text));
            const others = other || credentials === "others";
            if (kind === "git") {
                if (cloned) this.found.add(address);
                else if (from === "command" || of === "packages")
                    this.found.add({ ...address, exempt: OTHERWISE[credentials] });
            } else if (kind === "index") {
                if (!others && (token || from === "packages"))
                    this.found.add({ ...address, candidates: [], open: OF_MANY });
            } else if (token) this.found.add(address);
            else if (others || from === "command") {
                this.found.add({ ...address, exempt: OTHERWISE[others ? "others" : "none"] });
            } else this.pending.push(this.found.add(address));
        }
        return found.length;
    }

    /** A text that is not parsed: what names a project of this GitLab is taken, what may do so is listed. */
    private plainText(text: string, why: string, file?: string, of: TextOf = "program"): void {
        this.usesToken ||= text.includes("CI_JOB_TOKEN");
        for (const [at, written] of text.split("\n").entries()) {
            if (isComment(written)) continue;
            const line = expand(withUsualVariables(written, file?.endsWith("go.mod")), this.variables);
            const where = file === undefined ? this.found.where(written) : `${file}:${at + 1} (job ${this.job.name})`;
            const words = line.match(/[\w.-]+(?::\d+)?\/[\w./${}:-]+/g) ?? [];
            const images = words.filter((word) => this.found.isOurs(word));
            for (const image of images) this.found.image("pull", image, where);
            const found = images.length + this.addresses(line, "packages", where, of);
            if (mayReach(written, found > 0, of)) {
                this.found.open("file", written.trim(), `${why}. The job's log shows what it does`, where);
            }
        }
    }

    private build(command: ReadCommand, directory: string, input: string | undefined): void {
        const { elsewhere, dockerfiles, args, images } = readBuild(command, directory, this.variables);
        for (const image of images) this.found.image("pull", image);
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
        for (const { image, line } of findPulledImages(text ?? "", args)) {
            // The arguments were replaced by the build's; what is left has no value anywhere.
            this.found.image("from", image, `${name}:${line} (job ${this.job.name})`);
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
