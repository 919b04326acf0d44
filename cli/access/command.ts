import { Command, InvalidArgumentError } from "commander";
import { messageOf } from "../../core/message";
import type { GitLab } from "../../gitlab/client";
import { projectsBelow, readProject } from "../../gitlab/namespaces";
import { Failed, Findings } from "../exit";
import { writePage } from "../files";
import { type GitLabOptions, withGitLab, withLoginOptions } from "../gitlab";
import type { Io } from "../io";
import { collect, collectReference } from "../options";
import { type Entry, keyOf } from "./access";
import { type CheckResult, checkAccess } from "./check";
import { declarationsBy, makesEntry, toPaths, withPaths } from "./declared";
import { type ListedProject, listConsumers, mapLimited, readOrigins, readProducer } from "./gather";
import { toStackConfig } from "./grants";
import { type MatrixInput, toMatrix } from "./matrix/matrix";
import { renderMatrixPage } from "./matrix/page";
import { presentCheck, presentLeftOut, presentWho } from "./present";
import type { ReferenceKind } from "./reading/references";
import { type ScanResult, scan } from "./scan";
import { isFile, readStack, readStacksHere } from "./stack-file";
import { listVisitors } from "./who";

const KINDS = "image service from pull include trigger needs clone push api".split(" ") as ReferenceKind[];

/** `gitlab-fleet access`: who may reach whose registry, who needs to, and what to declare. */
export function accessCommand(io: Io): Command {
    const command = new Command("access");
    command
        .command("scan")
        .description("Read consumers' CI configurations and print the stack config for what they need")
        .option("--group <path>", "all projects of a group and its subgroups; repeatable", collectReference("group"))
        .option("--project <path>", "one project; repeatable", collectReference("project"))
        .option("--check", "compare with what GitLab allows and --stack declares; exit code 1 if there is a gap")
        .option(
            "--stack <file>",
            "Pulumi.<stack>.yaml that --check compares with, or the stack's name; repeatable. A single stack, by name, " +
                "provides address and token if GITLAB_TOKEN is not set",
            collect,
        )
        .option("--kinds <list>", `only these kinds, comma-separated; repeatable: ${KINDS.join(", ")}`, toKinds)
        .option("--variable <name=value>", "value of a variable set in GitLab; overrides the YAML's", toVariable)
        .option("--seen <days>", "keep entries that a job used in so many days, by GitLab's log", toDays, 30)
        .option("--matrix <file>", "also write a page of producers and consumers")
        .option("--json", "print JSON")
        .action((options: ScanCommandOptions) =>
            withGitLab(io, { ...options, stack: loginOf(io, options) }, (gitlab) => runScan(io, gitlab, options)),
        );
    command
        .command("who")
        .description("List everyone whose jobs may reach a project now, and through which entry")
        .argument("<project...>", "full path or id", collectReference("project"))
        .option("--stack <name>", "the stack whose address and token are used if GITLAB_TOKEN is not set")
        .option("--matrix <file>", "also write a page of producers and consumers")
        .option("--json", "print JSON")
        .action((projects: string[], options: CommonOptions) =>
            withGitLab(io, options, (gitlab) => runWho(io, gitlab, projects, options)),
        );
    for (const child of command.commands) withLoginOptions(child);
    return command;
}

interface CommonOptions extends GitLabOptions {
    json?: boolean;
    matrix?: string;
}

interface ScanCommandOptions extends CommonOptions {
    group?: string[];
    project?: string[];
    check?: boolean;
    stack?: string[];
    kinds?: ReferenceKind[];
    variable?: Record<string, string>;
    seen: number;
}

async function runScan(io: Io, gitlab: GitLab, options: ScanCommandOptions): Promise<void> {
    const { group = [], project = [], check, json, matrix, stack = [] } = options;
    if (group.length === 0 && project.length === 0) {
        throw new Failed("Which consumers? Give --group <path> or --project <path>, once or more.");
    }
    if (stack.length > 0 && !check && loginOf(io, options) === undefined) {
        throw new Failed(
            "--stack is read by --check only, or as a stack's name where GITLAB_TOKEN is not set. Add --check.",
        );
    }
    // Without --check, the stack is only used to log in.
    const compared = check ? stack.flatMap((named) => readStack(io, named)) : [];
    const declared = check && stack.length > 0 ? await withPaths(gitlab, compared) : undefined;
    const groups = await toPaths(gitlab, "group", group);
    io.progress.say("listing projects");
    const projects = await listScanned(gitlab, groups, project);
    const found = await scan(gitlab, {
        projects,
        server: gitlab.server,
        variables: options.variable ?? {},
        kinds: options.kinds,
        further: declared?.map(({ producer }) => producer),
        progress: (text) => io.progress.say(text),
    });
    const scanned = projects.map(({ path_with_namespace: path }) => path);
    const result = checkAccess({ ...found, declared, scanned, groups });
    if (matrix !== undefined) {
        const whose = [...groups, ...(project.length > 3 ? [`${project.length} projects`] : project)].join(", ");
        writeMatrix(io, gitlab, matrix, `Registry access of ${whose}`, {
            ...found,
            consumers: scanned,
            needs: result.needs,
            notUnderstood: found.unresolved.map(({ consumer }) => consumer),
        });
    }
    if (json) io.json(toJson(found, result, check));
    else if (check) io.out(presentCheck(io, result, found));
    else {
        const recent = options.seen * 86_400_000;
        io.out(toStackConfig({ ...found, scanned, groups, now: io.now(), recent }));
        const left = presentLeftOut({ ...found, exempt: [], unresolved: [] }, io);
        if (left.length > 0) io.err(`${left.slice(1).join("\n")}\n`);
    }
    if (found.lost.length > 0) throw new Failed(explainLost(found.lost));
    if (check && result.gaps.length > 0) throw new Findings();
}

/** The stack that the scan logs in with. If there is a token, stacks are only compared, which does not need Pulumi. */
function loginOf({ env }: Io, { stack = [] }: ScanCommandOptions): string | undefined {
    const [named, ...others] = stack;
    return env.GITLAB_TOKEN || named === undefined || others.length > 0 || isFile(named) ? undefined : named;
}

async function listScanned(gitlab: GitLab, groups: string[], single: string[]): Promise<ListedProject[]> {
    const all = [
        ...(await mapLimited(groups, (group) => listConsumers(gitlab, group))).flat(),
        ...(await mapLimited(single, (path) => readProject<ListedProject>(gitlab, path))),
    ];
    return [...new Map(all.map((project) => [project.id, project])).values()];
}

async function runWho(io: Io, gitlab: GitLab, projects: string[], options: CommonOptions): Promise<void> {
    const failures = new Set<string>();
    const found = await mapLimited(projects, (project, done) => {
        io.progress.say(`reading allowlists: ${done} of ${projects.length}`);
        return readProducer(gitlab, project).catch((error) => {
            failures.add(messageOf(error));
            return [];
        });
    });
    const producers = found.flat();
    const missing = [...failures].join("\n");
    if (producers.length === 0) throw new Failed(missing);
    const groups = [...new Set(producers.flatMap(({ list }) => list?.groups ?? []))];
    const projectsOf = await mapLimited(groups, async (group, done) => {
        io.progress.say(`reading groups: ${done} of ${groups.length}`);
        return [group, await projectsBelow(gitlab, group)] as const;
    });
    const below = new Map(projectsOf);
    const stacks = [...readStacksHere(io, gitlab.server)];
    const all = await mapLimited(producers, async (producer) => {
        const declared = await mapLimited(stacks, async ([stack, written]) => {
            const declarations = await withPaths(gitlab, declarationsBy(written)(producer));
            return [stack, declarations] as const;
        });
        const declarersOf = (entry: Entry) =>
            declared.filter(([, all]) => all.some((one) => makesEntry(one, entry))).map(([stack]) => stack);
        const origins = await readOrigins(gitlab, producer.path);
        const originOf = (entry: Entry) => origins.get(keyOf(entry));
        return { producer, ...listVisitors(producer, below, declarersOf, originOf) };
    });
    if (options.matrix !== undefined) {
        const consumers = all.flatMap(({ visitors }) =>
            visitors.filter(({ through }) => through !== "itself").map(({ project }) => project),
        );
        writeMatrix(io, gitlab, options.matrix, `Who may reach ${projects.join(", ")}`, { producers, consumers });
    }
    if (options.json) {
        const present = all.map(({ producer: { list, ...producer }, ...rest }) => ({
            ...producer,
            enabled: list?.enabled ?? null,
            readable: list !== undefined,
            visitors: rest.visitors.map(({ lastUsed, ...visitor }) => ({ ...visitor, lastUsed: isoTime(lastUsed) })),
            idle: rest.idle,
            former: rest.former.map(({ project, lastUsed }) => ({ project, lastUsed: isoTime(lastUsed) })),
        }));
        io.json(present);
    } else io.out(all.map(({ producer, ...visitors }) => presentWho(io, producer, visitors)).join("\n"));
    if (missing !== "") throw new Failed(missing);
    if (producers.every(({ list }) => list === undefined))
        throw new Failed("None of the lists can be read with this token.");
}

function explainLost(lost: readonly string[]): string {
    return `GitLab shows no project ${lost.join(", ")}, which a stack declares or a job needs. It is gone or misspelt, or the token may not see it.`;
}

function toJson(found: ScanResult, { needs, gaps, unused }: CheckResult, checked: boolean | undefined) {
    return {
        needs: needs.map(({ consumer, producer, state, via, references }) => ({
            consumer,
            producer,
            state,
            via: via ?? null,
            references: references.map(({ kind, where, text }) => ({ kind, where, text })),
        })),
        ...(checked
            ? { gaps: gaps.length, unused: unused.map((one) => ({ ...one, lastUsed: isoTime(one.lastUsed) })) }
            : {}),
        notNeeded: found.exempt.map(({ producer, ...one }) => ({ ...toRow(one), producer })),
        notUnderstood: found.unresolved.map(toRow),
        skipped: found.skipped,
    };
}

function toRow({ consumer, reference: { kind, where, text }, reason }: ScanResult["unresolved"][number]) {
    return { consumer, kind, where, text, reason };
}

function isoTime(time: number | undefined): string | null {
    return time === undefined ? null : new Date(time).toISOString();
}

function writeMatrix(io: Io, gitlab: GitLab, file: string, title: string, input: MatrixInput): void {
    const page = renderMatrixPage(toMatrix(input), { title, source: gitlab.server, time: new Date(io.now()) });
    writePage(file, page);
    io.err(`Wrote ${file}.\n`);
}

function toKinds(text: string, all: ReferenceKind[] = []): ReferenceKind[] {
    const kinds = text.split(",").map((kind) => kind.trim()) as ReferenceKind[];
    const unknown = kinds.find((kind) => !KINDS.includes(kind));
    if (unknown !== undefined)
        throw new InvalidArgumentError(`There is no kind "${unknown}". There are ${KINDS.join(", ")}.`);
    return [...all, ...kinds];
}

function toDays(text: string): number {
    if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError("Give a number of days.");
    return Number(text);
}

function toVariable(text: string, all: Record<string, string> = {}): Record<string, string> {
    const [, name, value] = /^(\w+)=(.*)$/s.exec(text) ?? [];
    if (name === undefined) throw new InvalidArgumentError("Write it as NAME=value.");
    return { ...all, [name]: value! };
}
