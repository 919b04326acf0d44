import * as fleet from "@gitlab-fleet/sdk";
import * as pulumi from "@pulumi/pulumi";
import { keptFor } from "../../core/kept-for";
import { messageOf } from "../../core/message";
import { isId, type Reference, type ReferenceKind, referenceKey, toPath } from "../../core/reference";
import { safeText } from "../../core/safe-text";
import { firstOf, isEventual, show } from "../../core/values";
import { fleetChild } from "./fleet-provider";
import { perProgram } from "./per-program";
import { rejectWith } from "./say";
import type { ReferenceInput, RunnerScope } from "./scope";

/**
 * Returns the id of a project or group. All paths that a program needs in one turn are looked up in one call, and so
 * are, in a preview, ids that were written. `where` is the place that errors name.
 */
export function resolveReference(
    component: pulumi.ComponentResource,
    kind: ReferenceKind,
    reference: ReferenceInput,
    where: string,
): pulumi.Output<number> {
    // A known path must be requested now, not in an output's `apply`, or it would miss this turn's batch.
    if (!isEventual(reference)) return pulumi.output(toId(component, kind, reference as Reference, where));
    return pulumi
        .output(reference)
        .apply((known) =>
            pulumi.output(isId(known) ? Number(known) : resolverFor(component).resolve(kind, known, where)),
        );
}

/** The id of the group or project of a scope, as the plugins take it; `{}` for the instance. */
export function resolveScope(
    component: pulumi.ComponentResource,
    scope: RunnerScope | { projectsBelow: ReferenceInput },
    where: (key: string) => string,
): { groupId?: pulumi.Output<number>; projectId?: pulumi.Output<number> } {
    if (scope === "instance") return {};
    if ("project" in scope)
        return { projectId: resolveReference(component, "project", scope.project, where("project")) };
    const [key, group] = "group" in scope ? ["group", scope.group] : ["projectsBelow", scope.projectsBelow];
    return { groupId: resolveReference(component, "group", group as ReferenceInput, where(key as string)) };
}

/** Ids of many projects or groups, as one output: a thousand lists of a hundred entries are a thousand outputs. */
export function resolveReferences(
    component: pulumi.ComponentResource,
    kind: ReferenceKind,
    references: readonly ReferenceInput[],
    where: string,
): pulumi.Output<number[]> {
    const place = (index: number) => `${where}[${index}]`;
    if (isEventual(references)) {
        return pulumi.all(references.map((one, index) => resolveReference(component, kind, one, place(index))));
    }
    const known = references as readonly Reference[];
    const ids = Promise.all(known.map((one, index) => toId(component, kind, one, place(index))));
    // `pulumi.output(ids)` would also create, and keep, an output for each id.
    return pulumi.output(undefined).apply(() => ids);
}

function toId(
    component: pulumi.ComponentResource,
    kind: ReferenceKind,
    reference: Reference,
    where: string,
): number | Promise<number> {
    // `up` needs no look-up for an id. A preview checks that it exists, before `up` writes half of a list.
    if (isId(reference) && !pulumi.runtime.isDryRun()) return Number(reference);
    return resolverFor(component).resolve(kind, reference, where);
}

function resolverFor(component: pulumi.ComponentResource): PathResolver {
    return resolverOf()(fleetChild(component).provider);
}

const resolverOf = perProgram(() => keptFor((provider: pulumi.ProviderResource) => new PathResolver(provider)));

/** One requested project or group, the first places where it was written, and how many places there are. */
interface Asked {
    kind: ReferenceKind;
    reference: Reference;
    places: string[];
    count: number;
}

/** Collects references until the end of the turn, then requests all of them in one call, each only once. */
class PathResolver {
    private readonly answers = new Map<string, Promise<number>>();
    private asked = new Map<string, Asked>();
    private batch: Promise<fleet.ResolvePathsResult> | undefined;

    constructor(private readonly provider: pulumi.ProviderResource) {}

    resolve(kind: ReferenceKind, reference: Reference, where: string): Promise<number> {
        const key = `${kind} ${referenceKey(reference)}`;
        const known = this.asked.get(key);
        // There may be a hundred thousand entries, and a message can name only a few.
        if (known !== undefined && !known.places.includes(where)) {
            known.count++;
            if (known.places.length < MOST_PLACES) known.places.push(where);
        }
        let answer = this.answers.get(key);
        if (answer === undefined) {
            this.asked.set(key, { kind, reference, places: [where], count: 1 });
            this.batch ??= this.askAtEndOfTurn();
            answer = this.batch.then((found) => idIn(found, kind, reference)!);
            this.answers.set(key, answer);
        }
        return answer;
    }

    private async askAtEndOfTurn(): Promise<fleet.ResolvePathsResult> {
        await new Promise((resolve) => setImmediate(resolve));
        const asked = [...this.asked.values()];
        this.asked = new Map();
        this.batch = undefined;
        const of = (kind: ReferenceKind) => asked.filter((one) => one.kind === kind).map(({ reference }) => reference);
        const paths = (kind: ReferenceKind) =>
            of(kind)
                .filter((one) => !isId(one))
                .map(toPath);
        const ids = (kind: ReferenceKind) => of(kind).filter(isId).map(Number);
        const [projectIds, groupIds] = [ids("project"), ids("group")];
        const wanted = {
            projects: paths("project"),
            groups: paths("group"),
            ...(projectIds.length > 0 ? { projectIds } : {}),
            ...(groupIds.length > 0 ? { groupIds } : {}),
        };
        // No `await` here: if what follows fails, V8's debugger searches the promises for minutes (see `rejectWith`).
        return fleet.resolvePaths(wanted, { provider: this.provider }).then(
            (found) => {
                const missing = asked.filter(({ kind, reference }) => idIn(found, kind, reference) === undefined);
                return missing.length === 0 ? found : this.refuseMissing(missing);
            },
            (failure) => {
                const text = messageOf(failure);
                return refuse(text.replace(/^.*resolvePaths returned an error: /s, ""));
            },
        );
    }

    /** Since `up` cannot continue anyway, asks once more: a project listed as a group is not a misspelt group. */
    private refuseMissing(missing: readonly Asked[]): Promise<never> {
        const as = (kind: ReferenceKind) =>
            missing.flatMap((one) => (one.kind === OTHER[kind] && !isId(one.reference) ? [toPath(one.reference)] : []));
        const wanted = { projects: as("project").filter((path) => path.includes("/")), groups: as("group") };
        if (wanted.projects.length + wanted.groups.length === 0) return refuse(explainMissing(missing));
        return fleet.resolvePaths(wanted, { provider: this.provider }).then(
            (others) => refuse(explainMissing(missing, others)),
            () => refuse(explainMissing(missing)),
        );
    }
}

/** The other kind of reference, for a project listed among groups or a group among projects. */
const OTHER = { project: "group", group: "project" } as const;

/** Rejects everything that waits with one error object, because the engine reports each object once. */
function refuse(text: string): Promise<never> {
    return rejectWith(new pulumi.RunError(safeText(text)));
}

function idIn(found: fleet.ResolvePathsResult, kind: ReferenceKind, reference: Reference): number | undefined {
    const [byPath, byId] = kind === "project" ? [found.projects, found.projectPaths] : [found.groups, found.groupPaths];
    if (!isId(reference)) return byPath[toPath(reference)];
    return byId?.[String(Number(reference))] === undefined ? undefined : Number(reference);
}

const MOST_PLACES = 5;

/** Every project and group that GitLab does not have, with the places where it stands. */
function explainMissing(missing: readonly Asked[], others?: fleet.ResolvePathsResult): string {
    const lines = missing.map(({ kind, reference, places, count }) => {
        const what = isId(reference) ? `id ${Number(reference)}` : show(toPath(reference));
        const noun = isId(reference) ? `${kind} with ${what}` : `${kind} ${what}`;
        const where = firstOf(places, MOST_PLACES, count);
        const isOther = others !== undefined && !isId(reference) && idIn(others, OTHER[kind], reference) !== undefined;
        if (isOther) return `${where}: ${what} is a ${OTHER[kind]}, and no ${kind}. Name it as a ${OTHER[kind]}.`;
        return `${where}: GitLab has no ${noun}, or the token may not see it.`;
    });
    return [
        ...lines,
        "Correct what is misspelt or has another path now, take out what was deleted, or use a token of a member.",
    ].join("\n");
}
