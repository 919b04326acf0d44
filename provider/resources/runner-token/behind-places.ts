import type { Props } from "../../../core/props";
import type { GitLab } from "../../../gitlab/client";
import type { Call, ResourceHandler } from "../../handler";
import { placeFrom, whyNotReached } from "../manager-place/place";

/** What of the client changes something in GitLab. */
const WRITES: readonly (string | symbol)[] = ["post", "put", "patch", "delete", "mutate"];

/**
 * A resource whose changes in GitLab have to reach managers: none is made while one of the input `places` cannot be
 * reached, because the manager's old token would be dead and the new one nowhere.
 */
export function behindPlaces(handler: ResourceHandler): ResourceHandler {
    return {
        ...handler,
        async create(call, inputs, preview) {
            const why = preview ? undefined : await whyHeldUp(call, inputs);
            // A token that the state has not known goes into config.toml, whether it is made here or was made before.
            if (why !== undefined) throw new Error(why);
            return handler.create(call, inputs, preview);
        },
        async update(call, existing, inputs, preview, seen) {
            const why = preview ? undefined : await whyHeldUp(call, inputs);
            return handler.update(why === undefined ? call : readingOnly(call, why), existing, inputs, preview, seen);
        },
    };
}

async function whyHeldUp(call: Call, { places }: Props): Promise<string | undefined> {
    const reasons = await Promise.all(
        ((Array.isArray(places) ? places : []) as Props[]).map(async (props) => {
            const manager = String(props.manager);
            const place = placeFrom(props, { owner: `${call.owner}/${manager}` });
            const why = await whyNotReached({ ...place, addressed: place.host.remote });
            return (
                why &&
                `RunnerToken "${call.name}": a new token would not reach manager "${manager}": ${why} The token was left as it is.`
            );
        }),
    );
    return reasons.find((why) => why !== undefined);
}

/** The call with a GitLab in which nothing can be changed. */
function readingOnly(call: Call, why: string): Call {
    const refuse = () => {
        throw new Error(why);
    };
    const gitlab = (): GitLab =>
        new Proxy(call.gitlab, {
            get(target, name) {
                if (WRITES.includes(name)) return refuse;
                const value = Reflect.get(target, name, target);
                return typeof value === "function" ? value.bind(target) : value;
            },
        });
    return Object.create(call, { gitlab: { get: gitlab } });
}
