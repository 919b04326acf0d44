import * as z from "zod";
import type { ShapeOf } from "../../common/shape-of";
import { SERVICE_OPTIONS, type ServiceOptions } from "./service";
import { toShape } from "./shape";

/** Members about the process, in a stack's configuration: beside a directory and beside a host. */
export const serviceMembers = toShape(SERVICE_OPTIONS, {
    service: z.string(),
    drainOnStop: z.boolean(),
    version: z.string(),
    loadTimeout: z.string(),
} satisfies ShapeOf<ServiceOptions>).shape;
