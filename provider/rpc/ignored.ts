import type { DiffRequest, UpdateRequest } from "@pulumi/pulumi/proto/provider_pb";
import { type Props, pick } from "../../core/props";
import { unlessRefused } from "../../gitlab/errors";
import type { Call, Existing, ResourceHandler, Standing } from "../handler";

/**
 * The current values of the properties that `ignoreChanges` names: the engine passes those of the last `up`, and people
 * may have changed them since.
 */
export async function ignoredNow(
    handler: ResourceHandler,
    call: Call,
    request: DiffRequest | UpdateRequest,
    { id, state }: Existing,
    inputs: Props,
    standing: Standing | undefined,
): Promise<Props> {
    const ignored = request.getIgnorechangesList();
    if (ignored.length === 0 || standing?.is !== "ours") return {};
    const found = await handler.read?.(call, id, state, inputs, standing.seen).catch(unlessRefused);
    const names = Object.keys(inputs).filter((name) => ignored.includes(name) || ignored.includes("*"));
    // For files, the state also records with an empty text what is missing or open to others.
    const now = handler.standing === undefined ? found?.inputs : found?.state;
    return pick(now ?? {}, names);
}
