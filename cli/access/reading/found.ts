import { oneLine } from "../../../core/one-line";
import { withoutTokens } from "../../../core/values";
import type { Names } from "../shell/commands";
import { expand, over, substitute, type Variables, variablesIn, whyHidden } from "../shell/variables";
import { type Address, findAddresses } from "./addresses";
import type { CiJob } from "./ci-config";
import { parseImageName, projectCandidates } from "./image-name";
import {
    asksToBuild,
    ENGINE,
    engineCommands,
    hiddenImage,
    isComment,
    mayReach,
    scriptsIn,
    settingIn,
    withUsualVariables,
} from "./marks";
import type { Places } from "./places";
import { type AccessReference, OTHERWISE, type ReferenceKind, toProject, WHY } from "./references";

/** Longest value that a text gives a variable. */
const MOST_SET = 10_000;

/** Longest text that is quoted. */
const LONGEST = 200;

/** Who asks for an address: git, a command that is given all that it sends, one that may send the token that the job gave it before; a text names it. */
type Asker = "git" | "command" | "packages" | "text";

/** What stands beside an address: the job's token, another, something that only git is told. */
type Beside = Record<"token" | "others" | "git", boolean>;

const BY_GIT: Beside = { token: false, others: false, git: true };
const ASKS_GIT = /\bgit(\+|::|_repository\b|\s*=)|\.git(?![\w-])/i;
/** What is found in one job, and where. */
export class Found {
    readonly all: AccessReference[] = [];
    /** Those of them that count only when the job hands its token to some program. */
    private readonly pending: AccessReference[] = [];
    /** Script of the repository that is read; undefined for the job's own commands. */
    source: string | undefined;
    /** The command that is read, as it is written. */
    command = "";
    readonly lasting = { byToken: true };
    /** Whether the job hands its token to some program. */
    usesToken: boolean;
    /** Whether git sends the token to every repository of this GitLab: by `insteadOf`, `.netrc` and the like. */
    logsIn = false;

    constructor(
        private readonly job: CiJob,
        private readonly variables: Variables,
        private readonly registries: readonly string[],
        private readonly places: Places,
    ) {
        this.usesToken = job.usesToken;
    }

    /** Everything that was found. */
    result(): AccessReference[] {
        if (!this.usesToken) for (const one of this.pending) one.exempt ??= WHY.notSent;
        return this.all;
    }

    /** What the configuration names. */
    named(kind: ReferenceKind, text: string): void {
        if (kind === "image" || kind === "service") this.image(kind, text);
        else this.project(kind, text, kind === "needs" ? undefined : WHY.byRights);
    }

    /** `unsure`: why it is not known whether it is pulled. */
    image(kind: ReferenceKind, text: string, where = this.where(text, kind), unsure?: string): void {
        const { host, repository } = parseImageName(text);
        const candidates = projectCandidates(repository);
        if (this.isOurs(text)) {
            const open = unsure ?? (candidates.length === 0 ? whyHidden(repository, kind === "from") : undefined);
            const own = !this.lasting.byToken && (kind === "pull" || kind === "from");
            this.add({ kind, where, text, candidates, open, exempt: own ? OTHERWISE.others : undefined });
            return;
        }
        // The dependency proxy belongs to a group, and is no project's registry.
        const hidden = variablesIn(host ?? (text.startsWith("${") && !text.includes("/") ? text : "")).length > 0;
        if (!hidden || /\$\{CI_DEPENDENCY_PROXY_\w+\}/.test(text)) return;
        this.open(kind, text, whyHidden(text, kind === "from"), where);
    }

    isOurs(image: string): boolean {
        const bare = (name: string) => name.toLowerCase().replace(/:443$/, "");
        const { host } = parseImageName(image);
        return host !== undefined && this.registries.some((registry) => bare(registry) === bare(host));
    }

    project(kind: ReferenceKind, text: string, exempt?: string): void {
        this.add(toProject(kind, this.where(text), text, exempt));
    }

    open(kind: ReferenceKind, text: string, open: string, where = this.where(text)): void {
        this.add({ kind, where, text, candidates: [], open });
    }

    /** Whether git reads a repository by the job's token: by its address, or after a login. */
    sends({ credentials }: Address): boolean {
        return credentials === "job token" || (this.logsIn && credentials !== "others");
    }

    addresses(text: string, by: Asker, where?: string): number {
        const all = findAddresses(text, this.variables);
        const beside = {
            // Nothing but a job token goes by this header and this parameter.
            token: /CI_JOB_TOKEN|\bJOB[-_]TOKEN\b/i.test(text),
            others: /PRIVATE-TOKEN|DEPLOY-TOKEN|Authorization:\s*Bearer/i.test(text),
            git: ASKS_GIT.test(text),
        };
        for (const one of all) if (one.project !== this.variables.CI_PROJECT_ID) this.reach(one, by, beside, where);
        return all.length;
    }

    /** An address, by whom it is asked, and what stands beside it. */
    reach(one: Address, by: Asker, beside: Beside = BY_GIT, where = this.where(one.project)): void {
        const { kind, project, credentials } = one;
        const others = credentials === "others" || beside.others;
        const token = credentials === "job token" || (kind !== "git" && !others && beside.token);
        // Only what git itself asks for goes by a login: other addresses are pages.
        const byLogin = kind === "git" && this.sends(one) && beside.git;
        const found = toProject(kind === "git" ? "clone" : "api", where, project);
        if (kind === "index") {
            if (token || (!others && by !== "command")) this.open("api", project, WHY.ofMany, where);
        } else if (token || byLogin) this.add(found);
        else if (kind === "api" && !others && by !== "command") this.pending.push(this.add(found));
        else if (kind === "api" || by !== "text") {
            this.add({ ...found, exempt: OTHERWISE[others ? "others" : credentials] });
        }
    }

    /**
     * A text that is not parsed: what names a project of this GitLab is taken, what may do so is listed. Returned are the
     * scripts that it names and the commands that it gives to engines, as commands of a shell.
     */
    text(text: string, why: string, file?: string, of: Names = "files"): string[] {
        this.usesToken ||= text.includes("CI_JOB_TOKEN");
        const known = over(this.variables);
        const commands: string[] = [];
        const lines = text.split("\n");
        for (const [at, written] of lines.entries()) {
            if (isComment(written)) continue;
            const read = (part: string) =>
                expand(substitute(withUsualVariables(part, file?.endsWith("go.mod")), known), known);
            const line = read(written);
            const setting = settingIn(line);
            // Of values that are made of each other the longest would have no end.
            if (setting !== undefined && setting.value.length <= MOST_SET) known[setting.name] ??= setting.value;
            commands.push(...scriptsIn(line).map((name) => `sh ${name}`));
            const asked = ENGINE.test(line) ? engineCommands(read(lines.slice(at, at + 20).join("\n"))) : [];
            commands.push(...asked);
            const where = file === undefined ? this.where(written) : `${file}:${at + 1} (job ${this.job.name})`;
            const words = line.match(/(?<![\w.-])[\w.-]+(?::\d+)?\/[\w./${}:-]+/g) ?? [];
            const images = words.filter((word) => this.isOurs(word));
            for (const image of [...images, ...hiddenImage(line)]) this.image("pull", image, where);
            const found = images.length + this.addresses(line, of === "packages" ? of : "text", where);
            if (mayReach(written, found > 0, of) || (asked.length === 0 && asksToBuild(line))) {
                this.open("file", written.trim(), `${why}. The job's log shows what it does`, where);
            }
        }
        return commands;
    }

    /** The one place where something is found, and where what it quotes is cut and loses tokens that stand in it. */
    add(one: AccessReference): AccessReference {
        this.all.push({ ...one, text: oneLine(withoutTokens(one.text), LONGEST) });
        return this.all.at(-1)!;
    }

    where(text: string, kind?: ReferenceKind): string {
        return this.places.placeOf(this.job.name, text, this.command, kind === "image", this.source);
    }
}
