import { error, findUnknownKeys, type Problem, unknownKey } from "../../../core/problems";
import { either, isEventual, isKnownLater, isMap, memberOf, show, UNREADABLE } from "../../../core/values";
import { readKeys } from "../../common/maps";
import { directory } from "./directory";
import { docker } from "./docker";
import type { Claim, ManagerInput, ManagerName, ManagerPaths, PlacedFiles, PlacementKind, ToPlace } from "./kind";
import { kubernetes } from "./kubernetes";
import { ssh } from "./ssh";

/** Every placement. One added here is known to components, the stack config, its schema, messages and tests. */
export const PLACEMENTS = [directory, ssh, docker, kubernetes] as const;

/** Where a runner manager's files go. */
export type Placement = PlacementOf<(typeof PLACEMENTS)[number]>;

type PlacementOf<Kind> = Kind extends PlacementKind<infer P> ? P : never;

const KINDS: readonly PlacementKind<object>[] = PLACEMENTS as readonly unknown[] as PlacementKind<object>[];
const ALL_KEYS = [...new Set([...KINDS.map(({ key }) => key), ...KINDS.flatMap(({ shape }) => Object.keys(shape))])];
/** The placements that `drainTimeout` applies to, for messages. */
const DRAINING = "placement.docker, placement.kubernetes, and a placement with drainOnStop: true,";
const REMEDY = `Write ${either(KINDS.map(({ example }) => example))}.`;

/** The kind of a placement: the first one if several match, undefined if none does. */
export function kindOf(placement: unknown): PlacementKind<object> | undefined {
    return isMap(placement) && !isKnownLater(placement)
        ? KINDS.find(({ key }) => placement[key] !== undefined)
        : undefined;
}

/** Problems of a placement as the user wrote it, as far as it is known. */
export function findPlacementProblems(value: unknown, where: string): Problem[] {
    if (value === undefined) return [error(where, `is missing. ${REMEDY}`)];
    if (isKnownLater(value)) return [];
    if (!isMap(value)) return [error(where, `is not a placement (got ${show(value)}). ${REMEDY}`)];
    const [kind, ...others] = KINDS.filter(({ key }) => value[key] !== undefined);
    if (kind === undefined) {
        const unknown = findUnknownKeys(value, ALL_KEYS, where, REMEDY);
        return unknown.length > 0 ? unknown : [error(memberOf(where, KINDS[0]!.key), `is missing. ${REMEDY}`)];
    }
    const unknown = Object.keys(value).flatMap((key) =>
        value[key] === undefined || ALL_KEYS.includes(key)
            ? []
            : [unknownKey(memberOf(where, key), key, Object.keys(kind.shape))],
    );
    const both = others.map(({ key }) => error(where, `is both ${kind.key} and ${key}. Remove one of them.`));
    const misplaced = Object.keys(value).flatMap((key) => {
        const having = KINDS.filter((one) => Object.hasOwn(one.shape, key));
        if (value[key] === undefined || having.length === 0 || having.includes(kind)) return [];
        if (KINDS.some((one) => one.key === key)) return [];
        const names = either(having.map(({ name }) => name));
        return [error(memberOf(where, key), `goes with ${names} (got ${show(value[key])}). Remove it.`)];
    });
    const { problems } = readKeys(value, where, kind.shape);
    return [...unknown, ...both, ...misplaced, ...problems, ...(kind.findProblems?.(value, where) ?? [])];
}

export function findMisfits(input: ManagerInput, paths: ManagerPaths): Problem[] {
    const { placement, drainTimeout } = input;
    const kind = kindOf(placement);
    if (kind === undefined) return [];
    const isLost =
        drainTimeout !== undefined &&
        drainTimeout !== UNREADABLE &&
        !isEventual(placement) &&
        !kind.drains(placement as Record<string, unknown>);
    return [
        ...(kind.findMisfits?.(input, paths) ?? []),
        ...(isLost
            ? [
                  error(
                      memberOf(paths.manager, "drainTimeout"),
                      `is for ${DRAINING} only (got ${show(drainTimeout)}). Remove it.`,
                  ),
              ]
            : []),
    ];
}

/** What a manager claims exclusively. */
export function claimsOf(placement: unknown, manager: ManagerName): Claim[] {
    return kindOf(placement)?.claims(placement as Record<string, unknown>, manager) ?? [];
}

/** The texts by which people and machines identify a place, by their path in the placement. */
export function namesOf(placement: unknown): Record<string, unknown> {
    const inside = (path: string) =>
        path.split(".").reduce((value, key) => (isMap(value) ? value[key] : undefined), placement);
    return Object.fromEntries((kindOf(placement)?.names ?? []).map((path) => [path, inside(path)]));
}

/** Whether a process there may write its `config.toml`, and `up` can read it. */
export function sharesFile(placement: unknown): boolean {
    return kindOf(placement)?.sharesFile ?? true;
}

/** Why a process cannot rotate tokens in the place of its files; undefined if it can. */
export function whyNotRotated(placement: Placement, { pathHere, reach }: PlacedFiles): string | undefined {
    if (!sharesFile(placement)) return NEEDS_FILE;
    if (pathHere !== undefined || reach.again !== undefined) return undefined;
    return "up must be able to read the token back from a host that is known without resources. Write host and directory as plain values.";
}

/** Why a process cannot rotate tokens in a placement in which it must not write the file. */
export const NEEDS_FILE =
    "the process must be able to write config.toml, or it resets the token without end, and up must be able to read it " +
    `there. Use ${either(KINDS.filter((kind) => kind.sharesFile).map(({ key }) => `placement.${key}`))}, or rotation: "pulumi".`;

export const SECRET_OPTIONS: readonly string[] = KINDS.flatMap(({ secrets }) => secrets);

/** The placement, set to take over files that `owner` left there, unless it already names another owner. */
export function takingOver(placement: Placement, owner: string): Placement {
    return (kindOf(placement)?.takingOverFrom?.(placement, owner) as Placement | undefined) ?? placement;
}

export function placeFiles(to: ToPlace<Placement>): PlacedFiles {
    return kindOf(to.placement)!.declare(to);
}
