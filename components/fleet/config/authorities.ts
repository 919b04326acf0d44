import { type Problem, warning } from "../../../core/problems";
import { isMap, memberOf } from "../../../core/values";

/** Silences the warning, in a manager's `silence`. */
export const NO_AUTHORITY = "no-authority";

/**
 * Managers whose gitlab-runner would not trust GitLab: the stack needs an authority of its own, so GitLab's certificate is none that the
 * system knows, and the workers name no file with it. gitlab-runner also takes `certs/<host>.crt` beside its config.toml, of which nothing
 * is known here.
 */
export function findMissingAuthorities(config: Record<string, unknown>): Problem[] {
    const {
        "gitlab:cacertFile": authority,
        "gitlab-fleet:managers": managers,
        "gitlab-fleet:runners": runners,
    } = config;
    if (typeof authority !== "string" || authority === "" || !isMap(managers)) return [];
    return Object.entries(managers).flatMap(([name, manager]) => {
        if (!isMap(manager) || hasCertificates(manager.placement) || isSilent(manager)) return [];
        const served = Array.isArray(manager.runners) ? manager.runners.map(String) : [];
        const lacking = served.filter((runner) => !namesAuthority(isMap(runners) ? runners[runner] : undefined));
        if (lacking.length === 0) return [];
        const message =
            `serves ${lacking.slice(0, 3).join(", ")}${lacking.length > 3 ? ", …" : ""} without tls-ca-file, while gitlab:cacertFile says that GitLab's ` +
            "certificate is of an authority of your own: gitlab-runner does not read that key. Set config.tls-ca-file to the file on the manager's " +
            `machine, or put it there as certs/<host>.crt beside config.toml and say silence: [${NO_AUTHORITY}].`;
        return [warning(memberOf("gitlab-fleet:managers", name), message)];
    });
}

function hasCertificates(placement: unknown): boolean {
    return Object.values(isMap(placement) ? placement : {}).some(
        (options) => isMap(options) && isMap(options.certificates) && Object.keys(options.certificates).length > 0,
    );
}

function isSilent({ silence }: Record<string, unknown>): boolean {
    return Array.isArray(silence) && silence.includes(NO_AUTHORITY);
}

function namesAuthority(runner: unknown): boolean {
    const { config } = isMap(runner) ? runner : {};
    return isMap(config) && config["tls-ca-file"] !== undefined;
}
