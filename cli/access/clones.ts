import * as path from "node:path";
import { expand, type Variables } from "./variables";

const WITH_TOKEN = /https?:\/\/[^\s"'`/@]*\$\{CI_JOB_TOKEN\}@([^\s"'`/]+)\/([^\s"'`?#]+)/g;

/** Projects whose repositories a job's commands read with its token: `https://gitlab-ci-token:$CI_JOB_TOKEN@host/group/project.git`. */
export function findClones(script: readonly string[], variables: Variables): string[] {
    return script.flatMap((line) =>
        [...expand(line, variables).text.matchAll(WITH_TOKEN)]
            .filter(([, host]) => isServer(host!, variables))
            .map(([, , rest]) => toPath(rest!)),
    );
}

/** Whether gitlab-runner fetches submodules for a job. GitLab: `GIT_SUBMODULE_STRATEGY`. */
export function fetchesSubmodules({ GIT_SUBMODULE_STRATEGY: strategy }: Variables): boolean {
    return strategy === "normal" || strategy === "recursive";
}

/** Projects of this GitLab that `.gitmodules` names and gitlab-runner reads with the job's token. */
export function findSubmodules(gitmodules: string, variables: Variables): string[] {
    return [...gitmodules.matchAll(/^\s*url\s*=\s*(\S+)\s*$/gm)].flatMap(([, url]) => {
        if (/^\.\.?\//.test(url!)) return [toPath(path.posix.join(variables.CI_PROJECT_PATH ?? "", url!))];
        const [, scheme, host, rest] = /^(?:(https?|ssh):\/\/)?(?:[^@/]+@)?([^/:]+(?::\d+)?)[/:](.+)$/.exec(url!) ?? [];
        // Addresses of SSH ask for a key, not for the token, unless the job has them rewritten.
        const usesToken = scheme?.startsWith("http") || variables.GIT_SUBMODULE_FORCE_HTTPS === "true";
        return usesToken && isServer(host!, variables) ? [toPath(rest!)] : [];
    });
}

function isServer(host: string, { CI_SERVER_FQDN, CI_SERVER_HOST }: Variables): boolean {
    const written = host.toLowerCase();
    return written === CI_SERVER_FQDN?.toLowerCase() || written.replace(/:\d+$/, "") === CI_SERVER_HOST?.toLowerCase();
}

/** What stands before `.git`, or before a page of the project. */
function toPath(rest: string): string {
    return rest.replace(/\.git(?![\w-]).*$|\/-\/.*$/, "");
}
