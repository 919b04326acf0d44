import * as z from "zod";
import type { ShapeOf } from "../../../common/shape-of";
import { serviceMembers } from "../service-shape";
import { toShape } from "../shape";
import { SSH_OPTIONS, type SshHostOptions } from "./args";

/** A placement on a host, in a stack's configuration. */
export const sshShape = z.strictObject({
    ssh: toShape(SSH_OPTIONS, {
        host: z.string(),
        directory: z.string(),
        sudo: z.boolean(),
        port: z.int(),
        privateKey: z.string(),
        knownHosts: z.string(),
        connectTimeout: z.string(),
        look: z.boolean(),
        sharedBetweenMachines: z.boolean(),
        takeOverFrom: z.string(),
    } satisfies ShapeOf<SshHostOptions>).describe("A directory of a host that ssh reaches."),
    ...serviceMembers,
});
