import { parse } from "node:path";
import { whyNotExpanded, whyNotRoot } from "../../../../core/manager-directory";
import { show } from "../../../../core/values";
import { naming } from "../../../common/kinds";
import { shaped } from "../../../common/maps";
import { inProject } from "../../../common/project-folder";
import { needed, type Shape } from "../../../common/shape";
import { costing, costsOf, type PlacementKind } from "../kind";
import {
    claimedUnit,
    drainsOnStop,
    findServiceMisfits,
    findServiceProblems,
    OWNER_SHAPE,
    SERVICE_SHAPE,
} from "../service";
import type { DirectoryPlacement } from "./args";

const path = naming("Give the path of a directory.", (text) => {
    const place = inProject(text);
    return place === parse(place).root ? whyNotRoot(show(text)) : whyNotExpanded(text, show(text));
});

const SHAPE: Shape<DirectoryPlacement> = {
    directory: costing("moves the files", needed(undefined, path)),
    ...OWNER_SHAPE,
    ...SERVICE_SHAPE,
};

export const directory: PlacementKind<DirectoryPlacement> = {
    key: "directory",
    name: "a directory",
    example: "{ directory: /etc/gitlab-runner }",
    shape: SHAPE,
    schema: shaped("directory", SHAPE).schema!,
    costs: costsOf("in place", SHAPE),
    secrets: [],
    drains: drainsOnStop,
    sharesFile: true,

    findProblems: findServiceProblems,

    findMisfits: findServiceMisfits,

    claims(placement) {
        const { directory: given } = placement;
        const unit = claimedUnit(placement, "this machine");
        if (typeof given !== "string" || given.trim() === "") return unit;
        return [{ thing: `directory ${inProject(given)}`, path: "directory", given, what: "directory" }, ...unit];
    },

    names: ["directory"],

    takingOverFrom: (placement, owner) => ({ ...placement, takeOverFrom: placement.takeOverFrom ?? owner }),

    declare: (to) => (require("../files") as typeof import("../files")).declareDirectory(to),
};
