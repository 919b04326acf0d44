import * as fs from "node:fs";
import * as path from "node:path";

/** What some tests need that `make test` does not install. */
export type Need = "docker" | "chromium" | "python" | "sshd" | "java";

/** One of several programs, and how to install it. */
interface Program {
    /** Names, any of which is enough. */
    anyOf: string[];
    remedy: string;
}

const PROGRAMS: Record<Need, Program[]> = {
    docker: [
        { anyOf: ["docker"], remedy: "apt-get install docker.io" },
        { anyOf: ["busybox"], remedy: "apt-get install busybox-static" },
    ],
    chromium: [{ anyOf: ["chromium", "google-chrome"], remedy: "apt-get install chromium" }],
    sshd: [
        { anyOf: ["sshd"], remedy: "apt-get install openssh-server" },
        { anyOf: ["ssh"], remedy: "apt-get install openssh-client" },
        { anyOf: ["busybox"], remedy: "apt-get install busybox-static" },
        { anyOf: ["sudo"], remedy: "apt-get install sudo" },
    ],
    java: [
        { anyOf: ["javac"], remedy: "apt-get install openjdk-17-jdk-headless" },
        { anyOf: ["mvn"], remedy: "apt-get install maven" },
    ],
    python: [{ anyOf: ["python3"], remedy: "apt-get install python3-venv python3-pip" }],
};

/**
 * Says what a machine lacks, and what to do about it; undefined if it has everything.
 *
 * @param isRoot whether this process can start a Docker engine
 */
export function findMissing(need: Need, env: NodeJS.ProcessEnv, isRoot: boolean): string | undefined {
    const program = PROGRAMS[need].find(({ anyOf }) => findProgram(anyOf, env) === undefined);
    if (program) return `no ${program.anyOf.join(" or ")} on PATH (Debian: ${program.remedy})`;
    if (need !== "docker" || env.DOCKER_HOST) return undefined;
    if (!isRoot) return "no Docker engine: set DOCKER_HOST to one, or run the tests as root, which start their own";
    return findProgram(["dockerd"], env) ? undefined : "no dockerd on PATH (Debian: apt-get install docker.io)";
}

/** Why suites were skipped, by their titles. */
export const skipReasons = new Map<string, string>();

/**
 * Skips the tests of the suite whose hook calls this if the machine lacks something; the reporter prints why at the
 * end. `.ci/run` treats a skipped test as a failed one.
 */
export function skipWithout(need: Need, hook: Mocha.Context): void {
    const missing = findMissing(need, process.env, process.getuid?.() === 0);
    if (missing === undefined) return;
    skipReasons.set(hook.test!.parent!.fullTitle(), missing);
    hook.skip();
}

/** Path of the browser for tests of pages. Only after `skipWithout("chromium")`. */
export function browserPath(): string {
    return findProgram(PROGRAMS.chromium[0]!.anyOf, process.env)!;
}

function findProgram(names: string[], env: NodeJS.ProcessEnv): string | undefined {
    const folders = (env.PATH ?? "").split(path.delimiter);
    return names
        .flatMap((name) => folders.map((folder) => path.join(folder, name)))
        .find((file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile());
}
