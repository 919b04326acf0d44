import * as fc from "fast-check";
import type { Sandbox } from "../../sandbox";

export const PRODUCER = "containers/poetry";
export const CONSUMERS = ["apps/etl", "apps/web", "apps/others"];

/** What a stack declares for the producer; undefined if it declares nothing. */
export type Access =
    | {
          mode: "exclusive" | "additive";
          consumers: { projects: string[]; groups: string[] };
          policies?: "pull" | Record<string, string[]>;
          grantMembership?: { group: string; role: string };
      }
    | undefined;

const consumers = fc.record({ projects: fc.subarray(CONSUMERS), groups: fc.subarray(["data"]) });

export const anyAccess: fc.Arbitrary<Access> = fc.option(
    consumers.chain(({ projects, groups }) =>
        fc.record(
            {
                mode: fc.constantFrom("exclusive" as const, "additive" as const),
                consumers: fc.constant({ projects, groups }),
                policies: fc.oneof(
                    fc.constant("pull" as const),
                    fc
                        .subarray([...projects, ...groups])
                        .map((entries) => Object.fromEntries(entries.map((entry) => [entry, ["READ_JOBS"]]))),
                ),
                grantMembership: fc.record({
                    group: fc.constant("apps"),
                    role: fc.constantFrom("reporter", "developer"),
                }),
            },
            { requiredKeys: ["mode", "consumers"] },
        ),
    ),
    { nil: undefined, freq: 8 },
);

/** The declaration as stack configuration. */
export function registriesOf(access: Access): Record<string, unknown> {
    return {
        "gitlab-fleet:registries": access === undefined ? {} : { [PRODUCER]: { ...access, checkMembership: false } },
    };
}

/**
 * A model of GitLab's list, which has `apps/others` before anything is declared. Entries that already exist when the
 * stack declares them stay when it no longer does. Entries that were added in one mode exist in the other, because
 * nothing is refreshed in between.
 */
export class AccessModel {
    private readonly list = new Set<string>(["apps/others"]);
    private mode: "exclusive" | "additive" | undefined;
    private added = new Set<string>();

    /** Declares something; returns the expected permissions by entry. */
    declare(next: Access): Record<string, unknown> {
        const declared = new Set(next === undefined ? [] : Object.values(next.consumers).flat());
        const before = { mode: this.mode, added: this.added };
        const known = before.mode === next?.mode ? [...before.added].filter((entry) => declared.has(entry)) : [];
        this.mode = next?.mode;
        this.added = new Set([...known, ...[...declared].filter((entry) => !this.list.has(entry))]);
        for (const entry of declared) this.list.add(entry);
        if (next?.mode === "exclusive") {
            for (const entry of this.list) if (!declared.has(entry)) this.list.delete(entry);
        } else {
            for (const entry of before.added) if (!declared.has(entry)) this.list.delete(entry);
        }
        return Object.fromEntries([...this.list].map((entry) => [entry, permissionsOf(next, entry)]));
    }
}

/** The permissions that GitLab must show for an entry after this was declared. */
export function permissionsOf(next: Access, entry: string): unknown {
    const declared = next !== undefined && Object.values(next.consumers).flat().includes(entry);
    if (!declared || next.policies === undefined) return "default";
    return next.policies === "pull" ? ["READ_PACKAGES"] : (next.policies[entry] ?? "default");
}

/** The permissions in GitLab, by entry. */
export function listNow({ db }: Sandbox, producer = PRODUCER): Record<string, unknown> {
    const { id } = db.projects.first("path", producer)!;
    const policiesOf = (link: { defaultPermissions: boolean; policies: string[] }) =>
        link.defaultPermissions ? "default" : link.policies;
    return Object.fromEntries([
        ...db.projectLinks
            .find("source", `inbound:${id}`)
            .map((link) => [db.projects.must(link.targetId).fullPath, policiesOf(link)]),
        ...db.groupLinks.find("source", id).map((link) => [db.groups.must(link.targetId).fullPath, policiesOf(link)]),
    ]);
}
