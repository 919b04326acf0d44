import { existsSync } from "node:fs";
import { error, type Problem } from "../../../core/problems";
import { isMap, memberOf } from "../../../core/values";
import { OURS } from "./known";
import { parseYamlFile } from "./yaml-file";

/** Keys of a kubeconfig that run a program, or that read a file and send it to a server. */
const RUNS_OR_READS = new Set([
    "exec",
    "auth-provider",
    "tokenfile",
    "client-key",
    "client-certificate",
    "certificate-authority",
]);
/** Line breaks for some YAML parsers and not for others: one may read a key where another reads a comment. */
const DOUBTFUL_BREAK = /[\u0085\u2028\u2029]|\r(?!\n)/;
/** Options of `ssh` that run and load nothing: those of `ssh_config(5)`, and the flags that abbreviate one of them. */
const HARMLESS_OPTION =
    /^(AddressFamily|BatchMode|CertificateFile|Compression|Connect(Timeout|ionAttempts)|GlobalKnownHostsFile|HostKeyAlias|IdentitiesOnly|IdentityFile|LogLevel|Port|ServerAlive(CountMax|Interval)|StrictHostKeyChecking|User|UserKnownHostsFile)[ =]+(?=[^ =])/i;
/** A value in which `ssh` expands no variable, and which is not a command if it is written to a file as a host name. */
const HARMLESS_VALUE = /^[\w./~%:@,+ ][\w./~%:@,+ -]*$/;

/**
 * Finds lines of the stack's file that would make a pipeline's job run a program or send one of its files elsewhere.
 * Whoever may write that file would gain everything that the job has, even in a preview, because the kubernetes
 * provider logs in there. `FLEET_GITLAB_ONLY` marks a job of `gitlab-fleet pipeline`. What a user's own program
 * declares is not checked.
 */
export function findPrograms(managers: unknown, env: { FLEET_GITLAB_ONLY?: string }): Problem[] {
    if (!env.FLEET_GITLAB_ONLY?.trim() || !isMap(managers)) return [];
    return Object.entries(managers).flatMap(([name, manager]) => {
        const path = `${memberOf(OURS, "managers", name)}.placement`;
        const placement = isMap(manager) && isMap(manager.placement) ? manager.placement : {};
        const { kubernetes, docker } = placement;
        return [
            ...(isMap(kubernetes) ? inKubeconfig(kubernetes.kubeconfig, `${path}.kubernetes.kubeconfig`) : []),
            ...(isMap(docker) ? inSshOpts(docker.sshOpts, `${path}.docker.sshOpts`) : []),
        ];
    });
}

function inKubeconfig(given: unknown, path: string): Problem[] {
    if (given === undefined || (typeof given === "string" && holdsItsLogins(given))) return [];
    const what =
        "must be a text that holds its logins itself (token, client-key-data) in a pipeline: a program or a file that it names would " +
        "be run or read by the job, with all its tokens. Leave it out, give the kubeconfig in the CI/CD variable KUBECONFIG, of type File, and name its context.";
    return [error(path, what)];
}

/** Whether all keys are plain, so that every parser reads them alike, and none of them runs or reads anything. */
function holdsItsLogins(text: string): boolean {
    // The kubernetes provider reads a file with that name, whatever the name looks like.
    if (DOUBTFUL_BREAK.test(text) || existsSync(text)) return false;
    const file = parseYamlFile(text);
    const isWell = (value: unknown): boolean => {
        if (typeof value !== "object" || value === null) return true;
        if (Array.isArray(value)) return value.every(isWell);
        // With a tag (!!omap) a map may become an object that hides its keys here.
        if (Object.getPrototypeOf(value) !== Object.prototype) return false;
        return Object.entries(value).every(
            ([key, item]) => /^[\w./-]+$/.test(key) && !RUNS_OR_READS.has(key.toLowerCase()) && isWell(item),
        );
    };
    return !("reason" in file) && isWell(file.value);
}

function inSshOpts(given: unknown, path: string): Problem[] {
    if (areHarmless(Array.isArray(given) ? given.map(String) : [])) return [];
    const what =
        "must not name a program, or what may run one, in a pipeline (only -i, -l, -p, and harmless -o): the job would run it, with all " +
        "its tokens. Put it into ~/.ssh/config of the job.";
    return [error(path, what)];
}

/** Whether these are flags with harmless values, read in order as `ssh` does: the value of a flag is not a flag. */
function areHarmless([first, ...rest]: readonly string[]): boolean {
    if (first === undefined) return true;
    const [, flag, joined = ""] = /^-([ilop])(.*)$/s.exec(first) ?? [];
    const [given, ...others] = joined === "" ? rest : [joined, ...rest];
    if (flag === undefined || given === undefined) return false;
    const value = given.trimStart();
    const isHarmless = flag !== "o" || HARMLESS_OPTION.test(value);
    return isHarmless && HARMLESS_VALUE.test(value.replace(HARMLESS_OPTION, "")) && areHarmless(others);
}
