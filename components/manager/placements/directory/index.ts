import { parse } from "node:path";
import { whyNotExpanded, whyNotRoot } from "../../../../core/manager-directory";
import { show } from "../../../../core/values";
import { inProject } from "../../../common/project-folder";
import { costsOf, type PlacementKind } from "../kind";
import { anyText, type Checks, findOptionProblems, optionsIn, wrong } from "../option-checks";
import {
    claimedUnit,
    drainsOnStop,
    findServiceMisfits,
    findServiceProblems,
    OWNER_CHECKS,
    SERVICE_CHECKS,
    SERVICE_KEYS,
    type ServiceOptions,
} from "../service";
import type { DirectoryPlacement } from "./args";

const REMEDY = "Give the path of a directory.";

const OWN_CHECKS: Checks<Omit<DirectoryPlacement, keyof ServiceOptions>> = {
    directory: anyText(REMEDY, (text) => {
        const place = inProject(text);
        const why = place === parse(place).root ? whyNotRoot(show(text)) : whyNotExpanded(text, show(text));
        return why === undefined ? undefined : wrong(why);
    }),
    ...OWNER_CHECKS,
};
const CHECKS = { ...OWN_CHECKS, ...SERVICE_CHECKS };

/** A directory of the machine on which `pulumi up` runs. */
export const directory: PlacementKind<DirectoryPlacement> = {
    key: "directory",
    beside: [...Object.keys(OWNER_CHECKS), ...SERVICE_KEYS],
    name: "a directory",
    example: "{ directory: /etc/gitlab-runner }",
    schema() {
        const { optionShape } = require("../option-shape") as typeof import("../option-shape");
        return optionShape("directory", CHECKS, ["directory"]);
    },
    costs: costsOf<DirectoryPlacement>("in place", CHECKS, { directory: "moves the files" }),
    secrets: [],
    drains: drainsOnStop,
    sharesFile: true,

    findProblems: (placement, where) => [
        ...findOptionProblems(optionsIn(placement, OWN_CHECKS), where, OWN_CHECKS, { directory: REMEDY }),
        ...findServiceProblems(placement, where),
    ],

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

    names: ["directory"],

    takingOverFrom: (placement, owner) => ({ ...placement, takeOverFrom: placement.takeOverFrom ?? owner }),

    declare: (to) => (require("../files") as typeof import("../files")).declareDirectory(to),
};
