import { dirname } from "node:path";
import { mapsIn, type Props, textsIn } from "../../../core/props";
import { thisHost } from "../../../hosts/local";
import type { Call } from "../../handler";
import { placeFrom, whyNotUsable } from "../manager-place/place";
import { type Located, reachedSight } from "../manager-place/sight";

/**
 * Throws if a manager that needs the token cannot be reached: its old token would be dead, and the new one could not be
 * delivered.
 */
export async function refuseUnreached(call: Call, { places }: Props): Promise<void> {
    const reasons = await Promise.all(
        mapsIn(places).map(async (props) => {
            const manager = String(props.manager);
            const known = placeFrom(props, `${call.owner}/${manager}`);
            const place = { ...known, addressed: known.host.remote };
            const why = whyNotUsable(place, await reachedSight(place));
            return why && `a new token would not reach manager "${manager}": ${why} The token was left as it is.`;
        }),
    );
    const why = reasons.find((reason) => reason !== undefined);
    if (why !== undefined) throw new Error(`RunnerToken "${call.name}": ${why}`);
}

/**
 * The directories of the managers whose process writes the token: on this machine by their files, on others by their
 * address.
 */
export function directoriesOf({ configPaths, places }: Props): Located[] {
    const here = textsIn(configPaths).map((path) => ({ host: thisHost, directory: dirname(path) }));
    const there = mapsIn(places).map((props) => placeFrom(props, ""));
    return [...here, ...there.filter(({ host }) => host.remote)];
}
