import * as fleet from "@gitlab-fleet/sdk";
import * as pulumi from "@pulumi/pulumi";
import { isEventual } from "./eventual";
import { fleetChild } from "./fleet-provider";
import { perProgram } from "./per-program";
import { isId, type Reference, type ReferenceInput, type ReferenceKind } from "./reference";
import { rejectWith } from "./user-error";

/** Id of a project or group. All paths that a program asks for in one turn are looked up together. */
export function resolveReference(
    component: pulumi.ComponentResource,
    kind: ReferenceKind,
    reference: ReferenceInput,
): pulumi.Output<number> {
    const toId = (known: Reference) =>
        pulumi.output(isId(known) ? Number(known) : resolverFor(component).resolve(kind, String(known)));
    // A known path must be asked for now and not in an output's chain, or it would miss this turn's batch.
    return isEventual(reference) ? pulumi.output(reference).apply(toId) : toId(reference as Reference);
}

/** Ids of many projects or groups, as one output: a thousand lists of a hundred entries are a thousand outputs. */
export function resolveReferences(
    component: pulumi.ComponentResource,
    kind: ReferenceKind,
    references: readonly ReferenceInput[],
): pulumi.Output<number[]> {
    if (isEventual(references)) {
        return pulumi.all(references.map((reference) => resolveReference(component, kind, reference)));
    }
    const known = references as readonly Reference[];
    const paths = known.filter((reference) => !isId(reference));
    const resolver = paths.length > 0 ? resolverFor(component) : undefined;
    const ids = Promise.all(known.map((one) => (isId(one) ? Number(one) : resolver!.resolve(kind, String(one)))));
    // `pulumi.output(ids)` would make an output of each id besides, and keep it.
    return pulumi.output(undefined).apply(() => ids);
}

function resolverFor(component: pulumi.ComponentResource): PathResolver {
    const { provider } = fleetChild(component);
    const resolvers = resolversByProvider();
    let resolver = resolvers.get(provider);
    if (resolver === undefined) {
        resolver = new PathResolver(provider);
        resolvers.set(provider, resolver);
    }
    return resolver;
}

const resolversByProvider = perProgram(() => new Map<pulumi.ProviderResource, PathResolver>());

/** Collects paths until the end of the turn, then asks once for all of them; asks for no path twice. */
class PathResolver {
    private readonly answers = new Map<string, Promise<number>>();
    private asked: Record<ReferenceKind, string[]> = { project: [], group: [] };
    private batch: Promise<fleet.ResolvePathsResult> | undefined;

    constructor(private readonly provider: pulumi.ProviderResource) {}

    resolve(kind: ReferenceKind, path: string): Promise<number> {
        const key = `${kind} ${path}`;
        let answer = this.answers.get(key);
        if (answer === undefined) {
            this.asked[kind].push(path);
            this.batch ??= this.askAtEndOfTurn();
            answer = this.batch.then((ids) => pick(ids, kind, path));
            this.answers.set(key, answer);
        }
        return answer;
    }

    private async askAtEndOfTurn(): Promise<fleet.ResolvePathsResult> {
        await new Promise((resolve) => setImmediate(resolve));
        const { project, group } = this.asked;
        this.asked = { project: [], group: [] };
        this.batch = undefined;
        return fleet
            .resolvePaths({ projects: project, groups: group }, { provider: this.provider })
            .catch((failure) => {
                const text = failure instanceof Error ? failure.message : String(failure);
                // One error object for all that wait: the engine reports an object once.
                return rejectWith(new pulumi.RunError(text.replace(/^.*resolvePaths returned an error: /s, "")));
            });
    }
}

function pick(ids: fleet.ResolvePathsResult, kind: ReferenceKind, path: string): number | Promise<never> {
    const id = kind === "project" ? ids.projects[path] : ids.groups[path];
    if (id === undefined) {
        const text = `GitLab has no ${kind} ${path}. Correct the path, or give the token access to it.`;
        return rejectWith(new pulumi.RunError(text));
    }
    return id;
}
