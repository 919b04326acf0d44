import * as fleet from "@gitlab-fleet/sdk";
import type * as gitlab from "@pulumi/gitlab";
import type * as pulumi from "@pulumi/pulumi";
import { fleetChild } from "../common/fleet-provider";
import type { Place, TokenArgs } from "./args";
import type { ServedBy } from "./served-by";

/** Keeps the token of a runner. */
export function declareToken(
    component: pulumi.ComponentResource,
    name: string,
    record: gitlab.UserRunner,
    place: Place,
    args: TokenArgs & { servedBy: ServedBy },
): fleet.RunnerToken {
    const { rotation, rotateBefore, rotationTrigger, servedBy } = args;
    const configPaths = servedBy.processRotates ? servedBy.paths() : undefined;
    return new fleet.RunnerToken(
        name,
        {
            runnerId: record.id,
            issuedToken: record.token,
            rotation,
            rotateBefore: rotateBefore as pulumi.Input<string>,
            rotationTrigger: rotationTrigger as pulumi.Input<string>,
            configPaths,
            places: servedBy.places() as Promise<pulumi.Input<fleet.types.input.PlaceToReachArgs>[]>,
            ...place,
        },
        { ...fleetChild(component), dependsOn: servedBy.reached() },
    );
}
