import type { FunctionHandler } from "../handler";
import { placeFrom, reachedSight } from "../resources/manager-place/place";
import { keepSight } from "../resources/manager-place/sight";
import { checkDirectory } from "../resources/manager-place/ssh";

/**
 * Begins to look into a directory of a host. The engine asks for one comparison after the other, so without it 20 hosts would
 * be logged into one after the other.
 */
export const lookAhead: FunctionHandler = async (_call, args) => {
    const { directory, failures } = checkDirectory(args);
    if (args.ssh === undefined || typeof directory !== "string" || failures.length > 0) return { begun: false };
    const place = placeFrom({ ...args, directory }, { owner: "" });
    keepSight(place, reachedSight(place));
    return { begun: true };
};
