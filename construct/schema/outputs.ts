/** A property in a Pulumi package schema. */
export interface PropertySpec {
    description?: string;
    type?: string;
    $ref?: string;
    items?: PropertySpec;
    additionalProperties?: PropertySpec;
    oneOf?: PropertySpec[];
    secret?: boolean;
}

/** The outputs of a component, and its description. */
interface ComponentOutputs {
    description: string;
    properties: Record<string, PropertySpec>;
    /** Outputs that are always present. */
    required: string[];
}

const integer: PropertySpec = { type: "integer" };
const text: PropertySpec = { type: "string" };
const integers: PropertySpec = { type: "array", items: integer };
const byName = (each: PropertySpec): PropertySpec => ({ type: "object", additionalProperties: each });

const allowlist: ComponentOutputs["properties"] = {
    projectId: { ...integer, description: "Id of the protected project." },
    targetProjectIds: { ...integers, description: "Ids of the allowed projects, in ascending order." },
    targetGroupIds: { ...integers, description: "Ids of the allowed groups, in ascending order." },
};

/** The outputs by component type. */
export const COMPONENT_OUTPUTS: Record<string, ComponentOutputs> = {
    "gitlab-fleet:index:Fleet": all(
        "Runners, their managers and the allowlists of registries, from one value in the structure of the stack config.",
        {
            runnerIds: { ...byName(integer), description: "Ids in GitLab, by runner." },
            tokens: { ...byName(text), secret: true, description: "Authentication tokens, by runner." },
            configPaths: { ...byName(text), description: "Paths of the managers' `config.toml`, by manager." },
            allowedProjectIds: { ...byName(integers), description: "Ids of the projects that may pull, by producer." },
            allowedGroupIds: { ...byName(integers), description: "Ids of the groups that may pull, by producer." },
        },
    ),
    "gitlab-fleet:index:Runner": {
        description: "One runner in GitLab and the authentication token issued for it.",
        properties: {
            runnerId: { ...integer, description: "Id of the runner in GitLab." },
            token: { ...text, secret: true, description: "Authentication token (`glrt-…`)." },
            tokenObtainedAt: { ...text, description: "When the token was issued, ISO 8601." },
            tokenExpiresAt: { ...text, description: "When the token expires, ISO 8601; absent if never." },
        },
        required: ["runnerId", "token", "tokenObtainedAt"],
    },
    "gitlab-fleet:index:RunnerManager": all("One gitlab-runner process with exactly the declared `config.toml`.", {
        systemId: { ...text, description: "Content of `.runner_system_id`, by which GitLab recognises the manager." },
        configPath: { ...text, description: "Path of `config.toml`, as the process sees it." },
        configToml: { ...text, secret: true, description: "Full text of `config.toml`." },
    }),
    "gitlab-fleet:index:JobTokenAllowlist": all(
        "The list, on a project, of the projects and groups whose CI jobs may reach it with their job token.",
        allowlist,
    ),
    "gitlab-fleet:index:RegistryAccess": all(
        "Lets the jobs of consumers pull from the registries of a producer.",
        allowlist,
    ),
    "gitlab-fleet:index:ExclusiveScope": {
        description:
            "Makes the declared runners the only ones of their kind in a scope, and removes what a killed `up` left there. " +
            "In TypeScript, it is called ExclusiveRunners.",
        properties: {
            foundCount: {
                ...integer,
                description: "Number of other runners, claimed or left over, at the last `up`.",
            },
        },
        required: [],
    },
};

function all(description: string, properties: ComponentOutputs["properties"]): ComponentOutputs {
    return { description, properties, required: Object.keys(properties) };
}
