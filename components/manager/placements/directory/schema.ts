import * as z from "zod";
import { DIRECTORY_ENDS } from "../../../../core/manager-directory";
import { described } from "../../../common/described";
import type { ShapeOf } from "../../../common/shape-of";
import { serviceMembers } from "../service-shape";
import type { DirectoryPlacement } from "./args";

/** A placement in a directory of this machine, in a stack's configuration. */
export const directoryShape = z.strictObject(
    described("directory", {
        directory: z.string(),
        sharedBetweenMachines: z.boolean().optional(),
        takeOverFrom: z.string().optional(),
        onDestroy: z.enum(DIRECTORY_ENDS).optional(),
        ...serviceMembers,
    } satisfies ShapeOf<DirectoryPlacement>),
);
