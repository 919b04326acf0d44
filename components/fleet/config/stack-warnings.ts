import { type Problem, warning } from "../../../core/problems";
import { firstOf, isMap, joinPaths, memberOf, show } from "../../../core/values";
import { toKnown } from "./known";
import { findOrigin, type Layer } from "./layers";
import { accepts, findOtherStacks } from "./other-stacks";
import { hideSecrets } from "./parse";
import { findPlainSecrets } from "./plain-secrets";
import { findUnreadFiles, readStackFiles, type StackFile, shortName } from "./stack-files";

/** What warnings about a stack's configuration as a whole look at. */
interface StackFacts {
    stack: string;
    /** Values by full key: texts, in which maps and lists are JSON, or the values themselves. */
    values: Record<string, unknown>;
    /** Full keys that hold a secret somewhere. */
    secretKeys: readonly string[];
    /** Folder of Pulumi.yaml. */
    root: string;
    /** Where the values come from. @default - all are the stack's own */
    layers?: readonly Layer[];
    /** What the stacks' files say, where somebody has read them already. @default - they are read */
    files?: ReadonlyMap<string, StackFile>;
}

/** What is unwise in a stack's configuration and in no single value of it: secrets in the open, leftovers of other stacks. */
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

/** Runners of one name that two shared files adopt, each another one: they are merged by name, so one of them is lost. */
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

/** Silences the warning, in a manager's `silence`. */
const NO_AUTHORITY = "no-authority";

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
