import type { Alias } from "@pulumi/pulumi/proto/alias_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Construct, ConstructRequest, FormerName, WireValue } from "../../core/construct";
import { filled } from "./filled";
import type { Session } from "./session";

/** The call for programs in other languages: declare a component with everything in it. */
export function constructCalls(session: Session, load: (() => Construct) | undefined) {
    let construct: Construct | undefined;
    return {
        construct: async (request: pb.ConstructRequest) => {
            construct ??= load?.();
            if (construct === undefined) throw new Error(`Package ${session.pack.name} has no components.`);
            const { urn, state, dependencies } = await construct(toPlain(request, session.log.address ?? ""));
            const response = filled(new pb.ConstructResponse(), { Urn: urn, State: Struct.fromJavaScript(state) });
            for (const [key, urns] of Object.entries(dependencies)) {
                const depends = filled(new pb.ConstructResponse.PropertyDependencies(), { UrnsList: urns });
                response.getStatedependenciesMap().set(key, depends);
            }
            return response;
        },
    };
}

function toPlain(request: pb.ConstructRequest, engine: string): ConstructRequest {
    return {
        type: request.getType(),
        name: request.getName(),
        project: request.getProject(),
        stack: request.getStack(),
        organization: request.getOrganization(),
        dryRun: request.getDryrun(),
        parallel: request.getParallel(),
        monitor: request.getMonitorendpoint(),
        engine,
        config: Object.fromEntries(request.getConfigMap().entries()),
        secretKeys: request.getConfigsecretkeysList(),
        inputs: (request.getInputs()?.toJavaScript() ?? {}) as Record<string, WireValue>,
        options: {
            parent: request.getParent(),
            aliases: request.getAliasesList().map(toFormerName),
            dependsOn: request.getDependenciesList(),
            providers: Object.fromEntries(request.getProvidersMap().entries()),
            protect: request.getProtect(),
            ignoreChanges: request.getIgnorechangesList(),
            replaceOnChanges: request.getReplaceonchangesList(),
            retainOnDelete: request.getRetainondelete(),
            deletedWith: request.getDeletedwith(),
        },
    };
}

function toFormerName(alias: Alias): FormerName {
    const spec = alias.getSpec();
    if (spec === undefined) return alias.getUrn();
    const names = { name: spec.getName(), project: spec.getProject(), stack: spec.getStack() };
    return {
        ...Object.fromEntries(Object.entries(names).filter(([, text]) => text !== "")),
        ...(spec.hasParenturn() ? { parent: spec.getParenturn() } : {}),
        // The key without a value: the stack itself.
        ...(spec.hasNoparent() && spec.getNoparent() ? { parent: undefined } : {}),
    };
}
