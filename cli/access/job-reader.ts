import * as path from "node:path";
import { type Address, findAddresses, findSubmodules } from "./addresses";
import { readBuild } from "./builds";
import { type CiJob, includedProjects } from "./ci-config";
import { type ReadCommand, readCommand } from "./commands";
import { findPulledImages } from "./dockerfile";
import { parseImageName, projectCandidates } from "./image-name";
import { hidesItsHost, isComment, isForTools, isPowerShell, mayReach, type TextOf, withUsualVariables } from "./marks";
import { inRepository, lineOf, type Places } from "./places";
import { PRINTER } from "./programs";
import {
    type AccessReference,
    BY_RIGHTS,
    BY_SWITCH,
    NOT_RUN,
    OF_MANY,
    OTHERWISE,
    type ReferenceContext,
    type ReferenceKind,
    SENDS_ALWAYS,
    toProject,
    whyHidden,
} from "./references";
import { runScript } from "./shell";
import { COMPUTED, expand, type Variables, variablesIn } from "./variables";
import type { ShellCommand, Watcher } from "./watcher";

/** Reads what one job does with one set of variables. */
export class JobReader implements Watcher {
    private readonly found: AccessReference[] = [];
    /** Addresses that count only when the job hands its token to some program. */
    private readonly pending: AccessReference[] = [];
    private usesToken: boolean;
    /** Whether git sends the token to every repository of this GitLab: by `insteadOf`, `.netrc` and the like. */
    private logsIn = false;
    /** Whether docker and its kin pull by the job's token, as they do unless told otherwise. */
    private pullsByToken = true;
    private readonly remotes = new Map<string, Address[]>();
    private readonly written = new Map<string, string>();
    private source: string | undefined;

    constructor(
        private readonly job: CiJob,
        private readonly variables: Variables,
        private readonly context: ReferenceContext,
        private readonly places: Places,
    ) {
        const own = Object.entries(variables).filter(([name]) => !Object.hasOwn(context.predefined, name));
        this.usesToken = own.some(([, value]) => value.includes("CI_JOB_TOKEN"));
    }

    read(): AccessReference[] {
        const { job, variables } = this;
        for (const image of job.images) this.image("image", expand(image, variables));
        for (const image of job.services) this.image("service", expand(image, variables));
        for (const each of job.triggers) this.project("trigger", expand(each, variables), BY_RIGHTS);
        for (const each of job.needs) this.project("needs", expand(each, variables));
        for (const each of includedProjects(job.child)) this.project("include", expand(each, variables), BY_RIGHTS);
        if (job.steps) this.open("file", "run:", "steps are not read. The job-token log shows what they reach");
        if (/^(normal|recursive)$/.test(variables.GIT_SUBMODULE_STRATEGY ?? "")) {
            const modules = this.context.file(".gitmodules") ?? "";
            for (const each of findSubmodules(modules, variables)) {
                this.found.push(toProject("clone", `.gitmodules:${lineOf(modules, each)} (job ${job.name})`, each));
            }
        }
        const scripts = job.scripts.filter((lines) => lines.length > 0);
        for (const lines of scripts) {
            const text = lines.join("\n");
            if (isPowerShell(text)) this.plainText(text, "PowerShell is not read");
            else runScript(text, variables, this);
        }
        for (const [name, value] of scripts.length > 0 ? Object.entries(variables) : []) {
            if (isForTools(name)) this.addresses(expand(value, variables), "packages");
        }
        const reason = this.usesToken ? undefined : "no job token is sent with it";
        return [...this.found, ...this.pending.map((one) => (reason ? { ...one, exempt: one.exempt ?? reason } : one))];
    }

    command({ words, texts, input, directory, output, source }: ShellCommand): void {
        this.source = source;
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
        const rows = readCommand(words);
        for (const command of rows) this.judge(command, directory, input);
        if (!rows.some(({ row }) => ["repository", "push", "remote", "settings"].includes(row.names))) {
            this.addresses(all, prints || rows.some(({ row }) => row.files) ? "packages" : "command");
        }
    }

    script(file: string, directory: string): { text: string; source: string | undefined } | undefined {
        const where = inRepository(path.posix.resolve(directory, file));
        const text = this.fileAt(path.posix.resolve(directory, file));
        if (text === undefined) return undefined;
        if (/^#!(?!.*\b(ba|da|a|z|k)?sh\b)/.test(text) || text.includes("\0")) {
            this.plainText(text, "only shell scripts are read", where);
            return undefined;
        }
        return { text, source: where };
    }

    has(file: string, directory: string): boolean {
        return this.fileAt(path.posix.resolve(directory, file)) !== undefined;
    }

    problem(text: string, why: string): void {
        this.open("file", text, why);
    }

    private judge(command: ReadCommand, directory: string, input: string): void {
        const { row, operands, switches } = command;
        const all = [...operands, ...switches.map(([, value]) => value)].join("\n");
        const here = switches.find(([name]) => name === "-C")?.[1];
        if (row.names === "images") for (const image of operands) this.image("pull", image);
        if (row.names === "build") this.build(command, directory, input);
        if (row.names === "login" && operands.some((word) => this.isOurs(parseImageName(`${word}/`).host))) {
            const given = [...operands, ...switches.map(([flag, value]) => `${flag} ${value}`)].join("\n");
            this.pullsByToken =
                !/^(-u|--username) /m.test(given) || /gitlab-ci-token|CI_REGISTRY_|CI_JOB_TOKEN/.test(given);
        }
        // Once a job has logged in, what its programs fetch goes by that, too.
        if (this.logsIn && (row.names === "settings" || (row.names === "packages" && row.files))) {
            this.open("clone", row.names === "settings" ? "git config" : row.programs.split(" ")[0]!, SENDS_ALWAYS);
        }
        if (row.names === "repository" || row.names === "push" || row.names === "remote") {
            const [first = "", name = ""] = operands;
            const header = all.includes("CI_JOB_TOKEN") ? "job token" : "others";
            const addresses = findAddresses(all, this.variables).map(
                (one): Address => (/extraheader=/i.test(all) ? { ...one, credentials: header } : one),
            );
            if (row.names === "remote") this.remotes.set(name, addresses);
            const meant =
                addresses.length > 0 ? addresses : (this.remotes.get(first === "add" ? name : first || "origin") ?? []);
            if (row.names !== "remote" || switches.some(([flag]) => flag === "-f"))
                this.git(row.names === "push", meant);
            if (row.names === "repository" && hidesItsHost(first)) this.hidden("clone", first);
        }
        if (row.files !== undefined || row.names === "files")
            this.files(command, path.posix.resolve(directory, here ?? "."), input);
    }

    /** Files that a program reads, and what it is given to run in a word or on its standard input. */
    private files({ row, operands, switches }: ReadCommand, directory: string, input: string): void {
        const valuesOf = (names: readonly string[]) =>
            switches.filter(([flag]) => names.includes(flag)).map(([, value]) => value);
        const inline = row.operands === "first" ? valuesOf(["-c", "-e"]) : [];
        for (const text of operands[0] === "-" ? [input] : inline) this.plainText(text, NOT_RUN);
        const words = inline.length > 0 || valuesOf(["-m"]).length > 0 ? [] : operands.filter((word) => word !== "-");
        const named = row.operands === "first" ? words : valuesOf(row.fileSwitches?.split(" ") ?? []);
        // A chart is named by its folder.
        const usual = row.files
            ?.split(" ")
            .map((file) => (row.programs === "helm" ? path.posix.join(operands.at(-1) ?? ".", file) : file));
        for (const file of named.length > 0 ? named : (usual ?? [])) {
            const of =
                row.names === "packages" ? "packages" : /docker|podman/.test(row.programs) ? "images" : "program";
            this.textFile(path.posix.resolve(directory, file), named.length > 0, of);
        }
    }

    private git(push: boolean, addresses: readonly Address[]): void {
        for (const { project, credentials } of addresses) {
            const ours = credentials === "job token" || (this.logsIn && credentials !== "others");
            this.project(
                push ? "push" : "clone",
                project,
                ours ? (push ? BY_SWITCH : undefined) : OTHERWISE[credentials],
            );
        }
    }

    /** Addresses in the words of any command. `packages`: the program may send the token that the job gave it before. */
    private addresses(text: string, from: "packages" | "command", place?: string): number {
        const other = /PRIVATE-TOKEN|DEPLOY-TOKEN|Authorization:\s*Bearer/i.test(text);
        const found = findAddresses(text, this.variables);
        for (const { kind, project, credentials } of found) {
            if (project === this.variables.CI_PROJECT_ID) continue;
            const token = credentials === "job token" || (text.includes("CI_JOB_TOKEN") && !other);
            const address = toProject(kind === "git" ? "clone" : "api", place ?? this.where(project), project);
            // Only what git itself asks for goes by a login: other addresses are pages.
            const cloned = this.logsIn && credentials !== "others" && /\bgit(\+|::)/.test(text);
            if (kind === "git") this.found.push(...(credentials === "job token" || cloned ? [address] : []));
            else if (kind === "index" && !other && credentials !== "others" && (token || from === "packages")) {
                this.found.push({ ...address, candidates: [], open: OF_MANY });
            } else if (kind === "api" && token) this.found.push(address);
            else if (kind === "api" && (other || credentials === "others")) {
                this.found.push({ ...address, exempt: OTHERWISE.others });
            } else if (kind === "api" && from === "packages") this.pending.push(address);
            else if (kind === "api") this.found.push({ ...address, exempt: OTHERWISE.none });
        }
        return found.length;
    }

    private textFile(file: string, named: boolean, of: TextOf): void {
        const where = inRepository(file);
        const text = this.fileAt(file);
        if (text !== undefined) this.plainText(text, NOT_RUN, where ?? path.posix.basename(file), of);
        else if (named && variablesIn(file).length > 0) this.hidden("file", path.posix.basename(file));
        else if (named) this.open("file", where ?? file, "it is not in the repository");
    }

    /** A text that is not parsed: what names a project of this GitLab is taken, what may do so is listed. */
    private plainText(text: string, why: string, file?: string, of: TextOf = "program"): void {
        this.usesToken ||= text.includes("CI_JOB_TOKEN");
        for (const [at, written] of text.split("\n").entries()) {
            if (isComment(written)) continue;
            const line = expand(withUsualVariables(written, file?.endsWith("go.mod")), this.variables);
            const where = file === undefined ? this.where(written) : `${file}:${at + 1} (job ${this.job.name})`;
            const images = [...line.matchAll(/[\w.-]+(?::\d+)?\/[\w./${}:-]+/g)]
                .map(([image]) => image)
                .filter((image) => this.isOurs(parseImageName(image).host));
            for (const image of images) this.image("pull", image, where);
            const found = images.length + this.addresses(line, "packages", where);
            if (mayReach(written, found > 0, of)) {
                const open = `${why}. The job's log shows what it does`;
                this.found.push({ kind: "file", where, text: written.trim(), candidates: [], open });
            }
        }
    }

    private build(command: ReadCommand, directory: string, input: string): void {
        const { elsewhere, dockerfiles, args, images } = readBuild(command, directory, this.variables);
        for (const image of images) this.image("pull", image);
        if (elsewhere !== undefined && findAddresses(elsewhere, this.variables).length > 0) {
            this.open("from", elsewhere, "a context elsewhere is not read");
        }
        const texts = dockerfiles.map((file) => [file, file === "-" ? input || undefined : this.fileAt(file)] as const);
        const [file, text] = texts.find(([, content]) => content !== undefined) ?? texts.at(-1) ?? [];
        if (file === undefined) return;
        const name = file === "-" ? "Dockerfile on standard input" : (inRepository(file) ?? file);
        if (variablesIn(name).length > 0) this.hidden("from", name);
        else if (text === undefined) this.open("from", name, "this Dockerfile is not in the repository");
        for (const { image, line } of findPulledImages(text ?? "", args)) {
            // The arguments were replaced by the build's; what is left has no value anywhere.
            this.image("from", image, `${name}:${line} (job ${this.job.name})`);
        }
    }

    /** What is at a path of the job: written by the job itself, or in the repository. */
    private fileAt(absolute: string): string | undefined {
        const where = inRepository(absolute);
        const known = where === undefined || variablesIn(where).length > 0 ? undefined : where;
        return this.written.get(absolute) ?? (known && this.context.file(known));
    }

    private image(kind: ReferenceKind, text: string, where = this.where(text, kind)): void {
        const { host, repository } = parseImageName(text);
        if (this.isOurs(host)) {
            const candidates = projectCandidates(repository);
            const open = candidates.length === 0 ? whyHidden(repository, kind === "from") : undefined;
            const own = !this.pullsByToken && (kind === "pull" || kind === "from");
            const exempt = own ? OTHERWISE.others : undefined;
            this.found.push({ kind, where, text, candidates, ...(exempt ? { exempt } : open && { open }) });
            return;
        }
        // The dependency proxy belongs to a group, and is no project's registry.
        const hidden = variablesIn(host ?? (text.startsWith("${") && !text.includes("/") ? text : "")).length > 0;
        if (!hidden || /\$\{CI_DEPENDENCY_PROXY_\w+\}/.test(text)) return;
        this.found.push({ kind, where, text, candidates: [], open: whyHidden(text, kind === "from") });
    }

    private isOurs(host: string | undefined): boolean {
        const bare = (name: string) => name.toLowerCase().replace(/:443$/, "");
        return host !== undefined && this.context.registries.some((registry) => bare(registry) === bare(host));
    }

    private project(kind: ReferenceKind, text: string, exempt?: string): void {
        this.found.push(toProject(kind, this.where(text), text, exempt));
    }

    private hidden(kind: ReferenceKind, text: string): void {
        this.open(kind, text, whyHidden(text));
    }

    private open(kind: ReferenceKind, text: string, why: string): void {
        this.found.push({ kind, where: this.where(text), text, candidates: [], open: why });
    }

    private where(text: string, kind?: ReferenceKind): string {
        return this.places.placeOf(this.job.name, { text, kind, script: this.source });
    }
}
