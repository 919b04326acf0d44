import type { FunctionHandler } from "../handler";
import { placeFrom } from "../resources/manager-place/place";
import { keepSight, reachedSight } from "../resources/manager-place/sight";
import { problemsOfDirectory, withPlainDirectory } from "../resources/manager-place/ssh";

/**
 * Starts to look into a directory of a host. The engine requests one comparison after another, so without this, 20
 * hosts would be logged into one after another.
 */
export const lookAhead: FunctionHandler = async (_call, args) => {
    if (typeof args.directory !== "string" || problemsOfDirectory(args).length > 0) return { begun: false };
    const place = placeFrom(withPlainDirectory(args), "");
    keepSight(place, reachedSight(place));
    return { begun: true };
};
