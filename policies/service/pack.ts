import * as pb from "@pulumi/pulumi/proto/analyzer_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { EXEMPT_SCHEMA, type Exemption, exemptionsIn } from "../exemptions";
import { type FactsOfOne, factsAtEnd, factsOf, openInConfig } from "../facts";
import { judge } from "../judge";
import { RULES } from "../rules";
import type { Facts, OpenText, Rule } from "../rules/rule";
import { openProperties } from "./properties";

const PACK = "gitlab-fleet";
const STACK = "pulumi:pulumi:Stack";
/** The enum of the wire format; the generated types have it as numbers only. */
const { ADVISORY, MANDATORY, DISABLED } = pb.EnforcementLevel;
const LEVELS = { advisory: ADVISORY, mandatory: MANDATORY };

type WireLevel = (typeof pb.EnforcementLevel)[keyof typeof pb.EnforcementLevel];

/** The configuration of one policy. */
interface Configured {
    level: WireLevel;
    exemptions: Exemption[];
}

/**
 * The calls of Pulumi's `Analyzer` service. A single resource is judged by its inputs, before it is changed; facts that
 * only components have, at the end of a preview.
 */
export function analyzerCalls({ version, today }: { version: string; today: () => string }) {
    const configured = new Map<string, Configured>();
    let inConfig: readonly OpenText[] = [];

    const judged = (facts: FactsOfOne, urn: string): pb.AnalyzeDiagnostic[] =>
        RULES.flatMap((rule) => {
            const { level, exemptions } = configured.get(rule.name) ?? { level: LEVELS[rule.level], exemptions: [] };
            const seen = facts[rule.about];
            if (level === DISABLED || seen === undefined) return [];
            return judge(rule, seen as Facts[typeof rule.about], exemptions, today()).map((message) =>
                toDiagnostic(rule, { message, level, urn, version }),
            );
        });

    return {
        handshake: () => new pb.AnalyzerHandshakeResponse(),
        getPluginInfo: () => {
            const info = new PluginInfo();
            info.setVersion(version);
            return info;
        },
        getAnalyzerInfo: () => toInfo(version),
        configure: (request: pb.ConfigureAnalyzerRequest) => {
            for (const [name, policy] of request.getPolicyconfigMap().entries()) {
                configured.set(name, {
                    level: policy.getEnforcementlevel(),
                    exemptions: exemptionsIn(policy.getProperties()?.toJavaScript()),
                });
            }
            return new Empty();
        },
        configureStack: (request: pb.AnalyzerStackConfigureRequest) => {
            inConfig = openInConfig(
                Object.fromEntries(request.getConfigMap().entries()),
                request.getConfigSecretKeysList(),
            );
            return new pb.AnalyzerStackConfigureResponse();
        },
        analyze: (request: pb.AnalyzeRequest) => {
            const seen = toResource(request);
            const { open = [], ...facts } = factsOf(seen);
            const all = { ...facts, open: seen.type === STACK ? [...inConfig, ...open] : open };
            return toResponse(judged(all, request.getUrn()));
        },
        analyzeStack: (request: pb.AnalyzeStackRequest) =>
            toResponse(request.getResourcesList().flatMap((one) => judged(factsAtEnd(toResource(one)), one.getUrn()))),
        remediate: () => new pb.RemediateResponse(),
        cancel: () => new Empty(),
    };
}

function toResource(request: pb.AnalyzeRequest | pb.AnalyzerResource) {
    return { type: request.getType(), name: request.getName(), props: openProperties(request.getProperties()) };
}

function toResponse(diagnostics: pb.AnalyzeDiagnostic[]): pb.AnalyzeResponse {
    const response = new pb.AnalyzeResponse();
    response.setDiagnosticsList(diagnostics);
    return response;
}

function toDiagnostic(
    rule: Rule,
    { message, level, urn, version }: { message: string; level: WireLevel; urn: string; version: string },
): pb.AnalyzeDiagnostic {
    const diagnostic = new pb.AnalyzeDiagnostic();
    diagnostic.setPolicyname(rule.name);
    diagnostic.setPolicypackname(PACK);
    diagnostic.setPolicypackversion(version);
    diagnostic.setDescription(describe(rule));
    diagnostic.setMessage(message);
    // Remediation is not supported, so it means refusal.
    diagnostic.setEnforcementlevel(level === ADVISORY ? ADVISORY : MANDATORY);
    diagnostic.setUrn(urn);
    return diagnostic;
}

function describe({ title, reason }: Rule): string {
    return `${title} ${reason}`;
}

function toInfo(version: string): pb.AnalyzerInfo {
    const info = new pb.AnalyzerInfo();
    info.setName(PACK);
    info.setDisplayname("GitLab runners, their managers and job-token allowlists");
    info.setVersion(version);
    info.setSupportsconfig(true);
    info.setPoliciesList(
        RULES.map((rule) => {
            const policy = new pb.PolicyInfo();
            const schema = new pb.PolicyConfigSchema();
            schema.setProperties(Struct.fromJavaScript(EXEMPT_SCHEMA as Record<string, JavaScriptValue>));
            policy.setName(rule.name);
            policy.setDescription(describe(rule));
            policy.setEnforcementlevel(LEVELS[rule.level]);
            policy.setConfigschema(schema);
            policy.setRemediationSteps(rule.fix);
            policy.setPolicyType(pb.PolicyType.POLICY_TYPE_RESOURCE);
            return policy;
        }),
    );
    return info;
}
