import type { UncheckedConfig } from "../../../../core/config-toml";

/** A mistake that somebody makes in config.toml. */
export interface BadInput {
    /** What was done wrong. */
    title: string;
    /** The configuration of manager `ci-01` with it. */
    config: UncheckedConfig;
    /** Path of the error we report, below `managers.ci-01`. */
    path: string;
    /** What the error says. */
    says: RegExp;
    /** What `gitlab-runner lint` makes of the same file. */
    lint: "rejects" | "accepts";
}

/** A table of config.toml. */
export type Table = Record<string, unknown>;

/** A worker without a fault. */
export const DOCKER: Table = { executor: "docker", limit: 4, docker: { image: "alpine:latest" } };

/** A file with these keys at the top and these workers. */
export function file(global: Table, ...workers: Table[]): UncheckedConfig {
    return {
        global,
        workers: workers.map((config, index) => ({
            name: `worker-${index}`,
            url: "https://gitlab.example.org",
            token: `glrt-test-${index}`,
            config,
        })),
    };
}

/** A file whose top has these keys. */
export function top(keys: Table): UncheckedConfig {
    return file({ concurrent: 8, ...keys }, DOCKER);
}

/** A file whose second worker has these keys. */
export function worker(keys: Table): UncheckedConfig {
    return file({ concurrent: 8 }, DOCKER, { ...DOCKER, ...keys });
}

/** A file whose second worker has these keys in its docker section. */
export function docker(keys: Table): UncheckedConfig {
    return worker({ docker: { image: "alpine:latest", ...keys } });
}

/** A file whose second worker has this executor and these sections. */
export function executor(name: unknown, sections: Table = {}): UncheckedConfig {
    return file({ concurrent: 8 }, DOCKER, { executor: name, ...sections });
}

/** Many labels. */
export function labels(prefix: string, count: number): Table {
    return Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}-${index}`, "x"]));
}
