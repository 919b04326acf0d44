import * as z from "zod";
import { described } from "../../common/described";
import type { ShapeOf } from "../../common/shape-of";
import type { ServiceOptions } from "./service";

/** Members about the process, in a stack's configuration: beside a directory and beside a host. */
export const serviceMembers = described("service", {
    service: z.string().optional(),
    drainOnStop: z.boolean().optional(),
    version: z.string().optional(),
    fleetingInstall: z.boolean().optional(),
    loadTimeout: z.string().optional(),
} satisfies ShapeOf<ServiceOptions>);
