import { keptFor } from "../../../core/kept-for";
import { type Props, textOf } from "../../../core/props";
import type { GitLab } from "../../../gitlab/client";
import type { ProjectFacts } from "../../../gitlab/listed-projects";
import { isAdministrator, readProjectFacts } from "../../../gitlab/project-facts";
import type { Call, Standing } from "../../handler";

/** When the project was created: it differs for any other project with the same id. */
const CREATED = "__projectCreatedAt";
/** The project's path, for messages once GitLab no longer tells it. */
const PATH = "__projectPath";

/** The project's path when the state was last written. */
export function pathIn(state: Props): string | undefined {
    return textOf(state[PATH]);
}

/** What a state keeps to recognise its project. */
export function knownBy({ createdAt, path }: ProjectFacts): Props {
    return { [CREATED]: createdAt, [PATH]: path };
}

/** What a state should keep of its project, read from GitLab unless that was just done. */
export async function knownProject(gitlab: GitLab, project: string): Promise<Props> {
    const facts = await readProjectFacts(gitlab, project);
    return facts === undefined ? {} : knownBy(facts);
}

/**
 * Whether the project of a resource in the state is still the one in which it was created. Only to an administrator
 * does 404 mean that it is gone: to all others, GitLab says the same about a project of which they are no longer
 * members.
 *
 * @param project its id or full path, from the resource's id
 * @param open a sentence about what may still be open; called only if GitLab does not show the project
 * @param read reads GitLab's facts about the project, if another read returns them as well
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

/** Reports once per project a status that limits changes to its list. */
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
