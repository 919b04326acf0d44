import type { DiffRequest, UpdateRequest } from "@pulumi/pulumi/proto/provider_pb";
import { type Props, pick } from "../../core/props";
import { unlessRefused } from "../../gitlab/errors";
import type { Call, Existing, ResourceHandler, Standing } from "../handler";

/**
 * What is wanted, with what `ignoreChanges` names as it is now: the engine puts there what the last `up` wanted, and people may
 * have changed that since.
 */
export async function withIgnored(
    handler: ResourceHandler,
    call: Call,
    request: DiffRequest | UpdateRequest,
    { id, state }: Existing,
    inputs: Props,
    standing: Standing | undefined,
): Promise<Props> {
    const ignored = request.getIgnorechangesList();
    if (ignored.length === 0 || standing?.is !== "ours") return inputs;
    const found = await handler.read?.(call, id, state, inputs, standing.seen).catch(unlessRefused);
    const names = Object.keys(inputs).filter((name) => ignored.includes(name) || ignored.includes("*"));
    return { ...inputs, ...pick(found?.inputs ?? {}, names) };
}
