import type { Imported } from "./mapping";

/** What several hosts result in together. */
export function mergeImported(all: readonly Imported[]): Imported {
    const found = all.filter(({ config }) => Object.keys(config).length > 0).map(({ config }) => config);
    const merged = (key: string) => Object.fromEntries(found.flatMap((config) => Object.entries(config[key] ?? {})));
    return {
        config:
            found.length === 0
                ? {}
                : {
                      "gitlab:baseUrl": found[0]!["gitlab:baseUrl"],
                      "gitlab-fleet:runners": merged("gitlab-fleet:runners"),
                      "gitlab-fleet:managers": merged("gitlab-fleet:managers"),
                  },
        leftOut: all.flatMap(({ leftOut }) => leftOut),
        secrets: all.flatMap(({ secrets }) => secrets),
        remarks: all.flatMap(({ remarks }) => remarks),
    };
}

/** Workers have numbers, and each host has a first one. */
export function ofManager(manager: string, { leftOut, remarks, ...rest }: Imported): Imported {
    return {
        ...rest,
        leftOut: leftOut.map((one) => ({ ...one, manager })),
        remarks: remarks.map((remark) => `${manager}: ${remark}`),
    };
}
