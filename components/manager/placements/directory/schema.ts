import * as z from "zod";
import type { ShapeOf } from "../../../common/shape-of";
import type { ServiceOptions } from "../service";
import { serviceMembers } from "../service-shape";
import { toShape } from "../shape";
import { DIRECTORY_OPTIONS, type DirectoryPlacement } from "./args";

/** A placement in a directory of this machine, in a stack's configuration. */
export const directoryShape = z.strictObject({
    ...toShape(DIRECTORY_OPTIONS, {
        directory: z.string(),
        sharedBetweenMachines: z.boolean(),
        takeOverFrom: z.string(),
    } satisfies ShapeOf<Omit<DirectoryPlacement, keyof ServiceOptions>>).shape,
    ...serviceMembers,
});
