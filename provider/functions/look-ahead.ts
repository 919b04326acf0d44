import type { FunctionHandler } from "../handler";
import { placeFrom } from "../resources/manager-place/place";
import { keepSight, reachedSight } from "../resources/manager-place/sight";
import { problemsOfDirectory, withPlainDirectory } from "../resources/manager-place/ssh";

/**
 * Begins to look into a directory of a host. The engine asks for one comparison after the other, so without it 20 hosts would
 * be logged into one after the other.
 */
export const lookAhead: FunctionHandler = async (_call, args) => {
    if (typeof args.directory !== "string" || problemsOfDirectory(args).length > 0) return { begun: false };
    const place = placeFrom(withPlainDirectory(args), "");
    keepSight(place, reachedSight(place));
    return { begun: true };
};
