import type { GitLab } from "../../gitlab/client";
import { unlessRefused } from "../../gitlab/errors";
import type { Preview } from "../report/preview";
import type { Message } from "../report/summary";

/** Most runners whose managers are requested, with one request each. */
const MOST_RUNNERS = 50;

/** A manager of a runner, as GitLab last heard from it. */
interface Manager {
    system_id: string;
    version: string | null;
    status: string;
}

/**
 * Managers whose gitlab-runner is newer than GitLab, or more than one minor release older. GitLab asks for the same
 * major and minor release, https://docs.gitlab.com/runner/#gitlab-runner-versions. Ignores managers that GitLab does
 * not hear from.
 */
export async function findVersionGaps(gitlab: GitLab, preview: Preview): Promise<Message[]> {
    const runners = preview.steps
        .filter(({ type, id }) => type === "UserRunner" && /^\d+$/.test(id))
        .slice(0, MOST_RUNNERS);
    if (runners.length === 0) return [];
    const { version } = await gitlab.get<{ version: string }>("/version");
    const found: Message[] = [];
    for (const { name, id } of runners) {
        const managers = (await gitlab.get<Manager[]>(`/runners/${id}/managers`).catch(unlessRefused)) ?? [];
        for (const manager of managers.filter(({ status }) => status === "online")) {
            const gap = describeGap(manager.version ?? "", version);
            if (gap !== undefined)
                found.push({
                    name,
                    lines: [
                        `runner ${name}: gitlab-runner ${manager.version} of manager ${manager.system_id} is ${gap}.`,
                    ],
                });
        }
    }
    return found;
}

/** How far a gitlab-runner's version is from GitLab's; undefined if it is close enough, or if one is not a version. */
export function describeGap(runner: string, gitlab: string): string | undefined {
    const [mine, theirs] = [runner, gitlab].map((text) => /^(\d+)\.(\d+)\./.exec(text)?.slice(1).map(Number));
    if (mine === undefined || theirs === undefined) return undefined;
    const [major, minor] = [mine[0]! - theirs[0]!, mine[1]! - theirs[1]!];
    const short = gitlab.split(".").slice(0, 2).join(".");
    if (major > 0 || (major === 0 && minor > 0)) return `newer than GitLab ${short}: update GitLab first`;
    if (major < 0 || minor < -1) return `behind GitLab ${short}: update it`;
    return undefined;
}
