import { parse } from "node:path";
import { whyNotRoot } from "../../../../core/manager-directory";
import { error, type Problem } from "../../../../core/problems";
import { memberOf, show } from "../../../../core/values";
import { inProject } from "../../../common/project-folder";
import type { PlacementKind } from "../kind";
import { findOwnerProblems, findTextProblems, OWNER_COSTS } from "../owner-problems";
import { claimedUnit, drainsOnStop, findServiceMisfits, findServiceProblems, SERVICE_KEYS } from "../service";
import { DIRECTORY_COSTS, type DirectoryPlacement } from "./args";

/** A directory of the machine on which `pulumi up` runs. */
export const directory: PlacementKind<DirectoryPlacement> = {
    key: "directory",
    beside: [...Object.keys(OWNER_COSTS), ...SERVICE_KEYS],
    name: "a directory",
    example: "{ directory: /etc/gitlab-runner }",
    schema: () => (require("./schema") as typeof import("./schema")).directoryShape,
    costs: DIRECTORY_COSTS,
    secrets: [],
    drains: drainsOnStop,
    sharesFile: true,

    findProblems(placement, where) {
        const remedy = "Give the path of a directory.";
        return [
            ...findTextProblems(placement.directory, memberOf(where, "directory"), remedy),
            ...findRootProblems(placement.directory, memberOf(where, "directory")),
            ...findOwnerProblems(placement, where),
            ...findServiceProblems(placement, where),
        ];
    },

    findMisfits: findServiceMisfits,

    claims(placement) {
        const { directory: given } = placement;
        const unit = claimedUnit(placement, "this machine");
        if (typeof given !== "string" || given.trim() === "") return unit;
        const place = inProject(given);
        return [
            { thing: `directory ${place}`, path: "directory", given, place, what: "directory", done: "written" },
            ...unit,
        ];
    },

    names: ({ directory: given }) => ({ directory: given }),

    takingOverFrom: (placement, owner) => ({ ...placement, takeOverFrom: placement.takeOverFrom ?? owner }),

    declare: (to) => (require("./declare") as typeof import("./declare")).declareDirectory(to),
};

function findRootProblems(given: unknown, path: string): Problem[] {
    if (typeof given !== "string" || given.trim() === "") return [];
    const place = inProject(given);
    return place === parse(place).root ? [error(path, whyNotRoot(show(given)))] : [];
}
