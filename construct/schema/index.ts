import { described } from "../../components/common/described";
import type { Components } from "../../core/construct";
import { COMPONENT_OUTPUTS } from "./outputs";
import { COMPONENT_SHAPES } from "./shapes";
import { type Types, toProperties } from "./to-pulumi";

const types: Types = {};
const resources = Object.fromEntries(
    Object.entries(COMPONENT_SHAPES).map(([token, { schema }]) => {
        const { properties, required } = toProperties(described(schema!), types);
        const inputs = { inputProperties: properties, ...(required === undefined ? {} : { requiredInputs: required }) };
        const { description, ...outputs } = COMPONENT_OUTPUTS[token]!;
        return [token, { isComponent: true, description, ...inputs, ...outputs }];
    }),
);

/** The schema of the components for Pulumi's SDK generators and its YAML host. */
export const components: Components & { description: string } = {
    description: "GitLab runners, their runner managers and job-token allowlists, declared in one place.",
    resources,
    types,
};
