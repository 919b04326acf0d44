import type { Props } from "../../../core/props";
import { safe } from "../../../core/service/journal";
import { isInRange, parseRange } from "../../../core/service/version";
import { readManagers } from "../../../gitlab/runner-facts";
import type { Call, Log } from "../../handler";
import { nameOf, type Service, type ServiceSeen } from "./process";

/** A warning where the package of a host has another version than it shall have. */
export function warnOfVersion(
    log: Log,
    { host }: Service,
    { version }: Pick<ServiceSeen, "version">,
    wanted: string,
): void {
    if (version === undefined) {
        log.warn(
            `gitlab-runner on ${nameOf(host)} says no version, and it shall be ${wanted}. Is it on the PATH there?`,
        );
        return;
    }
    if (fits(version, wanted)) return;
    log.warn(
        `gitlab-runner on ${nameOf(host)} is ${version}, and shall be ${wanted}. Update its package there, or change version.`,
    );
}

/**
 * A warning where GitLab last heard of another version from the process. The host says what is installed, and GitLab what
 * runs: after an upgrade the old process may still be there. No host is asked, so a preview warns, too.
 */
export async function warnOfVersionInGitLab({ gitlab, log }: Call, inputs: Props, installed: unknown): Promise<void> {
    const { version: wanted, runnerId, systemId } = inputs;
    if (typeof wanted !== "string" || typeof runnerId !== "string" || typeof systemId !== "string") return;
    // A warning is no reason to fail: whoever may not list managers, or has lost the runner, hears of that elsewhere.
    const managers = await readManagers(gitlab, runnerId).catch(() => []);
    const running = managers.find((manager) => manager.systemId === systemId)?.version;
    if (running === undefined || fits(running, wanted)) return;
    const isUpdated = typeof installed === "string" && fits(installed, wanted);
    log.warn(
        `GitLab last heard of gitlab-runner ${safe(running)} from ${systemId}, and it shall be ${wanted}. ` +
            (isUpdated
                ? `${installed} is installed there: restart the process when it suits you.`
                : "Update its package there, or change version."),
    );
}

function fits(version: string, wanted: string): boolean {
    const range = parseRange(wanted);
    return range === undefined || isInRange(version.replace(/^v/, ""), range);
}
