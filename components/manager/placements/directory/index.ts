import { memberOf } from "../../../../core/values";
import { inProject } from "../../../common/project-folder";
import type { PlacementKind } from "../kind";
import { costsOf } from "../options";
import { findOwnerProblems, findTextProblems, OWNER_OPTIONS } from "../owner-problems";
import { DIRECTORY_OPTIONS, type DirectoryPlacement } from "./args";

/** A directory of the machine on which `pulumi up` runs. */
export const directory: PlacementKind<DirectoryPlacement> = {
    key: "directory",
    beside: Object.keys(OWNER_OPTIONS),
    name: "a directory",
    example: "{ directory: /etc/gitlab-runner }",
    schema: () => (require("./schema") as typeof import("./schema")).directoryShape,
    costs: costsOf(DIRECTORY_OPTIONS),
    secrets: [],
    drains: false,
    sharesFile: true,

    findProblems(placement, where) {
        const remedy = "Give the path of a directory.";
        return [
            ...findTextProblems(placement.directory, memberOf(where, "directory"), remedy),
            ...findOwnerProblems(placement, where),
        ];
    },

    claims({ directory: given }) {
        if (typeof given !== "string" || given.trim() === "") return [];
        const place = inProject(given);
        return [{ thing: `directory ${place}`, path: "directory", given, place, what: "directory", done: "written" }];
    },

    names: ({ directory: given }) => ({ directory: given }),

    takingOverFrom: (placement, owner) => ({ ...placement, takeOverFrom: placement.takeOverFrom ?? owner }),

    declare: (to) => (require("./declare") as typeof import("./declare")).declareDirectory(to),
};
