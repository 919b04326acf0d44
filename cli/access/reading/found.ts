import { oneLine } from "../../../core/one-line";
import { type Variables, variablesIn, whyHidden } from "../shell/variables";
import { type Address, findAddresses } from "./addresses";
import type { CiJob } from "./ci-config";
import { parseImageName, projectCandidates } from "./image-name";
import type { Places } from "./places";
import {
    type AccessReference,
    OTHERWISE,
    type ReferenceContext,
    type ReferenceKind,
    toProject,
    WHY,
} from "./references";

/** Longest quoted text. */
const LONGEST = 200;

/** What uses an address: git, a command with explicit credentials, a package client with a configured token, a text. */
type Asker = "git" | "command" | "packages" | "text";

const ASKS_GIT = /\bgit(\+|::|_repository\b|\s*=)|\.git(?![\w-])/i;
const COMMAND_END = /\s(?:&&|\|\|)\s|;\s/;
/** What is being read, which is where references are found. */
interface Reading {
    /** The command, as written. */
    command: string;
    /** Script of the repository that contains it; undefined for the job's own commands. */
    source?: string;
    /** Its place, if known. */
    place?: string;
}

/** Collects what is found in one job, and where. */
export class Found {
    readonly all: AccessReference[] = [];
    /** References that only count if the job passes its token to some program. */
    private readonly pending: AccessReference[] = [];
    private at: Reading = { command: "" };
    readonly lasting = { byToken: true, isSent: false };
    /** Whether the job passes its token to some program. */
    protected usesToken: boolean;
    /** Whether git sends the token to every repository of this GitLab, because of `insteadOf`, `.netrc` and so on. */
    protected logsIn = false;

    constructor(
        protected readonly job: CiJob,
        protected readonly variables: Variables,
        protected readonly context: ReferenceContext,
        private readonly places: Places,
    ) {
        this.usesToken = job.usesToken;
    }

    /** All references that were found. */
    protected result(): AccessReference[] {
        if (!this.usesToken) for (const one of this.pending) one.exempt ??= WHY.notSent;
        return this.all;
    }

    protected reading(at: Partial<Reading>, read: () => void): void {
        const before = this.at;
        this.at = { command: "", ...at };
        read();
        this.at = before;
    }

    /** The place of a line in a file of the repository. */
    protected lineOf(file: string, line: number): Partial<Reading> {
        return { place: `${file}:${line} (job ${this.job.name})` };
    }

    protected where(text: string): string {
        const { place, command, source } = this.at;
        return place ?? this.places.placeOf(this.job.name, text, command, source);
    }

    /** `unsure` says why it is not known whether the image is pulled. */
    protected image(kind: ReferenceKind, text: string, unsure?: string): void {
        const { host, repository } = parseImageName(text);
        const candidates = projectCandidates(repository);
        if (this.isOurs(text)) {
            const open = unsure ?? (candidates.length === 0 ? whyHidden(repository, kind === "from") : undefined);
            const own = !this.lasting.byToken && (kind === "pull" || kind === "from");
            const where = this.where(kind === "image" ? `image ${repository}` : repository);
            this.add({ kind, where, text, candidates, open, exempt: own ? OTHERWISE.others : undefined });
            return;
        }
        // The dependency proxy belongs to a group, and is not the registry of a project.
        const hidden = variablesIn(host ?? (text.startsWith("${") && !text.includes("/") ? text : "")).length > 0;
        if (!hidden || /\$\{CI_DEPENDENCY_PROXY_\w+\}/.test(text)) return;
        this.open(kind, text, whyHidden(text, kind === "from"));
    }

    protected isOurs(image: string): boolean {
        const bare = (name: string) => name.toLowerCase().replace(/:443$/, "");
        const { host } = parseImageName(image);
        return host !== undefined && this.context.registries.some((registry) => bare(registry) === bare(host));
    }

    /** Images of this GitLab that a text names; `begin` matches where one may begin. */
    protected ours(text: string, begin = /(?<![\w.-])/): string[] {
        const words = text.match(new RegExp(`${begin.source}[\\w.-]+(?::\\d+)?/[\\w./\${}:@-]+`, "g")) ?? [];
        return words.filter((word) => this.isOurs(word));
    }

    protected project(kind: ReferenceKind, text: string, exempt?: string): void {
        this.add(toProject(kind, this.where(text), text, exempt));
    }

    protected open(kind: ReferenceKind, text: string, open: string): void {
        this.add({ kind, where: this.where(text), text, candidates: [], open });
    }

    /** Records something that is not read, and why. */
    problem(written: string, why: string, source?: string): void {
        this.reading({ command: written, source }, () => this.open("file", written, why));
    }

    /** Whether git reads a repository with the job's token: because of its address, or after a login. */
    protected sends({ credentials }: Address): boolean {
        return credentials === "job token" || (this.logsIn && credentials !== "others");
    }

    protected addresses(text: string, by: Asker): number {
        // A line of text may contain several commands, and each has its own headers.
        let count = 0;
        for (const part of by === "command" ? [text] : text.split(COMMAND_END)) {
            const [found, asksGit] = [findAddresses(part, this.variables), ASKS_GIT.test(part)];
            for (const one of found) this.reach(one, by, asksGit);
            count += found.length;
        }
        return count;
    }

    /** Records an address and who uses it. Only git itself uses a login; other addresses are mere pages. */
    protected reach(one: Address, by: Asker, asksGit = true): void {
        const { kind, project, credentials } = one;
        if (project === this.variables.CI_PROJECT_ID) return;
        const byToken = credentials === "job token" || (kind === "git" && asksGit && this.sends(one));
        const mayBeSent = credentials !== "others" && by !== "command";
        const found = toProject(kind === "git" ? "clone" : "api", this.where(project), project);
        if (kind === "index") {
            if (byToken || mayBeSent) this.open("api", project, WHY.ofMany);
        } else if (byToken) this.add(found);
        else if (kind === "api" && mayBeSent) this.pending.push(this.add(found));
        else if (kind === "api" || by !== "text") this.add({ ...found, exempt: OTHERWISE[credentials] });
    }

    /** The only place that adds a reference, so that every quotation is shortened and made safe. */
    protected add(one: AccessReference): AccessReference {
        this.all.push({ ...one, text: oneLine(one.text, LONGEST) });
        return this.all.at(-1)!;
    }
}
