import * as pulumi from "@pulumi/pulumi";
import { toSeconds } from "../../../../core/durations";
import { placeInDirectory } from "../files";
import type { PlacedFiles, ToPlace } from "../kind";
import type { SshPlacement } from "./args";

/** Puts a manager's files into a directory of a host that `ssh` reaches. */
export function declareOnHost(to: ToPlace<SshPlacement>): PlacedFiles {
    const { ssh: given, ...process } = to.placement;
    const { directory, look, sharedBetweenMachines, takeOverFrom, onDestroy, ...options } = given;
    const { privateKey, connectTimeout } = options;
    const host = {
        ...options,
        privateKey: privateKey === undefined ? undefined : pulumi.secret(privateKey),
        connectTimeout: connectTimeout === undefined ? undefined : toSeconds(connectTimeout),
    };
    const owner = { sharedBetweenMachines, takeOverFrom, onDestroy };
    return placeInDirectory(to, { directory, ssh: host, look, ...owner, process });
}
