import { readPreview } from "../../../cli/report/preview";
import { summarize } from "../../../cli/report/summary";

/** One resource of a made-up `pulumi preview --json`. */
export interface MadeStep {
    op: string;
    /** `gitlab:index/userRunner:UserRunner`, or the last part of a type of package gitlab-fleet. */
    type: string;
    name: string;
    /** By which GitLab knows it already. */
    id?: string;
    provider?: string;
    /** Name of the component that it is part of. */
    parent?: string;
    before?: Record<string, unknown>;
    after?: Record<string, unknown>;
    diff?: Record<string, string>;
    /** Names alone, where a provider tells no more. */
    reasons?: string[];
}

const TOKENS: Record<string, string> = {
    UserRunner: "gitlab:index/userRunner:UserRunner",
    ProjectJobTokenScopes: "gitlab:index/projectJobTokenScopes:ProjectJobTokenScopes",
    ProjectJobTokenScope: "gitlab:index/projectJobTokenScope:ProjectJobTokenScope",
    Container: "docker:index/container:Container",
    Stack: "pulumi:pulumi:Stack",
    Provider: "pulumi:providers:gitlab",
};

export function urnOf({ type, name }: Pick<MadeStep, "type" | "name">): string {
    const token = TOKENS[type] ?? `gitlab-fleet:index:${type}`;
    return `urn:pulumi:prod::fleet::gitlab-fleet:index:Fleet$${token}::${name}`;
}

/** What Pulumi prints for these steps and messages: `["info", step, "text"]`. */
export function toJson(steps: MadeStep[], said: [string, MadeStep | undefined, string][] = []): string {
    return JSON.stringify({
        config: { "gitlab:token": "glpat-in-the-config-of-the-stack" },
        steps: steps.map((step) => {
            const token = TOKENS[step.type] ?? `gitlab-fleet:index:${step.type}`;
            const custom = !["Stack", "Runner", "Fleet"].includes(step.type);
            const parent = step.parent === undefined ? {} : { parent: urnOf({ type: "Fleet", name: step.parent }) };
            const state = (inputs: object) => ({ urn: urnOf(step), custom, type: token, inputs, ...parent });
            return {
                op: step.op,
                urn: urnOf(step),
                ...(step.op === "create"
                    ? {}
                    : { oldState: { ...state(step.before ?? {}), id: step.id, provider: step.provider } }),
                ...(step.op === "delete" ? {} : { newState: state(step.after ?? step.before ?? {}) }),
                diffReasons: step.reasons,
                detailedDiff: step.diff
                    ? Object.fromEntries(Object.entries(step.diff).map(([path, kind]) => [path, { kind }]))
                    : null,
            };
        }),
        diagnostics: said.map(([severity, step, message]) => ({
            ...(step ? { urn: urnOf(step) } : {}),
            message: `${severity === "info" ? "" : `${severity}: `}${message}\n`,
            severity,
        })),
        changeSummary: {},
    });
}

/** The summary of a made-up preview. */
export const of = (...given: Parameters<typeof toJson>) => summarize(readPreview(toJson(...given), "it"));
/** `~ subject text`, by title. */
export const toWords = (report: ReturnType<typeof of>) =>
    Object.fromEntries(
        report.sections.map(({ title, lines }) => [
            title,
            lines.map(({ operation, subject, text, more }) =>
                [`${operation}: ${`${subject} ${text}`.trim()}`, ...more].join(" | "),
            ),
        ]),
    );
