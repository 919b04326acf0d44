import { type TableSpec, tableSpec } from "./key-table";

const MOST_PLACES = 3;

/** Where else a key is known, seen from one table: `in [runners.kubernetes]`. Only the places nearest to the top. */
export function whereElse(key: string, header: string): string | undefined {
    const places = findPlaces(key).filter((place) => place !== header);
    const depth = Math.min(...places.map(depthOf));
    const nearest = places.filter((place) => depthOf(place) === depth);
    if (nearest.length === 0 || nearest.length > MOST_PLACES) return undefined;
    return nearest.map(namePlace).join(" or ");
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
