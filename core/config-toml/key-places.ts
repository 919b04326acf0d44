import { type TableSpec, tableSpec } from "./key-table";

const MOST_PLACES = 3;

/**
 * Which other tables have a key, seen from one table: `in [runners.kubernetes]`. Names only the places nearest to the
 * top.
 */
export function whereElse(key: string, header: string): string | undefined {
    const places = findPlaces(key).filter((place) => place !== header);
    const depth = Math.min(...places.map(depthOf));
    const nearest = places.filter((place) => depthOf(place) === depth);
    if (nearest.length === 0 || nearest.length > MOST_PLACES) return undefined;
    return nearest.map(namePlace).join(" or ");
}

/**
 * Tables below `[[runners]]` that may hold a key, the nearest ones only, as paths of keys; none if there are too many.
 */
export function whereInWorker(key: string): string[][] {
    const headers = findPlaces(key).filter((place) => place === "runners" || place.startsWith("runners."));
    const depth = Math.min(...headers.map(depthOf));
    const nearest = headers.filter((header) => depthOf(header) === depth);
    return nearest.length > MOST_PLACES ? [] : nearest.map((header) => header.split(".").slice(1));
}

// Runner settings: the names that `gitlab-runner register` and GitLab's API use, mapped to the names here.
const RUNNER_SETTINGS = new Map(
    [
        ["scope"],
        ["description"],
        ["tags", "tag_list", "tag-list"],
        ["runUntagged", "run_untagged", "run-untagged"],
        ["accessLevel", "access_level", "access-level"],
        ["locked"],
        ["paused"],
        ["maximumTimeout", "maximum_timeout", "maximum-timeout"],
        ["note", "maintenance_note", "maintenance-note"],
        ["rotation"],
        ["rotateBefore"],
    ].flatMap((names) => names.map((name) => [name, names[0]!] as const)),
);
const MANAGER_SETTINGS = ["placement", "silence", "online", "drainTimeout", "gitlabUrl"];

/** The name here of a runner setting; undefined if the key is not a runner setting. */
export function runnerSetting(key: string): string | undefined {
    return RUNNER_SETTINGS.get(key);
}

/** Where a setting that is not part of `config.toml` belongs: `beside config, as tags of the runner`. */
export function settingBeside(header: string, key: string): string | undefined {
    if (header === "runners" && RUNNER_SETTINGS.has(key))
        return `beside config, as ${RUNNER_SETTINGS.get(key)} of the runner`;
    return header === "" && MANAGER_SETTINGS.includes(key) ? `beside config, as ${key} of the manager` : undefined;
}

function depthOf(header: string): number {
    return header === "" ? 0 : header.split(".").length;
}

function namePlace(header: string): string {
    if (header === "") return "at the top of config.toml";
    return header === "runners" ? "directly in [[runners]]" : `in [${header}]`;
}

let places: Map<string, string[]> | undefined;

function findPlaces(key: string): string[] {
    if (places === undefined) {
        places = new Map();
        collect(tableSpec("GlobalTable"), "", places);
    }
    return places.get(key) ?? [];
}

function collect(table: TableSpec, header: string, into: Map<string, string[]>): void {
    for (const [key, spec] of table) {
        const found = into.get(key);
        if (found === undefined) into.set(key, [header]);
        else found.push(header);
        if (spec.table !== undefined) collect(tableSpec(spec.table), header === "" ? key : `${header}.${key}`, into);
    }
}
