import * as path from "node:path";
import { MARK_ALONE, type ReadCommand, readCommand } from "../shell/command-reader";
import { MOST_WRITTEN, type ShellCommand, type Watcher } from "../shell/shell";
import { JOB_TOKEN, ShellRun } from "../shell/shell-run";
import { COMPUTED, expand, unread, type Variables, variablesIn, whyHidden } from "../shell/variables";
import { newBudget } from "../shell/words";
import { type Address, findAddresses, findSubmodules } from "./addresses";
import { readBuild, readDockerfile } from "./builds";
import { inRepository } from "./places";
import { type AccessReference, OTHERWISE, WHY } from "./references";
import { HIDDEN_HOST, NO_SHELL, OTHER_LANGUAGE, TextReader, TOOLS } from "./texts";

/** Rows that say of each word whether it is an image. */
const KNOWS_ITS_IMAGES = /^(images|build|login|nothing|output|repository|push|remote|settings)$/;
/** Settings that give a token to every git command. */
const LOGIN =
    /\.netrc|\.gitconfig|git-credentials|insteadOf|extraheader|credential\.\w+|gitlab-token|"http-basic"|\bbundle\s+config\b|\bBUNDLE_\w+__/i;

/** Reads what one job does with one set of variables. */
export class JobReader extends TextReader implements Watcher {
    private readonly remotes = new Map<string, Address[]>();
    private readonly written = new Map<string, string>();
    /** What gave git the job's token, and where, until a program runs that may fetch with it. */
    private login: { text: string; place: string } | undefined;

    read(): AccessReference[] {
        const { job, variables } = this;
        for (const { kind, text } of job.names) {
            const named = expand(text, variables);
            if (kind === "image" || kind === "service") this.image(kind, named);
            else this.project(kind, named, kind === "needs" ? undefined : WHY.byRights);
        }
        for (const each of job.unread) this.open("file", "", unread(each));
        if (/^(normal|recursive)$/.test(variables.GIT_SUBMODULE_STRATEGY ?? "")) this.submodules();
        const scripts = job.scripts.filter((lines) => lines.length > 0);
        for (const name of job.settings) this.logIn(expand(`${name}=\${${name}}`, variables));
        for (const lines of scripts) {
            const text = lines.join("\n");
            if (NO_SHELL.test(text)) this.text(text, "PowerShell is not read");
            else this.run(text);
        }
        if (scripts.length > 0) this.settings();
        return this.result();
    }

    /** Variables that programs may read by themselves. */
    private settings(): void {
        for (const name of this.job.settings) {
            const value = expand(this.variables[name] ?? "", this.variables);
            this.addresses(TOOLS.test(name) ? value : "", "packages");
            if (!this.isOurs(value)) continue;
            this.reading({ place: this.where(name) }, () => this.image("pull", value, WHY.inVariable));
        }
    }

    command(command: ShellCommand, rows: readonly ReadCommand[]): void {
        const { source, written, away } = command;
        const before = this.all.length;
        this.reading({ source, command: written }, () => this.judge(command, rows));
        if (away === "machine") for (const one of this.all.slice(before)) one.exempt ??= WHY.elsewhere;
    }

    private judge(command: ShellCommand, rows: readonly ReadCommand[]): void {
        const { words, texts, written, input = "", output } = command;
        const all = [...words, ...texts, input].join("\n");
        const names = rows.map(({ row }) => row.names);
        const is = (some: RegExp) => names.some((name) => some.test(name));
        this.usesToken ||= all.includes("CI_JOB_TOKEN");
        // The token may be in the output of another command: `$(printf … | base64)`.
        const hands = all.includes("CI_JOB_TOKEN") || (this.usesToken && all.includes(COMPUTED));
        this.logIn(all, hands);
        if (this.login !== undefined && (rows.length === 0 || is(/settings|packages|files/))) {
            const { text, place } = this.login;
            this.reading({ place }, () => this.open("clone", text, WHY.sendsAlways));
            this.login = undefined;
        }
        if (is(/output/) && words[0] !== "tee" && (output ?? "/dev/stdout").startsWith("/dev/")) return;
        for (const each of rows) {
            this.byRow(each, command, hands);
            if (each.row.away === "container" && each.rest.length === 0 && JOB_TOKEN.test(each.given)) {
                this.open("file", written, WHY.givenToImage);
            }
        }
        // A command that rewrites a Dockerfile may add an image.
        const rewrites = is(/nothing/) && words.some((word) => /(Docker|Container)file/.test(word));
        if (rewrites || rows.every(({ row }) => row.prefix !== undefined || !KNOWS_ITS_IMAGES.test(row.names))) {
            this.leftOver(command, rows.length > 0);
        }
        if (is(/repository|push|remote|settings/)) return;
        this.addresses(all, is(/output/) ? "text" : is(/packages|files|composed/) ? "packages" : "command");
    }

    /** Notes if a text gives the token to every git command. */
    private logIn(text: string, hands = text.includes("CI_JOB_TOKEN")): void {
        const [login] = (hands && LOGIN.exec(text)) || [];
        if (login !== undefined && !this.logsIn) this.login = { text: login, place: this.where(login) };
        this.logsIn ||= login !== undefined;
    }

    script(file: string, directory: string): { text?: string; source?: string } | undefined {
        const absolute = path.posix.resolve(directory, file);
        const source = inRepository(absolute);
        const text = this.fileAt(absolute);
        if (text === undefined) return undefined;
        if (!OTHER_LANGUAGE.test(file) && !/^#!(?!.*\b(ba|da|a|z|k)?sh\b)/.test(text) && !text.includes("\0")) {
            return { text, source };
        }
        this.text(text, "only shell scripts are read", source, "files", directory);
        return {};
    }

    write(file: string, text: string): void {
        const all = `${this.written.get(file) ?? ""}${text}\n`;
        if (all.length <= MOST_WRITTEN) this.written.set(file, all);
        else this.open("file", path.posix.basename(file), unread("what is written into it is too long to read"));
    }

    protected run(text: string, source?: string, budget = newBudget(), variables = this.variables): void {
        new ShellRun(variables, this, source, budget).run(text);
    }

    /** Applies a row of the table to a command. */
    private byRow(command: ReadCommand, around: ShellCommand, hands: boolean): void {
        const { row, operands, images, given } = command;
        // Before an image of ours, a word that is only a variable may hold switches.
        const first = images.findIndex((word) => this.isOurs(word));
        for (const [at, image] of images.entries())
            if (at >= first || !MARK_ALONE.test(image)) this.image("pull", image);
        if (row.names === "build") this.build(command, around);
        else if (row.names === "login" && operands.some((word) => this.isOurs(`${word}/`))) {
            const byName = /^(u|username) /m.test(given);
            this.lasting.byToken = !byName || /gitlab-ci-token|CI_REGISTRY_|CI_JOB_TOKEN/.test(given);
        } else if (/repository|push|remote/.test(row.names)) this.git(command, hands);
        if (/files|composed|packages/.test(row.names)) this.files(command, around);
    }

    /** Reads a git command: its addresses, or those of the remote that it names. */
    private git(
        { row: { names }, operands: [first = "", name = ""], given, values }: ReadCommand,
        hands: boolean,
    ): void {
        const header = /extraheader=/i.test(given) ? (hands ? "job token" : "others") : undefined;
        const all = findAddresses(given, this.variables, header);
        const remote = names === "remote" ? name : first || "origin";
        if (names === "remote") this.remotes.set(name, all);
        if (names === "remote" && values("f").length === 0) return;
        const asked = all.length > 0 ? all : (this.remotes.get(remote) ?? []);
        for (const one of asked) {
            if (names !== "push") this.reach(one, "git");
            else this.project("push", one.project, this.sends(one) ? WHY.bySwitch : OTHERWISE[one.credentials]);
        }
        if (names !== "repository") return;
        if (HIDDEN_HOST.test(first)) this.open("clone", first, whyHidden(first));
        if (first === "update") this.submodules();
    }

    private submodules(): void {
        const modules = findSubmodules(this.context.file(".gitmodules") ?? "", this.variables);
        this.reading({ source: ".gitmodules" }, () => {
            for (const one of modules) this.reach(one, "git");
        });
    }

    /** Reads a command without a row in the table: what it does with an image or the token is unknown. */
    private leftOver({ words, texts, written }: ShellCommand, isKnown: boolean): void {
        const [program = "", ...args] = words;
        const mayRead = args.length === 0 || ["docker", "git"].some((one) => readCommand([one, ...args]).length > 0);
        if (variablesIn(program).length > 0 && mayRead) {
            this.open("file", written, whyHidden(program));
            return;
        }
        // A word may be a script: `nix-shell --run "docker pull image"`. For a known program, an address is no image.
        const images = this.ours(args.join("\n"), isKnown ? /(?<![\w./-])/ : /(?<![\w.-])/);
        const why = `whether ${program} pulls it is not known. The job-token log shows it`;
        for (const image of images) this.image("pull", image, why);
        const given = [...args, ...texts].join("\n");
        if (isKnown || images.length > 0 || !JOB_TOKEN.test(args.join("\n"))) return;
        if (findAddresses(given, this.variables).length > 0) return;
        this.open(
            "file",
            written,
            `what ${program} does with the job's token is not known. The job-token log shows it`,
        );
    }

    /** Reads files of a program, and code in its arguments or on its standard input. */
    private files(command: ReadCommand, { directory: from, input, variable }: ShellCommand): void {
        const { row, operands, values } = command;
        const directory = path.posix.resolve(from, values(row.folder)[0] ?? ".");
        const inline = row.operands === "first" ? values("c e p eval print Command") : [];
        for (const text of operands[0] === "-" ? [input ?? ""] : inline)
            this.text(text, WHY.notRun, "", row.names, directory);
        const named = namedFiles(command, inline.length > 0, variable);
        // A chart is named by its folder.
        const folder = row.programs === "helm" ? (operands.at(-1) ?? ".") : ".";
        const usual = (row.files?.split(" ") ?? []).map((file) => path.posix.join(folder, file));
        // Package settings are read in addition to the project's own files.
        const isRead = (each: string) => {
            const file = path.posix.resolve(directory, each);
            const name = inRepository(file) ?? path.posix.basename(file);
            const text = this.fileAt(file);
            if (text !== undefined) this.text(text, WHY.notRun, name, row.names, directory);
            else if (named.includes(each)) this.open("file", name, whyNotThere(name, "it is not in the repository"));
            return text !== undefined;
        };
        const all = named.length === 0 || row.names === "packages" ? [...named, ...usual] : named;
        const read = all.filter(isRead);
        const starts = row.names === "composed" && operands.some((word) => /^(up|pull|build|create)$/.test(word));
        if (starts && named.length === 0 && read.length === 0) {
            this.open("file", usual[0] ?? "", "none of the files that it reads by default is in the repository");
        }
    }

    private build(command: ReadCommand, around: ShellCommand): void {
        const { elsewhere, file, text, args } = readBuild(command, around, (each) => this.fileAt(each));
        if (elsewhere !== undefined && findAddresses(elsewhere, this.variables).length > 0) {
            this.open("from", elsewhere, "a context elsewhere is not read");
        }
        if (file === undefined) return;
        const name = file === "-" ? "Dockerfile on standard input" : (inRepository(file) ?? file);
        if (text === undefined) this.open("from", name, whyNotThere(name, "this Dockerfile is not in the repository"));
        // What a build fetches, it fetches with the token that it is given.
        const isGiven = JOB_TOKEN.test(command.given) || (this.logsIn && command.values("secret").length > 0);
        const run = (command: string, scope: Variables) => {
            if (!isGiven || this.budget.left <= 0) return;
            const get = (own: Variables, key: string) => own[key] ?? this.variables[key];
            this.run(`cd '${around.directory}'\n${command}`, name, this.budget, new Proxy(scope, { get }));
        };
        const images = readDockerfile(text ?? "", args, run);
        // The build's arguments were already replaced; the remaining variables have no value anywhere.
        for (const image of images) this.reading(this.lineOf(name, image.line), () => this.image("from", image.text));
    }

    /** The file at a path of the job: written by the job itself, or in the repository. */
    protected fileAt(absolute: string): string | undefined {
        const where = inRepository(absolute);
        const known = where === undefined || variablesIn(where).length > 0 ? undefined : where;
        return this.written.get(absolute) ?? (known && this.context.file(known));
    }
}

/** Files named by a command's words, its switches or a variable. */
function namedFiles({ row, operands, values }: ReadCommand, isInline: boolean, variable: ShellCommand["variable"]) {
    const [, listed = ""] = /\$(\w+)/.exec(row.fileSwitches ?? "") ?? [];
    const given = values(row.fileSwitches);
    const switched = given.length > 0 ? given : variable(listed).flatMap((files) => files.split(":"));
    if (row.operands !== "first" || switched.length > 0) return switched;
    return isInline || values("m").length > 0 ? [] : operands.filter((word) => word !== "-");
}

function whyNotThere(file: string, why: string): string {
    return variablesIn(file).length > 0 ? whyHidden(file) : why;
}
