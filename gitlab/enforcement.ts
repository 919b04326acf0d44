import { idOfProject, readEnabled } from "./allowlists";
import type { GitLab } from "./client";
import { GitLabError } from "./errors";
import { pathOfProject } from "./namespaces";

/**
 * Whether the instance turns every project's allowlist on, whatever the project says; `undefined` when this token cannot
 * tell. Administrators see the setting. Others see it where a project's own switch is off and its list is on all the same.
 */
export async function isEnforced(gitlab: GitLab, project: string): Promise<boolean | undefined> {
    const setting = await gitlab.shared.get("application/settings", () => readSetting(gitlab)).catch(unknownTo);
    if (setting !== undefined) return setting;
    return isStoredOffButOn(gitlab, project).catch(unknownTo);
}

async function readSetting(gitlab: GitLab): Promise<boolean | undefined> {
    const settings = await gitlab.get<{ enforce_ci_inbound_job_token_scope_enabled?: boolean }>(
        "/application/settings",
    );
    return settings.enforce_ci_inbound_job_token_scope_enabled;
}

async function isStoredOffButOn(gitlab: GitLab, project: string): Promise<boolean | undefined> {
    const id = await idOfProject(gitlab, project);
    const data = await gitlab.graphql<{
        project: { ciCdSettings: { inboundJobTokenScopeEnabled: boolean | null } | null } | null;
    }>("query($path: ID!) { project(fullPath: $path) { ciCdSettings { inboundJobTokenScopeEnabled } } }", {
        path: await pathOfProject(gitlab, id),
    });
    const stored = data.project?.ciCdSettings?.inboundJobTokenScopeEnabled;
    return stored === false ? await readEnabled(gitlab, id) : undefined;
}

/** What cannot be seen stays unknown; whatever is really wrong shows in the calls that matter. */
function unknownTo(error: unknown): undefined {
    if (!(error instanceof GitLabError)) throw error;
}
