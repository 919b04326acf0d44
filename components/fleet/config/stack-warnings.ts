import { type Problem, warning } from "../../../core/problems";
import { firstOf, isMap, joinPaths, memberOf, show } from "../../../core/values";
import { toKnown } from "./known";
import { findOrigin, type Layer } from "./layers";
import { accepts, findOtherStacks } from "./other-stacks";
import { hideSecrets } from "./parse";
import { findPlainSecrets } from "./plain-secrets";
import { findUnreadFiles, readStackFiles, type StackFile, shortName } from "./stack-files";

/** Input for warnings about a stack's configuration as a whole. */
interface StackFacts {
    stack: string;
    /** Values by full key: texts, with maps and lists as JSON, or the values themselves. */
    values: Record<string, unknown>;
    /** Full keys whose values contain a secret. */
    secretKeys: readonly string[];
    /** Folder of Pulumi.yaml. */
    root: string;
    /** Where the values come from. @default - all are the stack's own */
    layers?: readonly Layer[];
    /** The stacks' files, if they were already read. @default - they are read */
    files?: ReadonlyMap<string, StackFile>;
}

/** Warnings that concern no single value of a stack's configuration: unencrypted secrets, leftovers of other stacks. */
export function findStackWarnings({ stack, values, secretKeys, root, layers = [], files }: StackFacts): Problem[] {
    const known = toKnown(values);
    let found = files;
    const read = () => {
        found ??= readStackFiles(root);
        return found;
    };
    const own = layers.at(-1)?.file;
    const sharedBy = (path: string) => {
        const file = findOrigin(layers, path)?.file;
        return file === own ? undefined : file;
    };
    const unread = findUnreadFiles(root).get(shortName(stack));
    return [
        ...(unread === undefined ? [] : [unread]),
        ...findPlainSecrets(known, secretKeys, () => read().get(stack), sharedBy),
        ...findMissingAuthorities(known),
        ...findMergedRunners(layers.slice(0, -1)),
        ...findOtherStacks(stack, known, read()).map((problem) => hideSecrets(problem, secretKeys)),
    ];
}

/** Finds runners of one name for which two shared files adopt different ids: they are merged, so one is lost. */
function findMergedRunners(shared: readonly Layer[]): Problem[] {
    const adopted = new Map<string, { file: string | undefined; id: unknown }>();
    return shared.flatMap(({ file, config }) => {
        const { "gitlab-fleet:runners": runners } = config;
        return Object.entries(isMap(runners) ? runners : {}).flatMap(([name, runner]) => {
            const { id } = isMap(runner) && isMap(runner.adopt) ? runner.adopt : {};
            if (id === undefined) return [];
            const first = adopted.get(name);
            adopted.set(name, { file, id });
            if (first === undefined || String(first.id) === String(id)) return [];
            const message =
                `is runner ${show(id)} in ${file}, and runner ${show(first.id)} in ${first.file}: shared files are merged by name, so the two ` +
                "become one. Give each a name of its own, as import does where all hosts are named in one command.";
            return [warning(joinPaths(memberOf("gitlab-fleet:runners", name), "adopt"), message)];
        });
    });
}

/** Code that silences the warning, in a manager's `silence`. */
const NO_AUTHORITY = "no-authority";

/**
 * Finds managers whose gitlab-runner would not trust GitLab: the stack needs a certificate authority of its own, so the
 * system does not know GitLab's certificate, and the workers name no file for it. gitlab-runner also reads
 * `certs/<host>.crt` next to its config.toml, which is not known here.
 */
export function findMissingAuthorities(config: Record<string, unknown>): Problem[] {
    const {
        "gitlab:cacertFile": authority,
        "gitlab-fleet:managers": managers,
        "gitlab-fleet:runners": runners,
    } = config;
    if (typeof authority !== "string" || authority === "" || !isMap(managers)) return [];
    return Object.entries(managers).flatMap(([name, manager]) => {
        if (!isMap(manager) || hasCertificates(manager.placement) || accepts(manager, NO_AUTHORITY)) return [];
        const served = Array.isArray(manager.runners) ? manager.runners.map(String) : [];
        const lacking = served.filter((runner) => !namesAuthority(isMap(runners) ? runners[runner] : undefined));
        if (lacking.length === 0) return [];
        const message =
            `serves ${firstOf(lacking, 3)} without tls-ca-file, while gitlab:cacertFile says that GitLab's ` +
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

function namesAuthority(runner: unknown): boolean {
    const { config } = isMap(runner) ? runner : {};
    return isMap(config) && config["tls-ca-file"] !== undefined;
}
