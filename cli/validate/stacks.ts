import { join, relative } from "node:path";
import { noteProjectFolder } from "../../components/common/project-folder";
import { OURS } from "../../components/fleet/config/known";
import { findLostFile } from "../../components/fleet/config/lost-file";
import { findMisplacedTops } from "../../components/fleet/config/misplaced";
import { checkStack } from "../../components/fleet/config/parse";
import { withPlaceholders } from "../../components/fleet/config/secure";
import type { PlacedProblem } from "../../components/fleet/config/shared-files";
import {
    findStackFiles,
    findUnreadFiles,
    readProject,
    readStackFiles,
    shortName,
    stackFileName,
    stackFolder,
} from "../../components/fleet/config/stack-files";
import { findStackWarnings } from "../../components/fleet/config/stack-warnings";
import { LARGEST_STACK_FILE, readYamlFile } from "../../components/fleet/config/yaml-file";
import { ownerOf } from "../../core/marker";
import { error } from "../../core/problems";
import { didYouMean } from "../../core/suggest";
import { isMap, show } from "../../core/values";
import { Failed } from "../exit";
import { type Defaults, readDefaults } from "./defaults";

/** A problem in one of a project's files. */
export interface FileProblem extends Omit<PlacedProblem, "origin"> {
    /** The affected stacks: several if the problem is in a shared file. */
    stacks: string[];
    /** The file, relative to the working directory. */
    file: string;
    /** Line of the value, or of the nearest value around it. */
    line?: number;
}

/** A project's stacks, and every problem that can be found in their files alone. */
export interface Validated {
    stacks: string[];
    /** Stacks whose configuration has no key of a fleet. */
    empty: string[];
    problems: FileProblem[];
}

/** Checks one or all stacks of the project in a folder. File names in the result are relative to `from`. */
export function validateStacks(root: string, stack: string | undefined, from: string): Validated {
    const project = readProject(root);
    if (project === undefined) {
        throw new Failed(
            `There is no Pulumi.yaml in ${root} that can be read. Run it in the project's folder, or name that with --project.`,
        );
    }
    noteProjectFolder(root);
    const folder = stackFolder(root, project);
    const files = findStackFiles(root, project);
    if (files.size === 0)
        throw new Failed(`There is no Pulumi.<stack>.yaml in ${folder}. Make a stack: pulumi stack init`);
    const name = stack === undefined ? undefined : shortName(stack);
    if (name !== undefined && !files.has(name)) {
        const meant = didYouMean(name, files.keys()) || ` There are ${[...files.keys()].join(", ")}.`;
        throw new Failed(`There is no ${stackFileName(root, name)} in ${folder}.${meant}`);
    }
    const stacks = name === undefined ? [...files.keys()] : [name];
    const all = readStackFiles(root);
    const defaults = readDefaults(project);
    const projectName = typeof project.value.name === "string" ? project.value.name : "";
    const otherLanguage = !JAVASCRIPT.includes(runtimeOf(project.value));
    const empty: string[] = [];
    const found = stacks.flatMap((one) => {
        const file = files.get(one)!;
        const warn: Warn = (facts) => findStackWarnings({ ...facts, stack: one, secretKeys: [], root, files: all });
        const { problems, isEmpty } = checkFile({
            folder,
            file,
            owner: ownerOf(projectName, one),
            defaults,
            otherLanguage,
            warn,
        });
        if (isEmpty) empty.push(one);
        const lost = isEmpty && !otherLanguage ? findLostFile(one, defaults.values, root) : undefined;
        const told = lost === undefined ? problems : [...problems, { ...error("", lost), origin: { file } }];
        return told.map(({ origin, ...problem }): FileProblem => {
            const { file: at = file, line } = origin ?? {};
            const inProject = origin !== undefined && at === project.name;
            const path = relative(from, join(inProject ? root : folder, at));
            return { ...problem, stacks: [one], file: path, line };
        });
    });
    // If the stack also has a file that is read, its warnings mention the other.
    const unread = [...findUnreadFiles(root, project)].flatMap(([one, problem]): FileProblem[] =>
        files.has(one) || name !== undefined
            ? []
            : [{ ...problem, stacks: [one], file: relative(from, join(root, stackFileName(root, one))) }],
    );
    return { stacks, empty, problems: inOrder(mergeSame([...found, ...unread])) };
}

/** Runtimes whose programs can use `readStackConfig`; the empty text is a Pulumi.yaml without a runtime. */
const JAVASCRIPT = ["nodejs", "bun", ""];

/** The runtime of a project file, written alone or with options. */
function runtimeOf({ runtime }: Record<string, unknown>): string {
    const name = isMap(runtime) ? runtime.name : runtime;
    return typeof name === "string" ? name : "";
}

interface FileToCheck {
    folder: string;
    file: string;
    owner: string;
    defaults: Defaults;
    otherLanguage: boolean;
    warn: Warn;
}

type Warn = (facts: Pick<Parameters<typeof findStackWarnings>[0], "values" | "layers">) => PlacedProblem[];

/** Problems of a stack's file, and whether it could be read but contains no key of a fleet. */
function checkFile({ folder, file, owner, defaults, otherLanguage, warn }: FileToCheck) {
    const read = readYamlFile(join(folder, file), LARGEST_STACK_FILE);
    const only = (problem: PlacedProblem) => ({ problems: [problem], isEmpty: false });
    if ("reason" in read)
        return only({ ...error("", `${read.reason}. Correct the file.`), origin: { file, line: read.line } });
    const { config = {} } = read.value;
    if (!isMap(config ?? {})) {
        const text = `must be a map (got ${show(config)}). Write its keys below it, further to the right.`;
        return only({ ...error("config", text), origin: { file, line: read.lineOf(["config"]) } });
    }
    // Pulumi passes a key whose whole value is null as an empty text.
    const filled = Object.entries(config ?? {}).map(([key, value]) => [key, withPlaceholders(value ?? "")] as const);
    const own = Object.fromEntries(filled);
    const isOwn = (key: string) => Object.hasOwn(own, key);
    const given = Object.fromEntries([...Object.entries(defaults.values).filter(([key]) => !isOwn(key)), ...filled]);
    const lineOf = (keys: readonly (string | number)[]) => read.lineOf(["config", ...keys]);
    // Only the files count, not this shell's environment variables.
    const { problems, values, layers, locate } = checkStack({
        own: { file, config: given, lineOf },
        folder: () => folder,
        secretKeys: [],
        env: {},
        owner,
        otherLanguage,
    });
    const place = (problem: PlacedProblem): PlacedProblem => {
        const origin = locate(problem);
        const fromProject = origin?.file === file ? defaults.originOf(problem.path, own) : undefined;
        return { ...problem, origin: fromProject ?? origin };
    };
    const tops = findMisplacedTops(read.value).map((problem) => ({
        ...problem,
        origin: { file, line: read.lineOf([problem.path]) },
    }));
    return {
        problems: [...tops, ...[...problems, ...warn({ values, layers })].map(place)],
        isEmpty: !Object.keys(values).some((key) => key.startsWith(OURS)),
    };
}

/** A problem in a shared file is found once for each stack; merges these. */
function mergeSame(problems: readonly FileProblem[]): FileProblem[] {
    const merged = new Map<string, FileProblem>();
    for (const problem of problems) {
        const key = JSON.stringify([problem.file, problem.line, problem.path, problem.message, problem.severity]);
        const same = merged.get(key);
        if (same === undefined) merged.set(key, problem);
        else same.stacks.push(...problem.stacks);
    }
    return [...merged.values()];
}

function inOrder(problems: FileProblem[]): FileProblem[] {
    return problems.sort((a, b) => (a.file === b.file ? (a.line ?? 0) - (b.line ?? 0) : a.file < b.file ? -1 : 1));
}
