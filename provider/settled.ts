import type { Props } from "../core/props";
import type { Call, ResourceHandler } from "./handler";

/** What of a resource is said where making it and changing it are the same. */
interface Settling<Seen> extends Omit<ResourceHandler<Seen>, "create" | "update"> {
    /** Its id; not asked for in a preview. */
    idOf(call: Call, inputs: Props): string;
    /** Does what inputs want, and tells the state after it. With `preview` nothing may be written. A new resource has no `state`. */
    settle(call: Call, inputs: Props, preview: boolean, state?: Props): Promise<Props>;
}

/** A resource that is made and changed in one way. */
export function settled<Seen>({ idOf, settle, ...handler }: Settling<Seen>): ResourceHandler<Seen> {
    return {
        ...handler,
        async create(call, inputs, preview) {
            const state = await settle(call, inputs, preview);
            return { id: preview ? "" : idOf(call, inputs), state };
        },
        update: (call, { state }, inputs, preview) => settle(call, inputs, preview, state),
    };
}
