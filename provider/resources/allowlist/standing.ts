import { keptFor } from "../../../core/kept-for";
import { type Props, textOf } from "../../../core/props";
import type { GitLab } from "../../../gitlab/client";
import type { ProjectFacts } from "../../../gitlab/listed-projects";
import { isAdministrator, readProjectFacts } from "../../../gitlab/project-facts";
import type { Call, Standing } from "../../handler";

/** When the project was created, which no other project with its id has in common with it. */
const CREATED = "__projectCreatedAt";
/** Where it was, for messages once GitLab does not tell it any more. */
const PATH = "__projectPath";

/** Where the project of a state was when it was last written. */
export function pathIn(state: Props): string | undefined {
    return textOf(state[PATH]);
}

/** What a state keeps of its project, to know it again. */
export function knownBy({ createdAt, path }: ProjectFacts): Props {
    return { [CREATED]: createdAt, [PATH]: path };
}

/** What a state shall keep of its project, which is read for it unless that was done just now. */
export async function knownProject(gitlab: GitLab, project: string): Promise<Props> {
    const facts = await readProjectFacts(gitlab, project);
    return facts === undefined ? {} : knownBy(facts);
}

/**
 * Whether the project that a resource of the state belongs to is the one that it was made in. 404 says that it is gone only
 * to an administrator: to everybody else GitLab says the same about a project that they are no members of any more.
 *
 * @param project its id or full path, as the resource's id has it
 * @param open what may still be open there, as a sentence; asked for only where nobody can look
 * @param read what GitLab says about the project, where it comes with something else that is asked for
 */
export async function standingOfProject(
    call: Call,
    project: string,
    state: Props,
    open: () => Promise<string>,
    read = () => readProjectFacts(call.gitlab, project, { path: pathIn(state) }),
): Promise<Standing<ProjectFacts>> {
    const facts = await read();
    const name = nameOf(project, state);
    if (facts === undefined) {
        if (await isAdministrator(call.gitlab)) return { is: "gone", why: `${name} is gone from GitLab.` };
        const why = `${name} is gone, or this token may no longer look at it: GitLab answers 404 to both. ${await open()}`;
        return { is: "hidden", why };
    }
    const kept = state[CREATED];
    if (typeof kept === "string" && facts.createdAt !== undefined && kept !== facts.createdAt) {
        const why = `${name} was created ${kept}; what has its id now is ${facts.path}, created ${facts.createdAt}.`;
        return { is: "another", why: `${why} GitLab gives ids out again after a backup was restored.` };
    }
    remark(call, facts);
    return { is: "ours", seen: facts };
}

const remarkedIn = keptFor<GitLab, Set<number>>(() => new Set());

/** Says once for each project in what state it is, where that changes what can be done with its list. */
function remark(call: Call, { id, path, archived, markedOn }: ProjectFacts): void {
    const said = remarkedIn(call.gitlab);
    if (said.has(id) || (!archived && markedOn === undefined)) return;
    said.add(id);
    const what =
        markedOn === undefined
            ? "is archived: GitLab refuses changes of its job-token allowlist until somebody unarchives it (Settings > General > Advanced)."
            : `waits for its deletion, for which it was marked on ${markedOn}. Restore it in GitLab, or take it out of the program.`;
    call.log.warn(`Project ${path} (id ${id}) ${what}`);
}

function nameOf(project: string, state: Props): string {
    const path = pathIn(state);
    if (path === undefined) return `Project ${project}`;
    return /^\d+$/.test(project) ? `Project ${path} (id ${project})` : `Project ${path}`;
}
