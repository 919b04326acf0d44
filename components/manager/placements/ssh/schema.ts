import * as z from "zod";
import { DIRECTORY_ENDS } from "../../../../core/manager-directory";
import { described } from "../../../common/described";
import type { ShapeOf } from "../../../common/shape-of";
import { serviceMembers } from "../service-shape";
import type { SshHostOptions } from "./args";

/** A placement on a host, in a stack's configuration. */
export const sshShape = z.strictObject({
    ssh: z
        .strictObject(
            described("ssh", {
                host: z.string(),
                directory: z.string(),
                sudo: z.boolean().optional(),
                port: z.int().optional(),
                privateKey: z.string().optional(),
                knownHosts: z.string().optional(),
                connectTimeout: z.string().optional(),
                look: z.boolean().optional(),
                sharedBetweenMachines: z.boolean().optional(),
                takeOverFrom: z.string().optional(),
                onDestroy: z.enum(DIRECTORY_ENDS).optional(),
            } satisfies ShapeOf<SshHostOptions>),
        )
        .describe("A directory of a host that ssh reaches."),
    ...serviceMembers,
});
